package b2bua

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"ringfence/phone"
)

// maxText bounds what a peer may put into a record.
const maxText = 128

// clip makes a peer's text fit for a record.
func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
		for !utf8.ValidString(s) && len(s) > maxText-utf8.UTFMax {
			s = s[:len(s)-1]
		}
	}
	return strings.Clone(strings.Map(printable, strings.ToValidUTF8(s, ""))) // not all of the message
}

// conclude completes the record. The final code that the caller got stays 200,
// whatever happened later.
func (c *call) conclude(how *outcome) {
	r := c.cdr
	r.Ended = c.Now()
	r.TerminatedBy, r.TerminatedReason, r.SIPCode = how.by, how.reason, how.code
	if !r.Answered.IsZero() {
		r.SIPCode = 200
	}
}

// note writes the record, tells how the call ended, and then goes on with then:
// whoever is told the end finds it recorded.
func (c *call) note(then func()) {
	r := c.cdr
	c.Ledger.Note(r, func(err error) {
		c.Do(func() {
			c.noted(r, err)
			then()
			c.forget(c)
		})
	})
}

// noted tells of a call that is on disk. A record that could not be written is
// tried again by who keeps it; it stands whole in the log, too, in case the server
// dies before.
func (c *call) noted(r *phone.CDR, err error) {
	if err != nil {
		text, _ := json.Marshal(r) // made of words, numbers and times
		c.Log.Error("call record not saved", "call", c.id, "error", err, "cdr", string(text))
	}
	c.publish(phone.CallEnded, phone.CallEvent{
		Reason: r.TerminatedReason, By: r.TerminatedBy, Duration: r.Seconds(), SIPCode: r.SIPCode,
	})
	c.Log.Info("call", "call", r.ID, "customer", r.Customer,
		"caller", r.Caller.Number, "callee", r.Callee.Number, "phone", r.Caller.SIPPhone,
		"reason", r.TerminatedReason, "by", r.TerminatedBy, "code", r.SIPCode,
		"duration", r.Seconds(), "took", r.Ended.Sub(r.Started).Round(time.Millisecond))
}

// publish tells of the call. Each event names who calls whom, and is about the
// phone that calls.
func (c *call) publish(what phone.EventType, e phone.CallEvent) {
	if c.Publish == nil {
		return
	}
	r := c.cdr
	e.Call = c.id
	e.Caller = phone.CallEventParty{Number: r.Caller.Number, Name: r.Caller.Name}
	e.Callee = phone.CallEventParty{Number: r.Callee.Number, Name: r.Callee.Name}
	c.Publish(phone.Event{Type: what, Time: c.Now(), Customer: c.customer, Phone: r.Caller.SIPPhone, Call: &e})
}
