package media

import (
	"math"
	"sync"
	"time"
)

// Tone is what an exchange lets somebody hear while nobody speaks to them:
// sines that come and go (ITU-T E.180). An End plays it. It is never changed.
type Tone struct {
	hz    []float64 // that sound at once
	beats []int     // in ms: on, off, on and so on
	once  bool      // it ends with its last beat; else it begins anew

	waves func() [laws][]byte // in the form of each law, made when it is first played
}

// period is the length of a packet of a tone (RFC 3551 section 4.2), and frame
// the octets in it, which are samples.
const (
	period = 20 * time.Millisecond
	frame  = 8000 / 50
)

// law is a way to write sound. Each has 8000 octets a second, one for each tick of
// its RTP clock.
type law uint8

const (
	noLaw law = iota
	pcmu
	pcma
	g722
	laws
)

// lawOf returns how a codec is written; noLaw for one in which we cannot speak.
func lawOf(c codec) law {
	switch {
	case c.rate != 8000:
	case c.name == "PCMU":
		return pcmu
	case c.name == "PCMA":
		return pcma
	case c.name == "G722":
		return g722
	}
	return noLaw
}

// newTone makes a tone whose beats are a whole number of packets together.
func newTone(once bool, hz []float64, beats ...int) *Tone {
	t := &Tone{hz: hz, beats: beats, once: once}
	t.waves = sync.OnceValue(func() [laws][]byte {
		s := t.samples()
		return [laws][]byte{pcmu: EncodePCMU(s), pcma: EncodePCMA(s), g722: encodeG722(s, !once)}
	})
	return t
}

// Length is how long the tone takes, or one round of it.
func (t *Tone) Length() time.Duration {
	sum := 0
	for _, ms := range t.beats {
		sum += ms
	}
	return time.Duration(sum) * time.Millisecond
}

// octets is the length of each of its waves.
func (t *Tone) octets() int { return int(t.Length() / period * frame) }

// level is the peak of a sine at -10 dBm0, the nominal power of E.180; a sine of
// full scale has 3.14 dBm0 (ITU-T G.711).
const level = 7218

// fade is how many samples a beat takes to rise and to fall, so that it does not
// click.
const fade = 40

func (t *Tone) samples() []int16 {
	out := make([]int16, 0, t.octets())
	for i, ms := range t.beats {
		beat := make([]int16, ms*8)
		if i%2 == 0 {
			t.sound(beat)
		}
		out = append(out, beat...)
	}
	return out
}

// sound fills a beat. Two sines have the power of one together.
func (t *Tone) sound(beat []int16) {
	peak := level / math.Sqrt(float64(len(t.hz)))
	for i := range beat {
		at := 2 * math.Pi * float64(i) / 8000
		var sum float64
		for _, hz := range t.hz {
			sum += math.Sin(hz * at)
		}
		edge := min(i, len(beat)-1-i, fade)
		beat[i] = int16(math.Round(peak * sum * float64(edge) / fade))
	}
}
