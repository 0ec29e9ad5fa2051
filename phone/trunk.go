package phone

import "fmt"

// Trunk is a line to the world outside, and the numbers that come in on it. One
// without a SIP host has numbers only: their calls come in on a line of somebody
// who lets the customer use it.
type Trunk struct {
	ID       ID       `json:"_id"`
	Type     string   `json:"type"` // always TRUNK
	Customer ID       `json:"customer"`
	Name     string   `json:"name"`
	Number   string   `json:"number,omitempty"` // local, "" cannot be dialled
	Notes    string   `json:"notes,omitempty"`
	Numbers  []string `json:"numbers"`            // E.164
	Language string   `json:"language,omitempty"` // da or en
	Ringtone int      `json:"ringtone"`           // of the phones that it rings: 1-19, 0 silent, -1 their own
	Goto     ID       `json:"goto,omitempty"`     // where its calls go: an extension, a group or a queue

	SIP       TrunkSIP    `json:"sip,omitzero"`
	Outbound  TrunkOut    `json:"outbound,omitzero"`
	Limits    CallLimits  `json:"limits,omitzero"`
	Rates     []TrunkRate `json:"rates,omitempty"`     // what calls cost, by the longest prefix
	Shared    bool        `json:"shared,omitempty"`    // with all customers of the owner, who is a reseller
	Customers []ID        `json:"customers,omitempty"` // and these
}

const (
	OwnRingtone = -1 // a trunk's calls ring as all others do
	maxRingtone = 19
)

// NewTrunk is a trunk without numbers.
func NewTrunk(customer ID) *Trunk {
	return &Trunk{Type: "TRUNK", Customer: customer, Numbers: []string{}, Ringtone: OwnRingtone}
}

// Validate judges the trunk.
func (t *Trunk) Validate(refs References) error {
	fs := customerFaults(t.ID, t.Customer, refs)
	fs = append(fs, nameFaults(t.Name)...)
	fs = append(fs, numberFaults(t.Number)...)
	fs = append(fs, notesFaults(t.Notes)...)
	fs = append(fs, t.numbersFaults()...)
	if !validLanguage(t.Language) {
		fs = append(fs, unlisted("language", mustBe("one of da, en")))
	}
	if t.Ringtone < OwnRingtone || t.Ringtone > maxRingtone {
		fs = append(fs, unlisted("ringtone", mustBe("a Number from -1 to 19")))
	}
	if t.Goto != "" && !dialplanItem(t.Goto, t.Customer, refs) {
		fs = append(fs, absent("goto", "Dialplan item not found"))
	}
	fs = append(fs, t.SIP.faults()...)
	fs = append(fs, t.Outbound.faults()...)
	fs = append(fs, t.Limits.faults("limits.")...)
	fs = append(fs, rateFaults(t.Rates)...)
	return append(fs, t.sharingFaults(refs)...).Err()
}

// numbersFaults judges the numbers that come in on it, each of which is there once.
func (t *Trunk) numbersFaults() (fs Faults) {
	if len(t.Numbers) > maxElements {
		return Faults{unlisted("numbers", mustBe(fmt.Sprintf("an array of at most %d", maxElements)))}
	}
	seen := map[string]bool{}
	for i, n := range t.Numbers {
		switch {
		case !isE164(n):
			fs = append(fs, unlisted(at("numbers", i, ""), "Number is invalid, must be in the form +4570305052"))
		case seen[n]:
			fs = append(fs, unlisted(at("numbers", i, ""), "Number is there twice"))
		}
		seen[n] = true
	}
	return fs
}

func validLanguage(s string) bool { return s == "" || s == "da" || s == "en" }

// dialplanItem says whether the customer has something that can be called under
// the id.
func dialplanItem(id, customer ID, refs References) bool {
	e, g, q := refs.Extension(id), refs.Group(id), refs.Queue(id)
	return e != nil && e.Customer == customer || g != nil && g.Customer == customer || q != nil && q.Customer == customer
}
