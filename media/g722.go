package media

import "math"

// subband is the state of one of the two bands of ITU-T G.722, in which encoder
// and decoder agree. Names in comments are those of its section 6.
type subband struct {
	estimate int    // s: what the next sample is expected to be
	zeros    int    // sz: the part of it that the differences make
	scale    int    // det: the step of the quantizer
	log      int    // nb: its logarithm
	d        [7]int // the quantized differences, the newest first
	b        [7]int // and their coefficients
	r, p     [3]int // the reconstructed signal, and that without the poles' part
	a        [3]int // coefficients of the poles
}

// encodeG722 turns linear samples, 8000 per second, into G.722 at 64 kbit/s, one
// octet each (RTP payload type 9). All of the sound is in the lower band, below 4
// kHz; in the upper one there is silence. A loop begins in the state in which it
// ends, so that it has no seam.
func encodeG722(samples []int16, loop bool) []byte {
	s := &subband{scale: 32}
	out := make([]byte, len(samples))
	for round := 0; round == 0 || loop && round == 1; round++ {
		for i, x := range samples {
			out[i] = upperSilence | s.encode(int(x)>>1) // a band has 15 bits
		}
	}
	return out
}

// upperSilence is the least difference in the upper band, which of all four is
// the only one that is zero at the smallest scale.
const upperSilence = 3 << 6

// encode is QUANTL, and leaves the band as a decoder will have it. In silence it
// does not follow its own rounding errors: of codes that stand for no difference
// every decoder comes to rest, in the same state but for what nobody hears.
func (s *subband) encode(x int) byte {
	e := limit(x - s.estimate)
	if x == 0 && -16 < e && e < 16 {
		s.adapt(restful >> 2)
		return restful
	}
	size := e
	if e < 0 {
		size = -(e + 1)
	}
	level := 1
	for level < len(decisions) && size >= decisions[level]*s.scale>>12 {
		level++
	}
	code := 62 - level // positive: 61 down to 32
	if e < 0 {
		if code = 34 - level; level <= 2 { // 63, 62, and then 31 down to 4
			code = 64 - level
		}
	}
	s.adapt(code >> 2)
	return byte(code)
}

// restful is the code of the smallest difference, which counts as none.
const restful = 61

// decisions are the levels of the quantizer of six bits (Q6).
var decisions = [30]int{
	0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650,
	714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
}

// adapt follows a difference, of which the four bits count that every mode has.
func (s *subband) adapt(code int) {
	s.d[0] = s.scale * outputs[code] >> 15 // INVQAL
	// LOGSCL, SCALEL
	s.log = min(max(s.log*127>>7+growths[code], 0), 18432)
	s.scale = powers[s.log>>6&31] << (s.log >> 11) >> 8 << 2
	s.predict()
}

// outputs are the differences in units of the scale (QM4), and growths how the
// scale changes with them (WL by RL4).
var (
	outputs = [16]int{
		0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
	}
	growths = [16]int{
		-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60,
	}
)

// powers are those of two, from 2^11 on in steps of 1/32 (ILB).
var powers = func() (p [32]int) {
	for i := range p {
		p[i] = int(math.Round(math.Exp2(11 + float64(i)/32)))
	}
	return p
}()

// predict adapts both parts of the predictor, and expects the next sample.
func (s *subband) predict() {
	s.r[0], s.p[0] = limit(s.estimate+s.d[0]), limit(s.zeros+s.d[0]) // RECONS, PARREC
	s.poles()
	s.differences()
	copy(s.d[1:], s.d[:6]) // DELAYA
	copy(s.r[1:], s.r[:2])
	copy(s.p[1:], s.p[:2])
	sum := 0 // FILTEZ
	for i := 1; i <= 6; i++ {
		sum += s.b[i] * limit(2*s.d[i]) >> 15
	}
	s.zeros = limit(sum)
	poles := s.a[1]*limit(2*s.r[1])>>15 + s.a[2]*limit(2*s.r[2])>>15 // FILTEP
	s.estimate = limit(limit(poles) + s.zeros)                       // PREDIC
}

// poles is UPPOL2 and UPPOL1.
func (s *subband) poles() {
	first, second := same(s.p[0], s.p[1]), same(s.p[0], s.p[2])
	a2 := 128*second + min(-first*limit(4*s.a[1]), 32767)>>7 + s.a[2]*32512>>15
	s.a[2] = min(max(a2, -12288), 12288)
	most := 15360 - s.a[2]
	s.a[1] = min(max(limit(192*first+s.a[1]*32640>>15), -most), most)
}

// differences is UPZERO.
func (s *subband) differences() {
	step := 128
	if s.d[0] == 0 {
		step = 0
	}
	for i := 1; i <= 6; i++ {
		s.b[i] = limit(step*same(s.d[0], s.d[i]) + s.b[i]*32640>>15)
	}
}

// same is 1 for numbers of the same sign, and else -1.
func same(a, b int) int {
	if a < 0 == (b < 0) {
		return 1
	}
	return -1
}

// limit keeps a number within 16 bits.
func limit(n int) int { return min(max(n, math.MinInt16), math.MaxInt16) }
