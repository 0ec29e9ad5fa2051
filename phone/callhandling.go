package phone

import "slices"

// CallHandling is what an extension wants done with its calls.
type CallHandling struct {
	Forward      Forward `json:"forward,omitzero"`
	NoAnswerTime int     `json:"noAnswerTime"`        // seconds that its phones ring before the forward
	CallWaiting  bool    `json:"callWaiting"`         // its phones also ring while they are in a call
	CallerID     string  `json:"callerId,omitempty"`  // the number that it shows to the world; "": its direct one, or what the trunk shows
	Anonymous    bool    `json:"anonymous,omitempty"` // it shows none
}

// Forward is where calls go instead, each a number as the extension would dial
// it; "" is nowhere.
type Forward struct {
	Unconditional string `json:"unconditional,omitempty"`
	Busy          string `json:"busy,omitempty"`
	NoAnswer      string `json:"noAnswer,omitempty"`
	Unregistered  string `json:"unregistered,omitempty"` // none of its phones is online
}

// The seconds that a phone rings before its extension's forward.
const (
	minNoAnswerTime    = 5
	maxNoAnswerTime    = 120
	normalNoAnswerTime = 25
)

// newCallHandling is what goes without anybody's saying.
func newCallHandling() CallHandling {
	return CallHandling{NoAnswerTime: normalNoAnswerTime, CallWaiting: true}
}

// handlingFaults judges what the extension wants done with its calls. The number
// that it shows is judged when it is a new one: the trunk may have lost it since.
func (e *Extension) handlingFaults(refs References) (fs Faults) {
	for _, f := range []struct{ key, to string }{
		{"forward.unconditional", e.Forward.Unconditional},
		{"forward.busy", e.Forward.Busy},
		{"forward.noAnswer", e.Forward.NoAnswer},
		{"forward.unregistered", e.Forward.Unregistered},
	} {
		switch {
		case f.to == "":
		case !isNumber(f.to) && !isE164(f.to):
			fs = append(fs, unlisted(f.key, "Number is invalid, must be a local number or in the form +4570305052"))
		case slices.Contains([]string{e.Number, e.Direct}, f.to):
			fs = append(fs, unlisted(f.key, "Number is the extension's own"))
		}
	}
	if e.NoAnswerTime < minNoAnswerTime || e.NoAnswerTime > maxNoAnswerTime {
		fs = append(fs, unlisted("noAnswerTime", mustBe("a Number from 5 to 120")))
	}
	was := refs.Extension(e.ID)
	if e.CallerID == "" || was != nil && was.CallerID == e.CallerID {
		return fs
	}
	switch {
	case !isE164(e.CallerID):
		fs = append(fs, unlisted("callerId", "Number is invalid, must be in the form +4570305052"))
	case e.CallerID != e.Direct && !refs.TrunkNumber(e.Customer, e.CallerID):
		fs = append(fs, absent("callerId", "Number is none of the customer's trunks"))
	}
	return fs
}
