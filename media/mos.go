package media

import "time"

// impairment is how much a codec takes from the quality (Ie), and how well it
// stands the loss of packets (Bpl).
type impairment struct{ ie, bpl float64 }

// unknownCodec is taken for a codec that the table does not have: that of an
// ordinary one with concealment.
var unknownCodec = impairment{5, 15}

// impairments of G.711 with concealment, which phones have, G.729A and G.723.1
// are those of ITU-T G.113 appendix I; the others are estimates. Wideband codecs
// are judged on the narrowband scale, where undisturbed they are as good as
// G.711.
var impairments = map[string]impairment{
	"PCMU":   {0, 25.1},
	"PCMA":   {0, 25.1},
	"G729":   {11, 19},
	"G729a":  {11, 19},
	"G729AB": {11, 19},
	"G723":   {15, 16.1},
	"G722":   {0, 15},
	"opus":   {0, 20},
	"GSM":    {20, 15},
	"iLBC":   {11, 20},
}

// baseRating is R without any impairment, by the defaults of ITU-T G.107.
const baseRating = 93.2

// mos estimates how people would judge a connection, 1 (bad) to 4.4, with the
// E-model (ITU-T G.107), simplified to codec, loss and delay: loss is a share,
// 0 to 1, taken as random; delay is one way, mouth to ear.
func mos(codec string, loss float64, delay time.Duration) float64 {
	i, ok := impairments[codec]
	if !ok {
		i = unknownCodec
	}
	percent := 100 * min(max(loss, 0), 1)
	// G.107 (7-29), with BurstR = 1
	equipment := i.ie + (95-i.ie)*percent/(percent+i.bpl)
	return score(baseRating - delayed(delay) - equipment)
}

// delayed is the impairment by delay Id, as two straight lines that meet where
// people begin to talk over one another (Cole and Rosenbluth, 2001).
func delayed(d time.Duration) float64 {
	ms := float64(d) / float64(time.Millisecond)
	return 0.024*ms + 0.11*max(ms-177.3, 0)
}

// score turns a rating into a mean opinion score (G.107 annex B).
func score(r float64) float64 {
	switch {
	case r <= 6.5: // below, the polynomial turns up again
		return 1
	case r >= 100:
		return 4.5
	}
	return 1 + 0.035*r + r*(r-60)*(100-r)*7e-6
}
