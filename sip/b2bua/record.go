package b2bua

import (
	"context"
	"encoding/json"
	"time"

	"ringfence/phone"
)

// partySIPPhone is the type of a party that is one of our phones.
const partySIPPhone = "SIPPHONE"

// saveTime is what writing a record may take, also while the process ends.
const saveTime = 5 * time.Second

// newRecord begins the record with what is known at the INVITE.
func (c *call) newRecord() *phone.CDR {
	r := &phone.CDR{
		ID: c.id, Customer: c.account.Customer, Started: c.Now(),
		Caller: phone.Party{Type: partySIPPhone, SIPPhone: c.account.ID},
		Callee: phone.Party{Number: dialled(c.invite.Recipient)},
	}
	if e := c.Book.Extension(c.account.Extension); e != nil {
		r.Caller.Number, r.Caller.Name, r.Caller.Extension = e.Number, e.Name, e.ID
	}
	if e := c.Book.ByNumber(c.account.Customer, r.Callee.Number); e != nil {
		r.Callee.Name, r.Callee.Extension = e.Name, e.ID
	}
	return r
}

// callerIdentity is what the called phones show.
func (c *call) callerIdentity() identity {
	return identity{c.cdr.Caller.Name, c.cdr.Caller.Number, c.Domain}
}

// record closes the media path, and writes down and tells how the call ended.
func (c *call) record(how *outcome) {
	r := c.cdr
	r.Ended = c.Now()
	r.TerminatedBy, r.TerminatedReason, r.SIPCode = how.by, how.reason, how.code
	if !r.Answered.IsZero() {
		r.SIPCode = 200 // whatever happened later
	}
	var err error
	if r.Media, err = c.media.close(); err != nil {
		c.Log.Warn("media port not closed", "call", c.id, "error", err)
	}
	c.save(r)
	c.publish(phone.CallEnded, map[string]any{
		"reason": r.TerminatedReason, "by": r.TerminatedBy,
		"duration": r.Seconds(), "sipCode": r.SIPCode,
	})
	c.Log.Info("call", "call", r.ID, "customer", r.Customer,
		"caller", r.Caller.Number, "callee", r.Callee.Number, "phone", r.Caller.SIPPhone,
		"reason", r.TerminatedReason, "by", r.TerminatedBy, "code", r.SIPCode,
		"duration", r.Seconds(), "took", r.Ended.Sub(r.Started).Round(time.Millisecond))
}

// save writes the record. One that cannot be written is not lost: it stands
// whole in the log.
func (c *call) save(r *phone.CDR) {
	ctx, cancel := context.WithTimeout(context.Background(), saveTime)
	defer cancel()
	if err := c.CDRs.SaveCDR(ctx, r); err != nil {
		text, _ := json.Marshal(r) // made of words, numbers and times
		c.Log.Error("call record not saved", "call", c.id, "error", err, "cdr", string(text))
	}
}

// publish tells of the call. Each event names who calls whom, and is about the
// phone that calls.
func (c *call) publish(what phone.EventType, more map[string]any) {
	if c.Publish == nil {
		return
	}
	data := map[string]any{
		"call":   c.id,
		"caller": map[string]any{"number": c.cdr.Caller.Number, "name": c.cdr.Caller.Name},
		"callee": map[string]any{"number": c.cdr.Callee.Number, "name": c.cdr.Callee.Name},
	}
	for k, v := range more {
		data[k] = v
	}
	c.Publish(phone.Event{
		Type: what, Time: c.Now(), Customer: c.account.Customer, Phone: c.account.ID, Data: data,
	})
}
