package phone

import "time"

// Identity is what the doors ask of a phone: whose it is, what proves it, and
// from where it may connect. It is read from the Book as it stands there, which
// costs a twentieth of making the phone anew. Its texts are shared with the Book.
type Identity struct {
	ID       ID
	Customer ID
	IP       Fence
	Login    string // the username of the pair: the phone's, or an old one
	HA1      HA1
	Until    time.Time // when an old pair ends; zero for the phone's own
	HasOld   bool      // the phone has old pairs, too
}

// Valid says whether the pair proves the phone now.
func (i *Identity) Valid(now time.Time) bool { return i.Until.IsZero() || now.Before(i.Until) }

// Same says whether the other is of the same phone, with the same secret.
func (i *Identity) Same(other *Identity) bool { return i.ID == other.ID && i.HA1 == other.HA1 }

// Identity returns whom these credentials are of, a phone's own or old ones;
// false when they are nobody's on a cluster that this server serves.
func (b *Book) Identity(username string) (Identity, bool) {
	e := b.entry(username)
	switch {
	case e == nil:
		return Identity{}, false
	case e.username() != username: // for some days in a phone's life
		return b.account(e, username).Identity(), true
	}
	fence, hasOld := e.fence()
	return Identity{
		ID: e.id(), Customer: e.customer.Value(), IP: fence,
		Login: e.username(), HA1: e.ha1, HasOld: hasOld,
	}, true
}

// Identity is the account as the doors see it.
func (a *Account) Identity() Identity {
	return Identity{
		ID: a.ID, Customer: a.Customer, IP: a.IP,
		Login: a.Login, HA1: a.HA1, Until: a.Until, HasOld: len(a.Old) > 0,
	}
}
