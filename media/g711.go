package media

import "math/bits"

// EncodePCMU turns linear samples into G.711 µ-law, one octet each (RTP payload
// type 0, 8000 per second).
func EncodePCMU(samples []int16) []byte { return encode(samples, ulaw) }

// DecodePCMU turns G.711 µ-law into linear samples.
func DecodePCMU(payload []byte) []int16 { return decode(payload, linearFromUlaw) }

// EncodePCMA turns linear samples into G.711 A-law, one octet each (RTP payload
// type 8, 8000 per second).
func EncodePCMA(samples []int16) []byte { return encode(samples, alaw) }

// DecodePCMA turns G.711 A-law into linear samples.
func DecodePCMA(payload []byte) []int16 { return decode(payload, linearFromAlaw) }

func encode(samples []int16, law func(int16) byte) []byte {
	out := make([]byte, len(samples))
	for i, s := range samples {
		out[i] = law(s)
	}
	return out
}

func decode(payload []byte, law func(byte) int16) []int16 {
	out := make([]int16, len(payload))
	for i, b := range payload {
		out[i] = law(b)
	}
	return out
}

// Both laws code a sample as sign, segment (the position of its highest bit)
// and the four bits below that one. µ-law adds a bias so that the smallest
// sample has that bit in the first segment, and inverts the code for the line.
const (
	ulawBias = 132
	ulawClip = 32635
)

func ulaw(sample int16) byte {
	magnitude, sign := int(sample), byte(0)
	if sample < 0 {
		magnitude, sign = -magnitude, 0x80
	}
	biased := min(magnitude, ulawClip) + ulawBias
	segment := bits.Len(uint(biased)) - 8
	return ^(sign | byte(segment<<4) | byte(biased>>(segment+3)&0x0f))
}

func linearFromUlaw(code byte) int16 {
	code = ^code
	magnitude := (int16(code&0x0f)<<3+ulawBias)<<(code>>4&7) - ulawBias
	if code&0x80 != 0 {
		return -magnitude
	}
	return magnitude
}

// alaw codes 13 bits; segments 0 and 1 share one step size. Its line code
// inverts every other bit, and sets the sign for positive samples.
func alaw(sample int16) byte {
	magnitude, mask := int(sample)>>3, byte(0xd5)
	if sample < 0 {
		magnitude, mask = -magnitude-1, 0x55
	}
	segment := max(bits.Len(uint(magnitude))-5, 0)
	shift := max(segment, 1)
	return (byte(segment<<4) | byte(magnitude>>shift&0x0f)) ^ mask
}

func linearFromAlaw(code byte) int16 {
	code ^= 0x55
	magnitude := int(code&0x0f)<<4 + 8 // the middle of the step
	if segment := code >> 4 & 7; segment > 0 {
		magnitude = (magnitude + 0x100) << (segment - 1)
	}
	if code&0x80 == 0 {
		magnitude = -magnitude
	}
	return int16(magnitude)
}
