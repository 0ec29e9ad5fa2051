package door

import (
	"context"
	"hash/maphash"
	"log/slog"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/sip/digest"
)

// Config is what a Door stands on.
type Config struct {
	Book   *phone.Book
	Nonces *digest.Nonces
	Gate   *policy.Gate
	Guard  Guard            // nil holds nobody off
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
	counts *counts
	seed   maphash.Seed // of the prints
	quiet  *quiet
	all    []digest.Form // one for each of Algorithms
	weak   []digest.Form // for MD5Only

	challenges, broken, stale, replayed, held, wrong, former, unknown, proven, refused atomic.Uint64
}

// Stats count what came to the door, by what became of it.
type Stats struct {
	Challenges uint64 // no credentials that answer a challenge of ours
	Broken     uint64 // credentials that cannot be read, or were made for another request
	Stale      uint64 // right, but the nonce was too old
	Replayed   uint64 // right, but the nonce count was used before, or is too old
	Held       uint64 // not judged: the guard holds its sender off
	Wrong      uint64 // of a phone that exists
	Former     uint64 // right once, not any more
	Unknown    uint64 // of a user that does not exist
	Proven     uint64
	Refused    uint64 // proven, but not admitted by the gate
}

// New makes a door.
func New(c Config) *Door {
	if c.Guard == nil {
		c.Guard = noGuard{}
	}
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
	d := &Door{
		Config: c, nobody: phone.NewHA1("", c.Book.Realm(), ""),
		counts: newCounts(c.Nonces.Life()), seed: maphash.MakeSeed(), quiet: newQuiet(),
	}
	for _, a := range c.Algorithms {
		form := digest.NewForm(c.Book.Realm(), a)
		d.all = append(d.all, form)
		if a == digest.MD5 {
			d.weak = append(d.weak, form)
		}
	}
	return d
}

// Stats reads the counters.
func (d *Door) Stats() Stats {
	return Stats{
		Challenges: d.challenges.Load(), Broken: d.broken.Load(), Stale: d.stale.Load(), Replayed: d.replayed.Load(),
		Held: d.held.Load(), Wrong: d.wrong.Load(), Former: d.former.Load(), Unknown: d.unknown.Load(),
		Proven: d.proven.Load(), Refused: d.refused.Load(),
	}
}
