package media

// Tones are those of one country.
type Tones struct {
	Ringing      *Tone // it rings at the other end; without end
	Confirmation *Tone // what was wanted has been done; once
	Refusal      *Tone // it has not; once
}

// TonesOf returns the tones of a country (ISO 3166-1 alpha-2), which are those
// of most of Europe where it is not in the table.
func TonesOf(country string) *Tones {
	if t := national[country]; t != nil {
		return t
	}
	return usual
}

var usual = newTones(hz(425), 1000, 4000)

// national are the ringing tones that are not like that (ITU-T E.180 supplement
// 2; the administrations' own for Australia and New Zealand).
var national = map[string]*Tones{
	"AT": newTones(hz(420), 1000, 5000),
	"AU": newTones(hz(413, 438), 400, 200, 400, 2000),
	"BE": newTones(hz(425), 1000, 3000),
	"CA": american,
	"CN": newTones(hz(450), 1000, 4000),
	"ES": newTones(hz(425), 1500, 3000),
	"FR": newTones(hz(440), 1500, 3500),
	"GB": british,
	"HU": newTones(hz(425), 1250, 3750),
	"IE": british,
	"NZ": british,
	"PT": newTones(hz(425), 1000, 5000),
	"SE": newTones(hz(425), 1000, 5000),
	"US": american,
}

var (
	american = newTones(hz(440, 480), 2000, 4000)
	british  = newTones(hz(400, 450), 400, 200, 400, 2000)
)

func hz(f ...float64) []float64 { return f }

// newTones makes a country's tones of its ringing tone. The other two are ours:
// they begin with silence, in which the phone notices that it has been answered
// and lets its NAT know of us.
func newTones(hz []float64, ringing ...int) *Tones {
	return &Tones{
		Ringing:      newTone(false, hz, ringing...),
		Confirmation: newTone(true, hz, 0, 300, 160, 100, 160, 280),
		Refusal:      newTone(true, hz[:1], 0, 300, 240, 240, 240, 240, 240, 100),
	}
}
