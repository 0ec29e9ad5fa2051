package main

import (
	"context"
	"strings"
	"sync"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/b2bua"
	"ringfence/sip/resolve"
	"ringfence/sip/session"
	"ringfence/trunk"
)

// outside are the lines to the world, in the words of calls.
type outside struct {
	*trunk.Lines
	running sync.WaitGroup // until they have said goodbye
}

// openLines comes after the stack and the store.
func (s *house) openLines(c Config) {
	s.lines = &outside{Lines: trunk.New(trunk.Config{
		Book: s.book, Stack: s.stack, Resolver: resolve.New(resolve.Config{IPv6: true, Now: time.Now}),
		PhoneCalls: c.PhoneCalls, PhoneCallsPerSecond: c.PhoneCallsPerSecond,
		Spending: s.store, Publish: s.feed.Publish, Domain: c.Domain, Now: time.Now, Log: s.log,
	})}
}

// run is Lines.Run as a task, which close waits for.
func (o *outside) run(ctx context.Context) func() error {
	o.running.Add(1)
	return func() error {
		defer o.running.Done()
		return o.Run(ctx)
	}
}

// trunkChanged follows each committed change of a trunk.
func (s *house) trunkChanged(before, after *phone.Trunk) {
	if s.lines != nil {
		s.lines.Changed(before, after)
	}
}

// flowClosed follows when a connection goes away.
func (s *house) flowClosed(f sip.Flow) {
	s.registrar.FlowClosed(f)
	if s.lines != nil {
		s.lines.FlowClosed(f)
	}
}

// Inbound is b2bua.Lines.
func (o *outside) Inbound(req *sip.Request, f sip.Flow) (*b2bua.Arrival, bool) {
	in, ok := o.Lines.Inbound(req, f)
	if !ok {
		return nil, false
	}
	a := &b2bua.Arrival{
		Trunk: in.Line.ID, Number: in.Number, Goto: in.Goto, SRTP: in.Line.SIP.SRTP, Caller: b2bua.Stranger(in.Caller),
		Begin: func() (b2bua.Ticket, *b2bua.Refusal) { return ticket(o.Begin(in)) },
	}
	if in.Trunk != nil {
		a.Customer = in.Trunk.Customer
	}
	return a, true
}

// Outbound is b2bua.Lines.
func (o *outside) Outbound(d b2bua.Departure) ([]*b2bua.Way, *b2bua.Refusal) {
	found, r := o.Lines.Outbound(trunk.Outgoing{
		Customer: d.Customer, Phone: d.Phone, Dialled: d.Dialled, Caller: trunk.Caller(d.Caller), Forwarded: d.Forwarded,
	})
	if r != nil {
		return nil, &b2bua.Refusal{Code: r.Code, Phrase: r.Phrase}
	}
	ways := make([]*b2bua.Way, len(found))
	for i, w := range found {
		ways[i] = wayOf(w)
	}
	return ways, nil
}

// Inside is b2bua.Lines.
func (o *outside) Inside(by phone.ID) (b2bua.Ticket, *b2bua.Refusal) {
	t, r := o.Lines.Inside(by)
	if t == nil && r == nil {
		return nil, nil
	}
	return ticket(t, r)
}

func wayOf(w *trunk.Way) *b2bua.Way {
	return &b2bua.Way{
		Trunk: w.Trunk.ID, Number: w.Number, SRTP: w.SRTP(), URI: w.RequestURI, Headers: w.Headers,
		From:  session.Party{Name: w.From.DisplayName, URI: w.From.Address},
		Begin: func(over func()) (b2bua.Ticket, *b2bua.Refusal) { return ticket(w.Begin(over)) },
		Next: func(on func(sip.Flow, string, error)) {
			w.Next(func(p trunk.Place, err error) { on(p.Flow, strings.Join(w.Routes(), ", "), err) })
		},
		Failed: w.Failed, Succeeded: w.Succeeded,
		Ahead: func() sip.Header {
			h, _ := w.Ahead(sip.INVITE, w.RequestURI)
			return h
		},
		Authorize: func(req *sip.Request, res *sip.Response) (sip.Header, error) {
			return w.Authorize(res, req.Method, req.Recipient)
		},
	}
}

// ticket has no typed nil in it.
func ticket(t *trunk.Ticket, r *trunk.Refusal) (b2bua.Ticket, *b2bua.Refusal) {
	if r != nil {
		return nil, &b2bua.Refusal{Code: r.Code, Phrase: r.Phrase}
	}
	return t, nil
}
