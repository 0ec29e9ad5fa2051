package media

import "math"

// loudness is the peak of a made sine: 10 dB below full scale, loud and far from
// clipping.
const loudness = 10362

// Sine returns samples of a sine of freq Hz at rate samples per second, from
// phase 0. One second of a whole number of Hz can be repeated without a click.
func Sine(freq float64, rate, samples int) []int16 {
	out := make([]int16, samples)
	step := 2 * math.Pi * freq / float64(rate)
	for i := range out {
		out[i] = int16(math.Round(loudness * math.Sin(step*float64(i))))
	}
	return out
}

// Strength returns how much of the energy of the samples is at freq Hz, by the
// Goertzel algorithm: near 1 for that tone alone, near 0 for other tones and
// noise, 0 for silence and for none. Tones are told apart from about
// 2*rate/len(samples) Hz on.
func Strength(samples []int16, freq float64, rate int) float64 {
	if len(samples) == 0 || rate <= 0 {
		return 0
	}
	coefficient := 2 * math.Cos(2*math.Pi*freq/float64(rate))
	var last, before, energy float64
	for _, s := range samples {
		x := float64(s)
		energy += x * x
		last, before = x+coefficient*last-before, last
	}
	if energy == 0 {
		return 0
	}
	power := last*last + before*before - coefficient*last*before
	return min(2*power/(energy*float64(len(samples))), 1)
}
