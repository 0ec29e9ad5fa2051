package simphone

import "ringfence/media"

const sampleRate = 8000 // per second, of G.711

// codec is one of the static payload types of RFC 3551 section 6.
type codec uint8

const (
	pcmu codec = 0
	pcma codec = 8
)

func (c codec) known() bool { return c == pcmu || c == pcma }

// String is the name of the encoding in a=rtpmap.
func (c codec) String() string {
	if c == pcma {
		return "PCMA"
	}
	return "PCMU"
}

func (c codec) encode(samples []int16) []byte {
	if c == pcma {
		return media.EncodePCMA(samples)
	}
	return media.EncodePCMU(samples)
}

func (c codec) decode(payload []byte) []int16 {
	if c == pcma {
		return media.DecodePCMA(payload)
	}
	return media.DecodePCMU(payload)
}

// voice is a tone without end, frame by frame.
type voice struct {
	samples []int16 // one second, so that a tone of whole Hz has no seam
	at      int
}

func newVoice(freq float64) *voice {
	return &voice{samples: media.Sine(freq, sampleRate, sampleRate)}
}

func (v *voice) next(c codec) []byte {
	samples := v.samples[v.at : v.at+frameSamples]
	v.at = (v.at + frameSamples) % len(v.samples)
	return c.encode(samples)
}
