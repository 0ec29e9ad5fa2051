package b2bua

import (
	"context"

	"ringfence/phone"
)

// What may be asked of calls from outside, in words of phone. All of it returns
// when it is under way. What cannot be done is refused with an Invalid of the key
// device, target, source or destination.

func invalid(key, text string) error {
	return &phone.Error{Kind: phone.Invalid, Key: key, Text: text}
}

var (
	errNoCall      = invalid("target", "Call not found")
	errNoSource    = invalid("source", "Call leg not found")
	errNoOther     = invalid("destination", "Call leg not found")
	errUnanswered  = invalid("source", "Call has not been answered")
	errUnderWay    = invalid("source", "Call is being transferred")
	errOffline     = invalid("device", "SIP phone is offline")
	errUnsupported = invalid("device", "SIP phone model does not support it")
	errNotRinging  = invalid("target", "No call is ringing there")
	errFull        = &phone.Error{Kind: phone.TooMany, Key: "too_many_requests", Text: "Too many calls"}
	errBroken      = &phone.Error{Kind: phone.Internal, Key: "internal_error", Text: "Call control failed"}
)

// ask runs f in the mailbox of a call and waits for what it says.
func ask(ctx context.Context, c *call, f func() error) error {
	said := make(chan error, 1)
	c.Do(func() {
		err := error(errBroken) // when f panics
		defer func() { said <- err }()
		err = f()
	})
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Hangup ends a call: both ends get a BYE, or what rings is cancelled and the
// caller refused.
func (s *Switch) Hangup(ctx context.Context, id phone.ID) error {
	c := s.running1(id)
	if c == nil {
		return errNoCall
	}
	return ask(ctx, c, func() error {
		switch {
		case c.stage == ended:
			return errNoCall
		case c.stage == talking:
			c.end(hungUpByUs)
		default:
			c.end(stopped)
		}
		return nil
	})
}

// stopped is the end of a call that was taken back over the API before anybody
// answered.
var stopped = &outcome{phone.EndedBySystem, phone.EndCancel, 480, "Temporarily Unavailable"}

// legOf finds an end by its id; nil when it is in the call no more.
func (c *call) legOf(id phone.LegID) *end {
	_, nth, _ := id.Call()
	for _, e := range c.everybody() {
		if e.nth == nth {
			return e
		}
	}
	return nil
}

// conversation is the end of a leg that is talking, which may be transferred.
func (s *Switch) conversation(id phone.LegID, missing error) (*call, error) {
	in, _, ok := id.Call()
	if c := s.running1(in); ok && c != nil {
		return c, nil
	}
	return nil, missing
}

// movable is the end, if it may be transferred now.
func (c *call) movable(id phone.LegID, missing error) (*end, error) {
	e := c.legOf(id)
	switch {
	case e == nil || e.leg == nil:
		return nil, missing
	case c.stage != talking || e.other() == nil:
		return nil, errUnanswered
	case c.leaving != nil || c.coming != nil:
		return nil, errUnderWay
	}
	return e, nil
}

// Transfer lets the party of the leg talk with a number; the other party is let go
// when that answers.
func (s *Switch) Transfer(ctx context.Context, source phone.LegID, number string) error {
	c, err := s.conversation(source, errNoSource)
	if err != nil {
		return err
	}
	return ask(ctx, c, func() error {
		x, err := c.movable(source, errNoSource)
		if err != nil {
			return err
		}
		t := &transfer{from: c, x: x, left: x.other()}
		c.leaving = t
		t.dial(number)
		return nil
	})
}

// Join lets the parties of two legs talk with each other; both others are let go.
func (s *Switch) Join(ctx context.Context, source, destination phone.LegID) error {
	a, err := s.conversation(source, errNoSource)
	if err != nil {
		return err
	}
	b, err := s.conversation(destination, errNoOther)
	if err != nil {
		return err
	}
	said := make(chan error, 1)
	a.Do(func() {
		a.together(b.mailbox, func() {
			err := error(errBroken)
			defer func() { said <- err }()
			err = joinEnds(a, b, source, destination)
		})
	})
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func joinEnds(a, b *call, source, destination phone.LegID) error {
	x, err := a.movable(source, errNoSource)
	if err != nil {
		return err
	}
	y := b.legOf(destination)
	if y == nil || a == b || a.customer != b.customer || b.leaving != nil || b.coming != nil {
		return errNoOther
	}
	old := y.other()
	if b.stage != talking && y != b.ends[0] {
		old = b.ends[0] // x waits with them until y answers
	}
	if old == nil {
		return errNoOther
	}
	t := &transfer{from: a, x: x, left: x.other()}
	a.leaving = t
	t.attend(old)
	return nil
}
