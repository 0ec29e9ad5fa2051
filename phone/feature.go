package phone

import (
	"slices"
	"strings"
)

// Feature is what a number asks for that begins with a feature code.
type Feature struct {
	Code string // CodePickup and so on
	Of   string // what follows: of a switch its name, else a number or an id; of some "" is one's own
}

// FeatureOf reads a dialled number. It is false for one that begins with no
// feature code, or that does not say what is meant where the code wants it. An
// extension may have such a number as its own: that is for the caller to look up.
func FeatureOf(number string) (Feature, bool) {
	for _, code := range []string{CodePickup, CodeSwitch, CodeQueue, CodeDND} {
		of, found := strings.CutPrefix(number, code)
		if !found {
			continue
		}
		wanted := true
		switch code {
		case CodeSwitch:
			of = SwitchName(strings.Replace(of, ".", ":", 1)) // a number has no colon
			wanted = isSwitchName(of)
		case CodeQueue:
			wanted = of != ""
		}
		if wanted {
			return Feature{code, of}, true
		}
	}
	return Feature{}, false
}

// QueueOf is the queue of a customer that a number or an id names, nil for none.
func (b *Book) QueueOf(customer ID, named string) *Queue {
	if _, q := b.Gathering(customer, named); q != nil {
		return q
	}
	id, _ := ParseID(named)
	if q := b.Queue(id); q != nil && q.Customer == customer {
		return q
	}
	return nil
}

// PhoneOf is the phone of a customer with an id, nil for none.
func (b *Book) PhoneOf(customer ID, named string) *Account {
	id, _ := ParseID(named)
	if a := b.ByID(id); a != nil && a.Customer == customer {
		return a
	}
	return nil
}

// hasKey says whether the phone has been given a key that does this: one of its
// own, or of those of its employee that it has instead.
func (b *Book) hasKey(p *Phone, function, value string) bool {
	return slices.ContainsFunc(b.KeysOf(p), func(k Softkey) bool { return k.Function == function && k.Value == value })
}

// MayTurn says whether a phone may turn a switch by its feature code: nobody's own
// but that of the employee of its extension, and one of the system that does not
// exist yet only when it has a key for it.
func (b *Book) MayTurn(p *Phone, name string) error {
	var employee ID
	if x := b.Extension(p.Extension); x != nil {
		employee = x.Employee
	}
	owner := SwitchOwner(name)
	switch {
	case owner != "" && owner != employee:
		return Fault(AccessDenied)
	case owner == "" && b.lacks(p.Customer, name) && !b.hasKey(p, KeySwitch, name):
		return absent("name", "Switch not found")
	}
	return nil
}

// lacks says whether a name is that of a switch of the system that does not exist.
func (b *Book) lacks(customer ID, name string) bool {
	_, exists := b.Switch(customer, name)
	return !exists && SwitchOwner(name) == "" && !strings.HasPrefix(name, sharedPrefix)
}

// MayDisturb says whether a phone may turn do not disturb on another one by its
// feature code: on those of its own extension and employee, where a group gives
// it the right to set presence, and where it has a key for it.
func (b *Book) MayDisturb(p, other *Phone) error {
	switch {
	case p.Customer != other.Customer:
		return absent("sip", "SIP phone not found")
	case p.ID == other.ID, b.hasKey(p, KeyDNDOther, string(other.ID)), b.presides(b.Extension(p.Extension), other):
		return nil
	}
	return Fault(AccessDenied)
}

// presides says whether an extension may turn do not disturb on a phone without a
// key for it.
func (b *Book) presides(own *Extension, other *Phone) bool {
	its := b.Extension(other.Extension)
	if own == nil || its == nil {
		return false
	}
	return own.ID == its.ID || own.Employee != "" && own.Employee == its.Employee || b.Controls(own.ID, its.ID, MaySetPresence)
}

// Toggle lets an extension join a queue, or leave it, by itself: where the queue
// lets its members do that. It returns whether it is in now.
func (q *Queue) Toggle(m QueueMember, refs References) (in bool, err error) {
	i := q.MemberOf(m.Extension)
	switch {
	case !q.Dynamic:
		return i >= 0, &Error{Kind: Denied, Key: "dynamic", Text: "Queue is not dynamic"}
	case i < 0:
		_, err := q.Join(m, refs)
		return err == nil, err
	case q.Members[i].Permanent:
		return true, Fault(AccessDenied)
	}
	err = q.Leave(q.Members[i].ID)
	return err != nil, err
}
