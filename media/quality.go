package media

import (
	"math"
	"time"
)

// Quality says how the media between one End and its peer are.
type Quality struct {
	Audio StreamQuality `json:"audio"`
	Video StreamQuality `json:"video,omitzero"`
}

// StreamQuality is the quality of one stream. Zero means that there was none.
type StreamQuality struct {
	Codec    string   `json:"codec,omitzero"` // the last in use from the peer; else of what it was sent
	Rate     int      `json:"rate,omitzero"`  // its RTP clock in Hz
	SRTP     string   `json:"srtp,omitzero"`  // the suite of RFC 4568; "" for plain RTP
	In       Received `json:"in"`             // what the peer sent
	Out      Sent     `json:"out"`            // what the peer was sent
	Reported Report   `json:"reported,omitzero"`
	RTTMs    float64  `json:"rttMs,omitzero"` // round trip between us and the peer, by RTCP
	MOS      float64  `json:"mos,omitzero"`   // estimate for what the peer sent, 1 to 4.4; 0 without packets
	RTCP     Traffic  `json:"rtcp"`
}

// Received is what came from the peer over RTP. Expected and Lost go by the
// sequence numbers (RFC 3550 appendix A.3).
type Received struct {
	Traffic
	Expected    uint64    `json:"expected"`
	Lost        uint64    `json:"lost"`
	Duplicates  uint64    `json:"duplicates"`
	Late        uint64    `json:"late"`     // behind one that was sent after it
	Sources     uint32    `json:"sources"`  // how many SSRCs there were, one after another
	JitterMs    float64   `json:"jitterMs"` // appendix A.8, at the last packet
	MaxJitterMs float64   `json:"maxJitterMs"`
	Last        time.Time `json:"last,omitzero"` // when the last packet came
}

// Report is what the peer's RTCP says about what it receives, over the whole
// way from the sender at the other end.
type Report struct {
	Reports     uint32  `json:"reports"`     // how many there were
	LossPercent float64 `json:"lossPercent"` // between the last two
	Lost        int32   `json:"lost"`        // since its beginning; negative when packets came twice
	JitterMs    float64 `json:"jitterMs"`
	MOS         float64 `json:"mos"` // estimate for what the peer hears
}

// Quality returns how the media of the End are now, or were when it was closed.
// It may be called at any time from any goroutine.
func (n *End) Quality() (q Quality) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.media {
		switch {
		case m.rtp == nil:
		case m.kind == Audio && q.Audio.idle():
			q.Audio = m.quality()
		case m.kind == Video && q.Video.idle():
			q.Video = m.quality()
		}
	}
	return q
}

// idle reports whether a stream has carried nothing, so that another of its
// kind may have.
func (q *StreamQuality) idle() bool { return q.In.Packets == 0 && q.Out.Packets == 0 }

func (m *medium) quality() StreamQuality {
	var q StreamQuality
	q.SRTP = m.suite().name()
	m.rtp.quality(&q)
	m.rtcp.reported(&q)
	if q.In.Expected > 0 && m.kind == Audio {
		loss := float64(q.In.Lost) / float64(q.In.Expected)
		q.MOS = round(mos(q.Codec, loss, delay(q.RTTMs, q.In.JitterMs)))
	}
	if q.Reported.Reports > 0 && m.kind == Audio {
		r := &q.Reported
		r.MOS = round(mos(q.Codec, r.LossPercent/100, delay(q.RTTMs, r.JitterMs)))
	}
	return q
}

// quality reads what an RTP stream counts.
func (s *stream) quality(q *StreamQuality) {
	s.rx.Lock()
	defer s.rx.Unlock()
	m := s.meter
	codec := m.voice
	if codec.rate == 0 && len(m.codecs) > 0 {
		codec = m.codecs[0]
	}
	q.Codec, q.Rate = codec.name, int(codec.rate)
	q.In = Received{
		Traffic: s.traffic, Expected: m.expected(), Lost: m.lost(),
		Duplicates: m.duplicates, Late: m.late, Sources: m.sources,
		JitterMs: ms(m.jitter>>4, codec.rate), MaxJitterMs: ms(m.worst>>4, codec.rate),
	}
	if ns := s.seen.Load(); ns != 0 {
		q.In.Last = time.Unix(0, ns)
	}
	s.tx.Lock()
	defer s.tx.Unlock()
	q.Out = s.sent
}

// reported reads what an RTCP stream has heard.
func (s *stream) reported(q *StreamQuality) {
	s.rx.Lock()
	defer s.rx.Unlock()
	r := s.reports
	q.RTCP = s.traffic
	q.RTTMs = round(float64(r.trip) / float64(time.Millisecond))
	if r.seen > 0 {
		q.Reported = Report{Reports: r.seen, Lost: r.lost,
			LossPercent: round(float64(r.percent) * 100 / 256), JitterMs: ms(r.jitter, uint32(q.Rate))}
	}
}

// delay is what people may hear one way: half of the round trip, a frame, and
// a jitter buffer of twice the jitter.
func delay(rttMs, jitterMs float64) time.Duration {
	return time.Duration((rttMs/2 + 2*jitterMs + 20) * float64(time.Millisecond))
}

// ms turns ticks of a media clock into milliseconds.
func ms(ticks, rate uint32) float64 {
	if rate == 0 {
		return 0
	}
	return round(float64(ticks) * 1000 / float64(rate))
}

// round leaves two digits, which is more than the estimates are worth.
func round(f float64) float64 { return math.Round(f*100) / 100 }
