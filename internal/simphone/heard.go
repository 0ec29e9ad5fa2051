package simphone

import "ringfence/media"

// Heard is what came in during one Talk.
type Heard struct {
	Packets int // of G.711
	Lost    int // by the gaps in the sequence numbers (RFC 3550 appendix A.3)
	samples []int16
}

// block is the sound that is judged at once: short enough that a lost packet
// spoils only its own block, long enough to tell tones 20 Hz apart.
const block = sampleRate / 10

// Strength says how much of what was heard is a tone of freq Hz: near 1 for
// that tone alone, near 0 for another, for silence, and for nothing. It judges
// the last two seconds. Tones are told apart from 20 Hz on.
func (h Heard) Strength(freq float64) float64 {
	var sum float64
	blocks := 0
	for at := 0; at+block <= len(h.samples); at += block {
		sum += media.Strength(h.samples[at:at+block], freq, sampleRate)
		blocks++
	}
	if blocks == 0 {
		return 0
	}
	return sum / float64(blocks)
}
