package media

// Limits of RFC 3550 appendix A.1: how far sequence numbers may leap ahead, or
// lie behind, within one source.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

// meter follows the RTP packets of one direction as RFC 3550 appendix A does
// for a receiver. Sources may follow one another (a new SSRC after a transfer,
// a sender that restarts); what earlier ones lost is kept. Not safe for
// concurrent use.
type meter struct {
	codecs []codec
	kind   uint8 // payload type of the last packet
	codec  codec // what that is
	voice  codec // the last that is no telephone event and no comfort noise

	started  bool
	ssrc     uint32
	base     uint16 // the first sequence number of the source
	highest  uint32 // the highest one, with its cycles above 16 bits
	restart  uint16 // where the source would go on after a leap
	leapt    bool   // restart is set
	received uint64 // of this source, without duplicates
	window   uint64 // which of the last 64 up to the highest have come

	lostBefore     uint64 // of earlier sources
	expectedBefore uint64
	duplicates     uint64
	late           uint64 // behind a higher one
	sources        uint32

	arrived int64  // of the last packet, Unix time in ns
	stamp   uint32 // its timestamp
	timed   bool   // both are set
	jitter  uint32 // A.8: in units of 1/16 of the media clock
	worst   uint32
}

// count takes note of an RTP packet that came now.
func (m *meter) count(p packet, b []byte, now int64) {
	if !m.started || p.ssrc != m.ssrc {
		m.begin(p)
	} else if !m.follow(p.seq) {
		return
	}
	if p.kind != m.kind || m.codec.rate == 0 {
		m.change(p.kind)
	}
	m.time(timestamp(b), now)
}

// begin starts with a new source.
func (m *meter) begin(p packet) {
	if m.started {
		m.expectedBefore, m.lostBefore = m.expected(), m.lost()
	}
	m.started, m.ssrc, m.sources = true, p.ssrc, m.sources+1
	m.base, m.highest, m.received, m.window = p.seq, uint32(p.seq), 1, 1
	m.leapt, m.timed = false, false
}

// follow places a packet in the sequence of its source (appendix A.1). False:
// it counts for nothing, being a duplicate or the first after a leap.
func (m *meter) follow(seq uint16) bool {
	ahead := seq - uint16(m.highest)
	switch {
	case ahead == 0:
		m.duplicates++
		return false
	case ahead < maxDropout:
		m.highest += uint32(ahead)
		m.window = m.window<<ahead | 1 // a shift of 64 and more leaves nothing
	case ahead > 0xffff-maxMisorder:
		return m.behind(-ahead)
	case m.leapt && seq == m.restart: // two in a row: the sender began anew
		m.begin(packet{ssrc: m.ssrc, seq: seq})
		return true
	default:
		m.leapt, m.restart = true, seq+1
		return false
	}
	m.leapt = false
	m.received++
	return true
}

// behind takes a packet that comes after a higher one. It says nothing about
// the jitter.
func (m *meter) behind(by uint16) bool {
	bit := uint64(1) << by
	if m.window&bit != 0 {
		m.duplicates++
		return false
	}
	if bit == 0 && m.received >= m.expectedNow() {
		m.duplicates++ // too long ago to know, but nothing is missing
		return false
	}
	m.window |= bit
	m.late++
	m.received++
	return false
}

// time works the jitter out as in appendix A.8. Packets of a telephone event
// all have the timestamp of its beginning, so they do not count.
func (m *meter) time(stamp uint32, now int64) {
	if m.codec.rate == 0 || !m.codec.speech {
		m.timed = false
		return
	}
	if m.timed {
		passed := (now - m.arrived) * int64(m.codec.rate) / 1e9
		d := passed - int64(int32(stamp-m.stamp))
		if d < 0 {
			d = -d
		}
		if d < int64(m.codec.rate)*4 { // else the clock leapt: a hold, a new stream
			m.jitter += uint32(d) - (m.jitter+8)>>4
			m.worst = max(m.worst, m.jitter)
		}
	}
	m.arrived, m.stamp, m.timed = now, stamp, true
}

// change finds out what a payload type is.
func (m *meter) change(kind uint8) {
	m.kind, m.codec = kind, codec{kind: kind}
	for _, c := range m.codecs {
		if c.kind == kind {
			m.codec = c
			break
		}
	}
	if m.codec.rate == 0 {
		m.codec = static(kind)
	}
	if m.codec.speech {
		if m.voice.rate != m.codec.rate {
			m.timed, m.jitter = false, 0
		}
		m.voice = m.codec
	}
}

// expectedNow is how many packets the present source has sent, at least.
func (m *meter) expectedNow() uint64 { return uint64(m.highest) - uint64(m.base) + 1 }

// expected is how many packets all sources have sent, at least (A.3).
func (m *meter) expected() uint64 {
	if !m.started {
		return 0
	}
	return m.expectedBefore + m.expectedNow()
}

// lost is how many of those have not come.
func (m *meter) lost() uint64 {
	if !m.started {
		return 0
	}
	return m.lostBefore + max(m.expectedNow(), m.received) - m.received
}
