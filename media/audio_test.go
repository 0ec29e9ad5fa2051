package media

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

func TestG711KnownValues(t *testing.T) {
	tests := []struct {
		name       string
		sample     int16
		ulaw, alaw byte
	}{
		{"silence", 0, 0xff, 0xd5},
		{"the smallest negative sample", -1, 0x7f, 0x55},
		{"the largest sample", 32767, 0x80, 0xaa},
		{"the smallest sample", -32768, 0x00, 0x2a},
		{"an eighth of the range", 4096, 0xaf, 0x85},
		{"a negative eighth of the range", -4096, 0x2f, 0x1a},
		{"a sample of the middle segments", 1000, 0xce, 0xfa},
		{"a negative sample of the middle segments", -1000, 0x4e, 0x7a},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := EncodePCMU([]int16{tt.sample}); got[0] != tt.ulaw {
				t.Errorf("µ-law %#02x, want %#02x", got[0], tt.ulaw)
			}
			if got := EncodePCMA([]int16{tt.sample}); got[0] != tt.alaw {
				t.Errorf("A-law %#02x, want %#02x", got[0], tt.alaw)
			}
		})
	}
}

func TestG711DecodesKnownCodes(t *testing.T) {
	ulaw := DecodePCMU([]byte{0xff, 0x7f, 0x80, 0x00, 0xb0, 0xaf, 0x90})
	for i, want := range []int16{0, 0, 32124, -32124, 3900, 4092, 15996} {
		if ulaw[i] != want {
			t.Errorf("µ-law code %d: %d, want %d", i, ulaw[i], want)
		}
	}
	alaw := DecodePCMA([]byte{0xd5, 0x55, 0xaa, 0x2a, 0x85})
	for i, want := range []int16{8, -8, 32256, -32256, 4224} {
		if alaw[i] != want {
			t.Errorf("A-law code %d: %d, want %d", i, alaw[i], want)
		}
	}
}

func TestG711CodesSurviveARoundTrip(t *testing.T) {
	codes := make([]byte, 256)
	for i := range codes {
		codes[i] = byte(i)
	}
	if got := EncodePCMA(DecodePCMA(codes)); !bytes.Equal(got, codes) {
		t.Errorf("A-law: %v", got)
	}
	want := bytes.Clone(codes)
	want[0x7f] = 0xff // minus zero becomes zero
	if got := EncodePCMU(DecodePCMU(codes)); !bytes.Equal(got, want) {
		t.Errorf("µ-law: %v", got)
	}
}

func TestG711StaysWithinItsStep(t *testing.T) {
	for s := math.MinInt16; s <= math.MaxInt16; s++ {
		sample := int16(s)
		allowed := max(math.Abs(float64(s))/16, 16) + 8
		if s > ulawClip-8 || s < 8-ulawClip {
			allowed = 1100 // above the last step
		}
		u := DecodePCMU(EncodePCMU([]int16{sample}))[0]
		a := DecodePCMA(EncodePCMA([]int16{sample}))[0]
		if math.Abs(float64(u)-float64(s)) > allowed || math.Abs(float64(a)-float64(s)) > allowed {
			t.Fatalf("%d became %d by µ-law and %d by A-law", s, u, a)
		}
	}
}

func TestStrengthTellsTonesApart(t *testing.T) {
	tone := Sine(440, 8000, 800)
	mix := Sine(440, 8000, 800)
	for i, s := range Sine(660, 8000, 800) {
		mix[i] += s
	}
	tests := []struct {
		name     string
		samples  []int16
		freq     float64
		min, max float64
	}{
		{"the tone itself", tone, 440, 0.99, 1},
		{"the tone after µ-law", DecodePCMU(EncodePCMU(tone)), 440, 0.98, 1},
		{"the tone after A-law", DecodePCMA(EncodePCMA(tone)), 440, 0.98, 1},
		{"another tone", tone, 660, 0, 0.01},
		{"one of two tones", mix, 440, 0.45, 0.55},
		{"the other of two tones", mix, 660, 0.45, 0.55},
		{"silence", make([]int16, 800), 440, 0, 0},
		{"no samples", nil, 440, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Strength(tt.samples, tt.freq, 8000); got < tt.min || got > tt.max {
				t.Errorf("got %v, want %v to %v", got, tt.min, tt.max)
			}
		})
	}
}

func TestWriteWAV(t *testing.T) {
	var b bytes.Buffer
	if err := WriteWAV(&b, []int16{1, -2}); err != nil {
		t.Fatal(err)
	}
	want := "RIFF\x28\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" +
		"\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x04\x00\x00\x00\x01\x00\xfe\xff"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if err := WriteWAV(full{}, nil); !errors.Is(err, errFull) {
		t.Errorf("got %v, want %v", err, errFull)
	}
}

var errFull = errors.New("disk is full")

// full is a writer that fails.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
