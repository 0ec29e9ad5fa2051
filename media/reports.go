package media

import (
	"encoding/binary"
	"time"
)

// RTCP packet types of RFC 3550 section 12.1.
const (
	senderReport   = 200
	receiverReport = 201
)

// reports is what a peer's RTCP has said about what it receives.
type reports struct {
	seen    uint32 // report blocks
	percent uint8  // the last: lost since the one before, in 1/256
	lost    int32  // all in all; less than 0 with duplicates
	jitter  uint32 // in units of the media clock
	trip    time.Duration
	told    sendReports
}

// read goes through a compound packet (RFC 3550 section 6.1) of the peer whose
// reports these are; of s, which holds rx, it needs what the peer was told.
func (r *reports) read(b []byte, now int64, s *stream) {
	for len(b) >= 8 && b[0]>>6 == 2 {
		size := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if size > len(b) {
			return
		}
		r.blocks(b[:size], now, s)
		b = b[size:]
	}
}

// blocks reads the report blocks of an SR or RR (sections 6.4.1 and 6.4.2).
func (r *reports) blocks(b []byte, now int64, s *stream) {
	at := 8
	switch b[1] {
	case senderReport:
		at = 28
	case receiverReport:
	default:
		return
	}
	for range b[0] & 0x1f {
		if at+24 > len(b) {
			return
		}
		r.block(b[at:at+24], now, s)
		at += 24
	}
}

func (r *reports) block(b []byte, now int64, s *stream) {
	r.seen++
	r.percent = b[4]
	r.lost = int32(binary.BigEndian.Uint32(b[4:])<<8) >> 8
	r.jitter = binary.BigEndian.Uint32(b[12:])
	lsr, dlsr := binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:])
	s.tx.Lock()
	left, ok := r.told.find(lsr)
	s.tx.Unlock()
	if !ok {
		return
	}
	held := time.Duration(uint64(dlsr) * uint64(time.Second) >> 16)
	if trip := time.Duration(now-left) - held; trip >= 0 && trip < maxTrip {
		r.trip = trip
	}
}

// maxTrip is the longest round trip that is believed.
const maxTrip = 10 * time.Second

// sendReports remembers when the last sender reports were passed to a peer. Its
// receiver reports name them, which gives the round trip between us and it,
// although the reports are somebody else's (RFC 3550 section 6.4.1).
type sendReports struct {
	next  uint8
	stamp [2]uint32 // the middle of the NTP time
	left  [2]int64  // Unix time in ns; 0 for none
}

// note remembers the sender report with which a compound packet begins.
func (t *sendReports) note(b []byte, now int64) {
	if len(b) < 28 || b[1] != senderReport {
		return
	}
	t.stamp[t.next], t.left[t.next] = binary.BigEndian.Uint32(b[10:]), now
	t.next ^= 1
}

// find returns when the report of that time left.
func (t *sendReports) find(stamp uint32) (int64, bool) {
	for i, at := range t.left {
		if at != 0 && t.stamp[i] == stamp {
			return at, stamp != 0
		}
	}
	return 0, false
}
