package simphone

import "github.com/pion/rtp"

// memory is how much sound an ear keeps: the last two seconds.
const memory = 2 * sampleRate

// ear takes packets in. The zero ear has heard nothing.
type ear struct {
	packets     int
	ssrc        uint32
	first, last uint32 // extended sequence numbers of this ssrc
	before      int    // lost from earlier ssrcs
	here        int    // packets of this ssrc
	samples     []int16
	next        int // where the oldest sample is, once the memory is full
}

// take hears a packet. What is not G.711, like RFC 4733 events, is passed over,
// and so is RTCP: its packet types read as payload types 72 to 76.
func (e *ear) take(p *rtp.Packet) {
	c := codec(p.PayloadType)
	if !c.known() {
		return
	}
	e.count(p)
	for _, s := range c.decode(p.Payload) {
		e.keep(s)
	}
}

func (e *ear) count(p *rtp.Packet) {
	seq := p.SequenceNumber
	if e.packets == 0 || p.SSRC != e.ssrc {
		e.before += e.lost()
		e.ssrc, e.first, e.last, e.here = p.SSRC, uint32(seq), uint32(seq), 0
	}
	// The distance is signed, so that neither the wrap nor a late packet counts
	// as a loss.
	if ahead := int16(seq - uint16(e.last)); ahead > 0 {
		e.last += uint32(ahead)
	}
	e.packets++
	e.here++
}

// lost is of this ssrc: expected less received; duplicates can make up for
// losses, as in the RFC.
func (e *ear) lost() int {
	if e.here == 0 {
		return 0
	}
	return max(0, int(e.last-e.first)+1-e.here)
}

func (e *ear) keep(s int16) {
	if len(e.samples) < memory {
		e.samples = append(e.samples, s)
		return
	}
	e.samples[e.next] = s
	e.next = (e.next + 1) % memory
}

func (e *ear) heard() Heard {
	samples := make([]int16, 0, len(e.samples))
	samples = append(samples, e.samples[e.next:]...)
	samples = append(samples, e.samples[:e.next]...)
	return Heard{Packets: e.packets, Lost: e.before + e.lost(), samples: samples}
}
