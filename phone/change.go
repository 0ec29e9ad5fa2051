package phone

import "reflect"

// Change is one committed change of a phone: Before is nil for a new one, After
// for a deleted one.
type Change struct {
	Before, After *Phone
}

// Phone returns the newer of the two.
func (c Change) Phone() *Phone {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Revoked says whether what the phone proved itself with is gone: it was
// deleted, or its credentials are new and the old ones are not kept beside
// them. Its bindings go with them.
func (c Change) Revoked() bool {
	return c.Before != nil && (c.After == nil || !c.After.accepts(c.Before.Username, c.Before.Password))
}

// ConfigChanged says whether the configuration that the phone would fetch may
// differ, whatever its model: what it is, how it is set and what it proves itself
// with.
func (c Change) ConfigChanged() bool {
	if c.Before == nil || c.After == nil {
		return true
	}
	return !reflect.DeepEqual(c.Before.configured(), c.After.configured())
}

// configured is the phone less what no configuration holds, or only one that a
// model's template asks it of (the serial): where it may
// connect from, what the office knows of it, credentials of before, what the
// server does with its calls. No keys are
// no keys, whether the list is nil or empty.
func (p *Phone) configured() Phone {
	c := *p
	c.IP, c.Purchase, c.Notes, c.Product, c.Serial, c.InstanceID, c.Old = Fence{}, PurchaseInfo{}, "", "", "", "", nil
	c.DND = false
	if len(c.Softkeys) == 0 {
		c.Softkeys = nil
	}
	return c
}
