package b2bua

import (
	"context"
	"fmt"
	"slices"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// remotelyHeld are the brands whose phones know the events hold and talk of
// BroadSoft: a NOTIFY in the dialog of the call, which they answer by doing it
// themselves. So their display and keys are right.
var remotelyHeld = []string{phone.BrandYealink, phone.BrandMitel}

// Hold lets the phone of a leg hold its call, or take it back.
func (s *Switch) Hold(ctx context.Context, leg phone.LegID) error {
	c, err := s.conversation(leg, errNoCall)
	if err != nil {
		return err
	}
	said := make(chan error, 1)
	err = ask(ctx, c, func() error { return c.hold(leg, said) })
	if err != nil {
		return err
	}
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *call) hold(leg phone.LegID, said chan<- error) error {
	e := c.legOf(leg)
	if e == nil || c.stage != talking || e.phone == "" {
		return &phone.Error{Kind: phone.NotFound, Key: "target", Text: "SIP phone is in no such call"}
	}
	a := c.Book.ByID(e.phone)
	if a == nil {
		return errUnsupported
	}
	if m := c.Book.Model(a.Model); m == nil || !slices.Contains(remotelyHeld, m.Brand) {
		return errUnsupported
	}
	event := "hold"
	if e.holds {
		event = "talk"
	}
	e.leg.Send(session.Message{Method: sip.NOTIFY, Headers: []sip.Header{
		sip.NewHeader("Event", event), sip.NewHeader("Subscription-State", "active;expires=60"),
	}}, func(res *sip.Response) { said <- verdict(res) })
	return nil
}

// verdict is what a phone says to being asked.
func verdict(res *sip.Response) error {
	switch {
	case res == nil:
		return invalid("device", "SIP phone did not answer")
	case res.StatusCode >= 300:
		return invalid("device", fmt.Sprintf("SIP phone refused with status %d", res.StatusCode))
	}
	return nil
}
