package door

import (
	"net/netip"

	"ringfence/guard"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// Authenticate returns the phone that signed the request, as the Book has it
// now, with Proven; or nil and why there is none, for Answer.
//
// Challenged is all that strangers learn: an unknown user, a wrong password, one
// of before and a sender that is held off cost the same work and get the same
// challenge.
func (d *Door) Authenticate(o *sip.Outline, f sip.Flow) (*phone.Account, Result) {
	c, found := d.credentials(o)
	if found == unreadable {
		d.broken.Add(1)
		return nil, Malformed
	}
	issued, state := d.Nonces.Read(c.Nonce, f.Remote.Addr())
	switch {
	case state == digest.Foreign: // no credentials at all, too
		d.challenges.Add(1)
		d.Guard.Sign(f.Remote.Addr(), o.UserAgent, o.From.URI.User, o.To.URI.User)
		return nil, Challenged
	case !sameTarget(c.URI, o):
		d.broken.Add(1)
		return nil, Mistargeted
	}
	account := d.prove(&c, state, o, f)
	switch {
	case account == nil:
		return nil, Challenged
	case state == digest.Stale:
		// Only to the right password: stale says that there is no need to ask
		// the user for another (RFC 7616 section 3.3).
		d.stale.Add(1)
		return nil, Stale
	case !d.counts.use(account.ID, issued, c.NC, d.print(o, f)):
		d.replayed.Add(1)
		return nil, Stale
	}
	d.Guard.Right(f.Remote.Addr(), c.Username)
	d.proven.Add(1)
	return account, Proven
}

// prove returns the phone whose password the credentials show, nil when they do
// not, or when the guard wants to hear of none.
func (d *Door) prove(c *credentials, state digest.NonceState, o *sip.Outline, f sip.Flow) *phone.Account {
	source := f.Remote.Addr()
	held := d.Guard.Held(source, c.Username)
	account, ended := d.account(c.Username)
	secret := &d.nobody
	if account != nil {
		secret = &account.HA1
	}
	right := d.matches(c, secret, o) && account != nil
	if right && !held {
		return account
	}
	former := d.wasRight(c, ended, o)
	switch {
	case held:
		d.held.Add(1)
	case former != "":
		d.former.Add(1)
		d.failed("former password", former, guard.FormerPassword, c, state, o, f)
	case account != nil:
		d.wrong.Add(1)
		d.failed("wrong password", account.ID, guard.WrongPassword, c, state, o, f)
	default:
		d.unknown.Add(1)
		d.tell(source, c.Username, guard.UnknownUser, state)
	}
	return nil
}

// account finds who has the username now, nil for nobody; ended is who had it
// until its time was over.
func (d *Door) account(username string) (now, ended *phone.Account) {
	a := d.Book.ByUsername(username)
	if a == nil || a.Until.IsZero() || a.Valid(d.Now()) {
		return a, nil
	}
	return nil, a
}

// wasRight finds the phone whose credentials of before the proof fits, "" when
// there is none. It works as much for everybody: so many comparisons, whatever
// is known of the username.
func (d *Door) wasRight(c *credentials, ended *phone.Account, o *sip.Outline) (id phone.ID) {
	var known [phone.MaxFormer]phone.Former
	n := 0
	if ended != nil {
		known[0], n = phone.Former{Phone: ended.ID, HA1: ended.HA1, Ended: ended.Until}, 1
	}
	copy(known[n:], d.Book.Former(c.Username))
	oldest := d.Now().Add(-phone.FormerFor)
	for i := range known {
		secret, counts := &known[i].HA1, known[i].Ended.After(oldest)
		if !counts {
			secret = &d.nobody
		}
		if d.matches(c, secret, o) && counts {
			id = known[i].Phone
		}
	}
	return id
}

// matches says whether the proof was made with the secret.
func (d *Door) matches(c *credentials, secret *phone.HA1, o *sip.Outline) bool {
	var room [64]byte // of an HA1 in hex
	ha1 := room[:0]
	if c.algorithm == digest.SHA256 {
		ha1 = secret.AppendSHA256(ha1)
	} else {
		ha1 = secret.AppendMD5(ha1)
	}
	return c.Proves(ha1, string(o.Method))
}

// failed notes a proof that fits no phone as it is now. What strangers write
// does not go into the log, and what is told of one phone comes once a minute.
func (d *Door) failed(what string, id phone.ID, kind guard.Kind, c *credentials, state digest.NonceState, o *sip.Outline, f sip.Flow) {
	d.tell(f.Remote.Addr(), c.Username, kind, state)
	if d.quiet.speak(what, id, d.Now()) {
		d.Log.Info(what, "phone", id, "username", c.Username, "method", string(o.Method), "source", f.String())
	}
}

// tell tells the guard of a wrong answer. Only one to a fresh challenge counts:
// it says that its sender is where it seems to be, also on UDP.
func (d *Door) tell(source netip.Addr, username string, kind guard.Kind, state digest.NonceState) {
	if state == digest.Fresh {
		d.Guard.Wrong(source, username, kind)
	}
}
