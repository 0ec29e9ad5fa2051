package media

import (
	"sync/atomic"
	"time"
)

// Counters is what one side of a relay has received from its phone, and what
// became of it.
type Counters struct {
	RTP, RTCP Traffic
	Last      time.Time // when the phone's last RTP packet came; zero when none has
}

// Traffic counts the packets that arrived at one port. Octets are those of RTP
// or RTCP without IP and UDP headers. What was received and neither forwarded
// nor dropped is on its way.
type Traffic struct {
	Packets, Octets                   uint64 // received, from anybody
	ForwardedPackets, ForwardedOctets uint64 // sent on to the other side's phone
	Dropped                           Drops
}

// Drops counts dropped packets by reason.
type Drops struct {
	Stranger  uint64 // from a source that is not the phone's
	Unproven  uint64 // the first of a new source, which another must bear out
	NotMedia  uint64 // not RTP version 2 (at the RTCP port: not RTCP), or too long
	WrongType uint64 // a payload type that was not negotiated, before the latch
	NoPeer    uint64 // the other side has no address yet, or is on hold
	Failed    uint64 // the network refused to send or receive it
}

// meter holds the counters of one port; its stream's goroutine writes, Stats
// reads.
type meter struct {
	packets, octets       atomic.Uint64
	forwarded, forwardedO atomic.Uint64

	stranger, unproven, notMedia atomic.Uint64
	wrongType, noPeer, failed    atomic.Uint64

	last atomic.Int64 // Unix time in ns of the phone's last packet; 0 for none
}

// received counts a packet as it arrives, whoever sent it.
func (m *meter) received(octets int) {
	m.packets.Add(1)
	m.octets.Add(uint64(octets))
}

// sent counts a packet that the other side's phone has been sent.
func (m *meter) sent(octets int) {
	m.forwarded.Add(1)
	m.forwardedO.Add(uint64(octets))
}

// dropped counts a packet that the latch did not believe.
func (m *meter) dropped(j judgement) {
	switch j {
	case stranger:
		m.stranger.Add(1)
	case unproven:
		m.unproven.Add(1)
	case wrongType:
		m.wrongType.Add(1)
	}
}

func (m *meter) traffic() Traffic {
	return Traffic{
		Packets: m.packets.Load(), Octets: m.octets.Load(),
		ForwardedPackets: m.forwarded.Load(), ForwardedOctets: m.forwardedO.Load(),
		Dropped: Drops{
			Stranger: m.stranger.Load(), Unproven: m.unproven.Load(),
			NotMedia: m.notMedia.Load(), WrongType: m.wrongType.Load(),
			NoPeer: m.noPeer.Load(), Failed: m.failed.Load(),
		},
	}
}

func (m *meter) lastSeen() time.Time {
	if ns := m.last.Load(); ns != 0 {
		return time.Unix(0, ns)
	}
	return time.Time{}
}
