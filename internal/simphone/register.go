package simphone

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"ringfence/sip"
)

// Registration is what the registrar answered.
type Registration struct {
	Expires  time.Duration // of our own contact, 0 when it is not bound (any more)
	Contacts []Contact     // every binding of the address of record, ours included
	Date     time.Time     // the registrar's clock; zero when it did not tell
}

// Contact is one binding as the registrar tells it.
type Contact struct {
	URI     string
	Expires time.Duration // what is left of it
}

// registrar is the phone's side of its registration: all of its REGISTERs have
// one Call-ID and rising CSeqs (RFC 3261 section 10.2).
type registrar struct {
	turn        chan struct{} // holds a token while no REGISTER is under way
	callID, tag string
	seq         uint32 // by whoever has the turn
}

func newRegistrar() registrar {
	turn := make(chan struct{}, 1)
	turn <- struct{}{}
	return registrar{turn: turn, callID: rand.Text(), tag: rand.Text()}
}

// Register binds the phone's contact to its address of record, or refreshes the
// binding, for a lifetime in whole seconds; 0 asks for Settings.Expires. It
// answers the challenge of the registrar. Errors: *StatusError for a refusal
// (401 for a wrong password), ErrChallenge, sip.ErrTimeout, ctx's, or the
// connection's.
func (p *Phone) Register(ctx context.Context, expires time.Duration) (Registration, error) {
	r, err := p.register(ctx, p.Settings().lifetime(expires))
	if err != nil {
		return Registration{}, fmt.Errorf("register: %w", err)
	}
	return r, nil
}

// Unregister takes the phone's own binding back (RFC 3261 section 10.2.2).
// Errors are those of Register.
func (p *Phone) Unregister(ctx context.Context) error {
	if _, err := p.register(ctx, 0); err != nil {
		return fmt.Errorf("unregister: %w", err)
	}
	return nil
}

func (p *Phone) register(ctx context.Context, expires time.Duration) (Registration, error) {
	// RFC 3261 section 10.2: no new REGISTER before the last has its answer.
	select {
	case <-p.registrar.turn:
		defer func() { p.registrar.turn <- struct{}{} }()
	case <-ctx.Done():
		return Registration{}, ctx.Err()
	}
	s := p.Settings()
	f, err := p.flow(ctx, s)
	if err != nil {
		return Registration{}, err
	}
	next := func() *sip.Request { return p.newRegister(s, f, expires) }
	send := func(req *sip.Request) (*sip.Response, error) { return p.exchange(ctx, f, req) }
	res, err := p.ask(next, send)
	if err != nil {
		return Registration{}, err
	}
	if err := refusal(res); err != nil {
		return Registration{}, err
	}
	return readRegistration(res, p.contact(f)), nil
}

func (p *Phone) newRegister(s Settings, f sip.Flow, expires time.Duration) *sip.Request {
	r := &p.registrar
	r.seq++
	aor := sipURI(s.Username, s.Domain)
	domain := aor
	domain.User = "" // RFC 3261 section 10.2
	req := p.request(outline{
		method: sip.REGISTER, target: domain, to: aor,
		tag: r.tag, callID: r.callID, seq: r.seq,
	}, s, f)
	seconds := sip.ExpiresHeader(expires / time.Second)
	req.AppendHeader(&seconds)
	return req
}

func readRegistration(res *sip.Response, own sip.URI) Registration {
	var r Registration
	for _, h := range res.GetHeaders("contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		left := lifetime(c, res)
		r.Contacts = append(r.Contacts, Contact{URI: c.Address.String(), Expires: left})
		if same(c.Address, own) {
			r.Expires = left
		}
	}
	if h := res.GetHeader("date"); h != nil {
		// RFC 3261 section 20.17 has the form of HTTP. Without a legible one
		// the phone goes by its own clock.
		r.Date, _ = http.ParseTime(h.Value())
	}
	return r
}

// lifetime is the expires parameter, or else the Expires header (RFC 3261
// section 10.2.4).
func lifetime(c *sip.ContactHeader, res *sip.Response) time.Duration {
	value, ok := c.Params.Get("expires")
	if !ok {
		if h := res.GetHeader("expires"); h != nil {
			value = h.Value()
		}
	}
	n, err := strconv.ParseUint(value, 10, 32)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// same says whether a registrar's contact is our own. That is all of the
// comparison of RFC 3261 section 19.1.4 that a phone needs for what it wrote.
func same(a, b sip.URI) bool {
	return a.User == b.User && a.Host == b.Host && a.Port == b.Port
}
