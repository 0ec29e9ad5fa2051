package door

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// Config is what a Door stands on.
type Config struct {
	Book   *phone.Book
	Nonces *digest.Nonces
	Gate   *policy.Gate
	Now    func() time.Time // nil is time.Now
	Log    *slog.Logger     // nil is silence

	// EndOld ends the old credentials of a phone that has come in with its own,
	// under that username. It returns when that is durable; nil is nobody.
	EndOld func(ctx context.Context, id phone.ID, username string) error

	// Algorithms are offered in this order; nil is SHA-256 and then MD5
	// (RFC 8760 section 2.3).
	Algorithms []digest.Algorithm
	// MD5Only are the beginnings of the User-Agents that are offered MD5 alone,
	// where it is offered at all: clients that fail at a challenge they do not
	// know, which they should ignore (RFC 7616 section 3.3).
	MD5Only []string
}

// Door lets phones in, or not. It is safe for concurrent use.
type Door struct {
	Config
	nobody phone.HA1 // what an unknown user's proof is compared with

	challenges, broken, stale, wrong, unknown, proven, refused atomic.Uint64
}

// Stats count what came to the door, by what became of it.
type Stats struct {
	Challenges uint64 // no credentials that answer a challenge of ours
	Broken     uint64 // credentials that cannot be read, or were made for another request
	Stale      uint64 // right, but the nonce was too old
	Wrong      uint64 // of a phone that exists
	Unknown    uint64 // of a user that does not
	Proven     uint64
	Refused    uint64 // proven, but not admitted by the gate
}

// New makes a door.
func New(c Config) *Door {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.EndOld == nil {
		c.EndOld = func(context.Context, phone.ID, string) error { return nil }
	}
	if c.Algorithms == nil {
		c.Algorithms = []digest.Algorithm{digest.SHA256, digest.MD5}
	}
	return &Door{Config: c, nobody: phone.NewHA1("", c.Book.Realm(), "")}
}

// Stats reads the counters.
func (d *Door) Stats() Stats {
	return Stats{
		Challenges: d.challenges.Load(), Broken: d.broken.Load(), Stale: d.stale.Load(),
		Wrong: d.wrong.Load(), Unknown: d.unknown.Load(), Proven: d.proven.Load(), Refused: d.refused.Load(),
	}
}

// Authenticate returns the phone that signed the request, as the Book has it
// now, or the response to one that nobody we know has signed: 401 with a
// challenge for each algorithm, or 400 for credentials that cannot be read or
// were made for another request. Exactly one of the two is nil.
func (d *Door) Authenticate(req *sip.Request, f sip.Flow) (*phone.Account, *sip.Response) {
	c, found := d.credentials(req)
	if found == unreadable {
		return nil, d.bad(req, "Malformed Authorization")
	}
	state := d.Nonces.Check(c.Nonce, f.Source().Addr())
	switch {
	case state == digest.Foreign: // no credentials at all, too
		d.challenges.Add(1)
		return nil, d.challenge(req, f, false)
	case !sameTarget(c.URI, req.Recipient):
		return nil, d.bad(req, "Authorization Is for Another Request")
	}
	account := d.account(c.Username)
	right := c.Verify(d.secret(account, c.algorithm), string(req.Method)) && account != nil
	switch {
	case !right:
		d.failed(account, req, f)
		return nil, d.challenge(req, f, false)
	case state == digest.Stale:
		// Only to the right password: stale says that there is no need to ask
		// the user for another (RFC 7616 section 3.3).
		d.stale.Add(1)
		return nil, d.challenge(req, f, true)
	}
	d.proven.Add(1)
	return account, nil
}

// Admit lets the gate judge where a phone comes from that Authenticate has
// returned for the same request. It returns nil when the phone may pass, else
// the response: 403, or 500 when the gate could not judge.
//
// The phone is looked up again, so that what the API has changed since, its
// fence or its password, holds here already.
func (d *Door) Admit(ctx context.Context, req *sip.Request, a *phone.Account, f sip.Flow, via phone.Via) *sip.Response {
	now := d.account(a.Login)
	if now == nil || now.ID != a.ID || now.HA1 != a.HA1 {
		d.refused.Add(1)
		return forbidden(req)
	}
	v, err := d.Gate.Admit(ctx, now.Phone, f.Source().Addr(), via)
	switch {
	case err != nil:
		d.Log.Error("phone not judged", "phone", a.ID, "via", via, "source", f.String(), "error", err)
		return sip.Reply(req, 500, "Server Internal Error")
	case !v.Allowed:
		d.refused.Add(1)
		return forbidden(req)
	}
	d.renewed(ctx, now)
	return nil
}

// renewed ends old credentials: the phone has the new ones now. Not before the
// gate: a copy of the phone somewhere else must not shut the phone itself out.
// When it fails, the next request tries again.
func (d *Door) renewed(ctx context.Context, a *phone.Account) {
	if !a.Until.IsZero() || len(a.Old) == 0 {
		return
	}
	if err := d.EndOld(ctx, a.ID, a.Login); err != nil {
		d.Log.Error("old credentials not ended", "phone", a.ID, "error", err)
	}
}

// forbidden does not say why: the reason is for the phone's owner, who has it
// from the API.
func forbidden(req *sip.Request) *sip.Response { return sip.Reply(req, 403, "Forbidden") }

func (d *Door) bad(req *sip.Request, reason string) *sip.Response {
	d.broken.Add(1)
	return sip.Reply(req, 400, reason)
}

// challenge is the same 401 for every user, known or not.
func (d *Door) challenge(req *sip.Request, f sip.Flow, stale bool) *sip.Response {
	nonce := d.Nonces.Issue(f.Source().Addr())
	var hs []sip.Header
	for _, value := range digest.Challenges(d.Book.Realm(), nonce, stale, d.offer(req)...) {
		hs = append(hs, sip.NewHeader("WWW-Authenticate", value))
	}
	return sip.Reply(req, 401, "Unauthorized", hs...)
}

// failed counts a wrong proof. Only that of a phone that exists is logged: what
// strangers write does not go into the log.
func (d *Door) failed(a *phone.Account, req *sip.Request, f sip.Flow) {
	if a == nil {
		d.unknown.Add(1)
		return
	}
	d.wrong.Add(1)
	d.Log.Info("wrong password", "phone", a.ID, "username", a.Login, "method", string(req.Method), "source", f.String())
}
