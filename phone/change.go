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
// deleted, or its credentials are new. Its bindings go with them.
func (c Change) Revoked() bool {
	return c.Before != nil && (c.After == nil || c.Before.Username != c.After.Username || c.Before.Password != c.After.Password)
}

// ConfigChanged says whether the configuration that the phone would fetch may
// differ: what it is and how it is set, not its fence, notes or purchase.
func (c Change) ConfigChanged() bool {
	if c.Before == nil || c.After == nil {
		return true
	}
	return !reflect.DeepEqual(c.Before.configured(), c.After.configured())
}

// configured is the phone less what no configuration holds.
func (p *Phone) configured() Phone {
	c := *p
	c.IP, c.Purchase, c.Notes, c.Product = Fence{}, PurchaseInfo{}, "", ""
	return c
}
