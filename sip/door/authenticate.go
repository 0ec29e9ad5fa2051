package door

import (
	"net/netip"

	"ringfence/guard"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// Authenticate returns who signed the request, as the Book has it now, with
// Proven; or why it is nobody, for Answer. The guard hears of a proof when the
// fence has let it in: a password that is stolen makes no address a phone's.
//
// Challenged is all that strangers learn: an unknown user, a wrong password, one
// of before and a sender that is held off cost the same work and get the same
// challenge.
func (d *Door) Authenticate(o *sip.Outline, f sip.Flow) (phone.Identity, Result) {
	c, found := d.credentials(o)
	if found == unreadable {
		d.broken.Add(1)
		return phone.Identity{}, Malformed
	}
	issued, state := d.Nonces.Read(c.Nonce, f.Remote.Addr())
	switch {
	case state == digest.Foreign: // no credentials at all, too
		d.challenges.Add(1)
		d.Guard.Sign(f.Remote.Addr(), o.UserAgent, o.From.URI.User, o.To.URI.User)
		return phone.Identity{}, Challenged
	case !sameTarget(c.URI, o):
		d.broken.Add(1)
		return phone.Identity{}, Mistargeted
	}
	who, right := d.prove(&c, state, o, f)
	switch {
	case !right:
		return phone.Identity{}, Challenged
	case state == digest.Stale:
		// Only to the right password: stale says that there is no need to ask
		// the user for another (RFC 7616 section 3.3).
		d.stale.Add(1)
		return phone.Identity{}, Stale
	case !d.counts.use(who.ID, issued, c.NC, d.print(o, f)):
		d.replayed.Add(1)
		return phone.Identity{}, Stale
	}
	d.proven.Add(1)
	return who, Proven
}

// prove returns whose password the credentials show. It is not right when they
// show none, or when the guard wants to hear of none.
func (d *Door) prove(c *credentials, state digest.NonceState, o *sip.Outline, f sip.Flow) (who phone.Identity, right bool) {
	source := f.Remote.Addr()
	held := d.Guard.Held(source, c.Username)
	who, is := d.find(c.Username)
	secret := &d.nobody
	if is == known {
		secret = &who.HA1
	}
	right = d.matches(c, secret, o) && is == known
	if right && !held {
		return who, true
	}
	former := d.wasRight(c, &who, is, o)
	switch {
	case held:
		d.held.Add(1)
		if is == known { // whoever wonders why a phone with the right one is not let in looks for this
			d.log("password not judged, held off", who.ID, c, o, f)
		}
	case former != "":
		d.former.Add(1)
		d.failed("former password", former, guard.FormerPassword, c, state, o, f)
	case is == known:
		d.wrong.Add(1)
		d.failed("wrong password", who.ID, guard.WrongPassword, c, state, o, f)
	default:
		d.unknown.Add(1)
		d.tell(source, c.Username, guard.UnknownUser, state)
	}
	return phone.Identity{}, false
}

// standing is what a username is.
type standing int

const (
	unknown standing = iota // nobody's
	known
	over // an old one whose time is over
)

// find returns whose username it is, or was.
func (d *Door) find(username string) (phone.Identity, standing) {
	who, found := d.Book.Identity(username)
	switch {
	case !found:
		return who, unknown
	case who.Until.IsZero() || who.Valid(d.Now()):
		return who, known
	}
	return who, over
}

// wasRight finds the phone whose credentials of before the proof fits, "" when
// there is none. It works as much for everybody: so many comparisons, whatever
// is known of the username.
func (d *Door) wasRight(c *credentials, who *phone.Identity, is standing, o *sip.Outline) (id phone.ID) {
	var all [phone.MaxFormer]phone.Former
	n := 0
	if is == over {
		all[0], n = phone.Former{Phone: who.ID, HA1: who.HA1, Ended: who.Until}, 1
	}
	copy(all[n:], d.Book.Former(c.Username))
	oldest := d.Now().Add(-phone.FormerFor)
	for i := range all {
		secret, counts := &all[i].HA1, all[i].Ended.After(oldest)
		if !counts {
			secret = &d.nobody
		}
		if d.matches(c, secret, o) && counts {
			id = all[i].Phone
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

// failed notes a proof that fits no phone as it is now.
func (d *Door) failed(what string, id phone.ID, kind guard.Kind, c *credentials, state digest.NonceState, o *sip.Outline, f sip.Flow) {
	d.tell(f.Remote.Addr(), c.Username, kind, state)
	d.log(what, id, c, o, f)
}

// log tells of a phone, and the same of one once a minute. What strangers write
// does not go into the log.
func (d *Door) log(what string, id phone.ID, c *credentials, o *sip.Outline, f sip.Flow) {
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
