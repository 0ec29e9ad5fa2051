package phone

import (
	"net/url"
	"slices"
	"strings"
)

// keyValueFaults judges the values of the keys whose functions need one, and
// gives equal values one form. Of the others the value means nothing.
func (p *Phone) keyValueFaults(refs References) (fs Faults) {
	v := keyValues{phone: p, refs: refs}
	for i := range p.Softkeys {
		if e := v.judge(&p.Softkeys[i]); e != nil {
			e.Key = at("softkeys", i, ".value")
			fs = append(fs, e)
		}
	}
	return fs
}

// keyValues judges the values of one phone's keys.
type keyValues struct {
	phone *Phone
	refs  References

	asked   bool // country is known
	country string
}

func (v *keyValues) judge(k *Softkey) *Error {
	switch k.Function {
	case KeySpeedDial:
		return v.number(k)
	case KeyURL:
		if !validURL(k.Value) {
			return Fault(BadKeyURL)
		}
	case KeySwitch:
		if !isSwitchName(k.Value) {
			return unlisted("", "Switch name is invalid")
		}
	case KeyBLF, KeyPickupGroup, KeyQueue, KeyDNDOther:
		id, _ := ParseID(k.Value)
		if e := v.reference(k.Function, id); e != nil {
			return e
		}
		k.Value = string(id)
	}
	return nil
}

// reference judges what the key names by its id: a thing of the phone's own
// customer.
func (v *keyValues) reference(function string, id ID) *Error {
	own := v.phone.Customer
	switch function {
	case KeyBLF:
		if e := v.refs.Extension(id); e == nil || e.Customer != own {
			return Fault(NoKeyExtension)
		}
	case KeyPickupGroup:
		return v.group(v.refs.Group(id))
	case KeyQueue:
		if q := v.refs.Queue(id); q == nil || q.Customer != own {
			return Fault(NoKeyQueue)
		}
	case KeyDNDOther:
		if o := v.refs.Phone(id); o == nil || o.Customer != own || o.ID == v.phone.ID {
			return absent("", "SIP phone not found")
		}
	}
	return nil
}

// group judges a group to pick up from: its controllers may.
func (v *keyValues) group(g *Group) *Error {
	extension := v.phone.Extension
	switch {
	case g == nil || g.Customer != v.phone.Customer:
		return Fault(NoKeyGroup)
	case extension == "" || !slices.Contains(g.Controllers, extension):
		return Fault(NoKeyRights)
	}
	return nil
}

func (v *keyValues) number(k *Softkey) *Error {
	if !v.asked {
		v.asked = true
		if c := v.refs.Customer(v.phone.Customer); c != nil {
			v.country = c.Country
		}
	}
	number, ok := dialled(k.Value, v.country)
	if !ok {
		return Fault(BadKeyNumber)
	}
	k.Value = number
	return nil
}

// maxURL bounds a URL, in bytes: more than phones read.
const maxURL = 2048

// validURL says whether a phone can fetch it.
func validURL(s string) bool {
	if len(s) > maxURL || strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || isControl(r) }) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
