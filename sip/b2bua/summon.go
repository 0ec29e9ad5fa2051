package b2bua

import (
	"context"
	"errors"

	"ringfence/phone"
	"ringfence/sip"
)

// Pickup lets a device ring for a call that rings elsewhere; the others go on until
// it answers.
func (s *Switch) Pickup(ctx context.Context, device, id phone.ID) error {
	c := s.running1(id)
	if c == nil {
		return errNoCall
	}
	return ask(ctx, c, func() error {
		if c.stage != setup || c.ring == nil || c.ends[0] == nil || c.cdr.Callee.Type == phone.PartySystem { // or is a feature code
			return errNotRinging
		}
		targets, err := c.summon(device)
		if err != nil {
			return err
		}
		if c.ring.patience <= 0 { // it rings outside
			c.ring.patience = c.RingTimeout
		}
		c.fork(targets)
		return nil
	})
}

// summon are the contacts of a device, asked to answer by itself.
func (s *Switch) summon(device phone.ID) ([]target, error) {
	a := s.Book.ByID(device)
	if a == nil {
		return nil, errOffline
	}
	x := s.Book.Extension(a.Extension)
	bindings := s.Bindings(device)
	if x == nil || len(bindings) == 0 {
		return nil, errOffline
	}
	var targets []target
	for _, b := range bindings {
		targets = append(targets, target{account: a, extension: x, binding: b, summoned: true})
	}
	return targets, nil
}

// summons asks a phone to answer by itself, in the two ways that phones know: a
// parameter of Alert-Info, or of Call-Info.
func (s *Switch) summons() []sip.Header {
	return []sip.Header{
		sip.NewHeader("Alert-Info", "<http://"+s.Domain+">;info=alert-autoanswer;delay=0"),
		sip.NewHeader("Call-Info", "<sip:"+s.Domain+">;answer-after=0"),
	}
}

// Steal lets a device ring for the party that talks with the leg; when it answers,
// it is in the place of the leg.
func (s *Switch) Steal(ctx context.Context, device phone.ID, leg phone.LegID) error {
	c, err := s.conversation(leg, errNoCall)
	if err != nil {
		return err
	}
	return ask(ctx, c, func() error {
		e, err := c.movable(leg, errNoCall)
		if err != nil { // as a fault of the target, which is what the call is here
			var told *phone.Error
			errors.As(err, &told)
			return invalid("target", told.Text)
		}
		targets, err := s.summon(device)
		if err != nil {
			return err
		}
		t := &transfer{from: c, x: e.other(), left: e}
		c.leaving = t
		to, ok := t.place(targets[0].extension.Number)
		if !ok {
			t.fail(503, "Service Unavailable")
			return errFull
		}
		to.cdr.Callee.Name, to.cdr.Callee.Extension = targets[0].extension.Name, targets[0].extension.ID
		to.ring.patience = s.RingTimeout
		to.publish(phone.CallStarted, phone.CallEvent{})
		to.fork(targets)
		return nil
	})
}

// introduction is what a called phone is told besides who calls: that it is to
// answer by itself, and that it is called for a transfer.
func (c *call) introduction(t *target, from party) []sip.Header {
	hs := []sip.Header{from.asserted(c.Domain)}
	if t.summoned {
		hs = append(hs, c.summons()...)
	}
	if d := c.forwardedBy(); d != nil {
		hs = append(hs, d)
	}
	return append(hs, c.referredBy()...)
}

// referredBy tells those that are called for a transfer who wants it (RFC 3892):
// in our words, and without a signature.
func (c *call) referredBy() []sip.Header {
	t := c.coming
	if t == nil || t.left == nil || t.old.leg != nil {
		return nil
	}
	u := t.left.party.uri(c.Domain)
	return []sip.Header{sip.NewHeader("Referred-By", "<"+u.String()+">")}
}
