package media

import (
	"hash/crc32"
	"math"
	"testing"
	"time"
)

func TestTonesSoundAsTheyAreSaidTo(t *testing.T) {
	all := map[string]*Tones{"": usual}
	for country, tones := range national {
		all[country] = tones
	}
	for country, tones := range all {
		for name, tone := range map[string]*Tone{
			"ringing": tones.Ringing, "confirmation": tones.Confirmation, "refusal": tones.Refusal,
		} {
			if tone.Length()%period != 0 {
				t.Errorf("%s %s: %v are no whole number of packets", country, name, tone.Length())
			}
			for l, decode := range map[law]func([]byte) []int16{pcmu: DecodePCMU, pcma: DecodePCMA, g722: decodeG722} {
				wave := decode(tone.waves()[l])
				if len(wave) != tone.octets() {
					t.Fatalf("%s %s: %d samples, want %d", country, name, len(wave), tone.octets())
				}
				checkBeats(t, country+" "+name, tone, wave)
			}
		}
	}
}

// decodeG722 is the lower band of a decoder in mode 3, which looks at four bits of
// six. It has heard a round before.
func decodeG722(wave []byte) []int16 {
	s := &subband{scale: 32}
	out := make([]int16, len(wave))
	for range 2 {
		for i, b := range wave {
			s.adapt(int(b) >> 2 & 0xf)
			out[i] = int16(limit(2 * s.r[1])) // which was s.r[0] until it expected the next
		}
	}
	return out
}

// A decoder of six bits by others (libspandsp 0.0.6) makes of these octets a sine
// of 425 Hz at -10.0 dBm0.
func TestG722OctetsAreThoseOfTheStandard(t *testing.T) {
	got := encodeG722(usual.Ringing.samples()[:8000], false)
	if sum := crc32.ChecksumIEEE(got); sum != 0x2808551c {
		t.Errorf("octets %x..., sum %#x", got[:16], sum)
	}
}

func TestG722ComesToRest(t *testing.T) {
	loud := make([]int16, 4000)
	for i := range loud[:2000] {
		loud[i] = []int16{math.MaxInt16, math.MinInt16}[i/9%2]
	}
	for _, after := range [][]int16{loud, Sine(425, 8000, 800), make([]int16, 800)} {
		s := &subband{scale: 32}
		for _, x := range append(after, make([]int16, 2000)...) {
			s.encode(int(x) >> 1)
		}
		if s.scale != 32 || s.a != [3]int{0, 27648, -12288} || s.d != [7]int{} || s.zeros != 0 || max(s.estimate, -s.estimate) >= 16 {
			t.Errorf("%+v", *s)
		}
	}
}

// checkBeats judges each beat by its middle, at the power of E.180.
func checkBeats(t *testing.T, name string, tone *Tone, wave []int16) {
	t.Helper()
	at := 0
	for i, ms := range tone.beats {
		beat := wave[at : at+8*ms]
		at += 8 * ms
		if len(beat) == 0 {
			continue
		}
		heard, power := 0.0, decibels(beat[min(fade, len(beat)/4):len(beat)-min(fade, len(beat)/4)])
		for _, hz := range tone.hz {
			heard += Strength(beat, hz, 8000)
		}
		switch sounds := i%2 == 0; {
		case sounds && heard < 0.95:
			t.Errorf("%s: beat %d is %v of %v Hz", name, i, heard, tone.hz)
		case sounds && math.Abs(power+10) > 0.5:
			t.Errorf("%s: beat %d has %.1f dBm0", name, i, power)
		case !sounds && power > -50:
			t.Errorf("%s: pause %d has %.1f dBm0", name, i, power)
		}
	}
}

// decibels is the power in dBm0, where a sine of full scale has 3.14.
func decibels(samples []int16) float64 {
	var sum float64
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	full := 32768.0 * 32768 / 2
	return 10*math.Log10(sum/float64(len(samples))/full+1e-12) + 3.14
}

func TestTonesOfCountries(t *testing.T) {
	tests := []struct {
		country string
		hz      float64
		round   time.Duration
	}{
		{"DE", 425, 5 * time.Second},
		{"DK", 425, 5 * time.Second},
		{"", 425, 5 * time.Second},
		{"XX", 425, 5 * time.Second},
		{"US", 440, 6 * time.Second},
		{"GB", 400, 3 * time.Second},
		{"FR", 440, 5 * time.Second},
	}
	for _, tt := range tests {
		got := TonesOf(tt.country).Ringing
		if got.hz[0] != tt.hz || got.Length() != tt.round {
			t.Errorf("%s: %v Hz, %v", tt.country, got.hz, got.Length())
		}
	}
	if a, b := TonesOf("DE").Confirmation.Length(), TonesOf("DE").Refusal.Length(); a != time.Second || b != 1600*time.Millisecond {
		t.Errorf("confirmation takes %v, refusal %v", a, b)
	}
}
