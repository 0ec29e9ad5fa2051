package b2bua

import (
	"context"
	"time"

	"ringfence/phone"
)

// Dialler is who has dialled a feature code.
type Dialler struct {
	Phone     *phone.Account
	Extension *phone.Extension
	Address   string // of the phone
}

// featureTime is what a feature may take; it waits for the disk only.
const featureTime = 10 * time.Second

// The ways in which the call of a feature code ends. The caller has heard a tone.
var (
	featureDone    = &outcome{phone.EndedBySystem, phone.EndHangup, 200, "OK"}
	featureDenied  = &outcome{phone.EndedBySystem, phone.EndBlocked, 403, "Forbidden"}
	featureMissing = &outcome{phone.EndedBySystem, phone.EndNotFound, 404, "Not Found"}
	featureBroken  = &outcome{phone.EndedBySystem, phone.EndError, 500, "Server Internal Error"}
)

// featured takes a number that turns something instead of calling somebody, and
// says whether it is one. An extension may have it as its own number. The call is
// answered and a tone tells whether it is done: a refused call would stand on the
// display as a failure.
func (c *call) featured(number string) bool {
	f, ok := phone.FeatureOf(number)
	a := c.ends[0]
	if !ok || c.Feature == nil || f.Code == phone.CodePickup || a == nil || a.leg == nil || !a.leg.Early() ||
		c.Book.ByNumber(c.customer, number) != nil {
		return false
	}
	by := Dialler{c.Book.ByID(a.phone), c.ring.by, a.log().Address}
	if by.Phone == nil {
		c.end(featureDenied)
		return true
	}
	if !c.counted() { // so that who presses a key without end is held up as for other calls
		return true
	}
	c.cdr.Callee.Type = phone.PartySystem // reports can leave it out
	c.background.Go(func() {              // it waits for the disk
		ctx, cancel := context.WithTimeout(context.Background(), featureTime)
		defer cancel()
		err := c.Feature(ctx, by, f)
		c.Do(func() { c.fulfilled(number, err) })
	})
	return true
}

// fulfilled lets the caller hear what became of it.
func (c *call) fulfilled(number string, err error) {
	if c.stage == ended {
		return
	}
	tone, how := c.tones().Confirmation, featureDone
	if err != nil {
		tone, how = c.tones().Refusal, unfulfilled(err)
		c.Log.Info("feature code refused", "call", c.id, "phone", c.ends[0].phone, "number", number, "reason", err)
	}
	c.playAndEnd(tone, how)
}

func unfulfilled(err error) *outcome {
	switch phone.KindOf(err) {
	case phone.NotFound:
		return featureMissing
	case phone.Denied, phone.Invalid, phone.Conflict:
		return featureDenied
	}
	return featureBroken
}
