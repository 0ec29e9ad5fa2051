package notify

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// Config is what a Notifier is made of. Where a default is given, zero means
// it; the rest must be set.
type Config struct {
	Stack    *sip.Stack
	Book     *phone.Book
	Bindings func(phone.ID) []phone.Binding // the live ones of a phone
	Domain   string                         // of the phones' addresses of record
	Patience time.Duration                  // how long an answer may take; 5 s
}

// Notifier asks phones. Its methods may be called from any goroutine.
type Notifier struct {
	Config
	accepted, refused, silent atomic.Uint64
}

// Stats count what was asked of phones that are online, by what became of it.
type Stats struct {
	Accepted uint64
	Refused  uint64
	Silent   uint64 // no answer in time, or no way to ask
}

// Stats reads the counters.
func (n *Notifier) Stats() Stats {
	return Stats{Accepted: n.accepted.Load(), Refused: n.refused.Load(), Silent: n.silent.Load()}
}

// New makes a notifier.
func New(c Config) *Notifier {
	if c.Patience <= 0 {
		c.Patience = 5 * time.Second
	}
	return &Notifier{Config: c}
}

// The actions, as the keys of their errors.
const (
	reload = "configreload"
	reboot = "reboot"
)

// Reload asks a phone to fetch its configuration and apply it. It returns nil
// when the phone has said yes at one of its bindings. Errors: phone.NoPhone; a
// Conflict when its model does not know how, when it is offline, when it does
// not answer, or when it refuses; ctx's.
func (n *Notifier) Reload(ctx context.Context, id phone.ID) error {
	return n.ask(ctx, id, reload)
}

// Reboot asks a phone to reboot. Its errors are those of Reload.
func (n *Notifier) Reboot(ctx context.Context, id phone.ID) error {
	return n.ask(ctx, id, reboot)
}

func (n *Notifier) ask(ctx context.Context, id phone.ID, action string) error {
	a := n.Book.ByID(id)
	if a == nil {
		return phone.Fault(phone.NoPhone)
	}
	event := eventOf(n.Book.Model(a.Model), action)
	if event == "" {
		return conflict(action, "SIP phone model does not support it")
	}
	bindings := n.Bindings(id)
	if len(bindings) == 0 {
		return conflict(action, "SIP phone is offline")
	}
	waiting, cancel := context.WithTimeout(ctx, n.Patience)
	defer cancel()
	codes := n.notifyAll(waiting, a, bindings, event)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s of phone %s: %w", action, id, err)
	}
	return n.conclude(action, verdict(codes))
}

// conclude counts a verdict and says what it means.
func (n *Notifier) conclude(action string, code int) error {
	switch {
	case code == 0:
		n.silent.Add(1)
		return conflict(action, "SIP phone did not answer")
	case code >= 300:
		n.refused.Add(1)
		return conflict(action, fmt.Sprintf("SIP phone refused with status %d", code))
	}
	n.accepted.Add(1)
	return nil
}

// eventOf is the event that makes a model do it, "" when none does.
func eventOf(m *phone.Model, action string) string {
	switch {
	case m == nil:
		return ""
	case action == reboot:
		return familyOf(m).reboot
	case m.Capabilities.SIPConfigReload:
		return familyOf(m).reload
	}
	return ""
}

// verdict is the status that counts among those of all bindings, 0 when none has
// answered. A binding may be a leftover of a phone that has moved, so one yes is
// enough, and a refusal says more than silence.
func verdict(codes []int) int {
	best := 0
	for _, code := range codes {
		if code > 0 && (best == 0 || code < best) {
			best = code
		}
	}
	return best
}

func conflict(key, text string) error {
	return &phone.Error{Kind: phone.Conflict, Key: key, Text: text}
}

// request is the NOTIFY for one binding.
func (n *Notifier) request(a *phone.Account, b *phone.Binding, f sip.Flow, event string) (*sip.Request, error) {
	target, err := sip.RequestURI(b.Contact)
	if err != nil {
		return nil, err
	}
	aor := sip.URI{Scheme: "sip", User: a.KnownAs(b), Host: n.Domain}
	req := sip.NewRequest(sip.NOTIFY, target)
	if b.Path != "" {
		req.AppendHeader(sip.NewHeader("Route", b.Path)) // RFC 3327 section 5.4
	}
	hops, callID := sip.MaxForwardsHeader(70), sip.CallIDHeader(rand.Text())
	for _, h := range []sip.Header{
		&hops,
		&sip.FromHeader{Address: aor, Params: sip.Params{{K: "tag", V: rand.Text()}}},
		&sip.ToHeader{Address: aor},
		&callID,
		&sip.CSeqHeader{SeqNo: 1, MethodName: sip.NOTIFY},
		&sip.ContactHeader{Address: n.Stack.Contact(f, aor.User)},
		sip.NewHeader("Event", event),
		sip.NewHeader("Subscription-State", "terminated"), // there never was one
	} {
		req.AppendHeader(h)
	}
	return req, nil
}
