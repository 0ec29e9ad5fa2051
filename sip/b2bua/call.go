package b2bua

import (
	"context"
	"runtime/debug"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// call is one call, from its authenticated INVITE to its record. All of it
// belongs to the goroutine of run; only in, answers and signs are written by
// others.
type call struct {
	*Switch
	id      phone.ID
	tags    []string // by which the switch finds it
	in      chan inbound
	answers chan answer

	invite  *sip.Request
	account *phone.Account // the phone that calls
	caller  *peer
	callee  *peer // nil until a phone has answered
	winner  *leg  // the leg of that phone
	early   *leg  // the leg whose early media the caller hears
	legs    []*leg
	media   relays
	turn    *reoffer // the offer that is under way in the dialogs, or nil
	ringing bool     // the caller has been told
	signs   chan sign
	asked   int // signs that are awaited
	cdr     *phone.CDR
}

// run leads the call from its first to its last message.
func (c *call) run() {
	defer c.calls.Done()
	defer c.disown(c)
	defer c.survive("end of call", nil)
	c.end(c.conduct())
}

// conduct is the life of a call: each step either goes on or says how it ended.
// A panic ends this call and no other.
func (c *call) conduct() (how *outcome) {
	defer c.survive("call", &how)
	c.publish(phone.CallStarted, nil)
	if how = c.passFence(); how != nil {
		return how
	}
	if how = c.readOffer(); how != nil {
		return how
	}
	targets, how := c.target()
	if how != nil {
		return how
	}
	if how = c.fork(targets); how != nil {
		return how
	}
	winner, how := c.ring()
	if how != nil {
		return how
	}
	if how = c.connect(winner); how != nil {
		return how
	}
	return c.talk()
}

// survive turns a panic into an outcome.
func (c *call) survive(where string, how **outcome) {
	p := recover()
	if p == nil {
		return
	}
	c.Log.Error("panic in a "+where, "call", c.id, "panic", p, "stack", string(debug.Stack()))
	if how != nil {
		*how = failed
	}
}

// passFence is the gate of all doors, for a call. A phone that is linked to no
// extension may not call either.
func (c *call) passFence() *outcome {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// The door is shown the account that proved itself, and sees what has
	// changed since; the call goes on with the phone as it is now.
	res := c.Door.AdmitRequest(ctx, c.invite, c.account, c.caller.flow, phone.ViaCall)
	now := c.Book.ByID(c.account.ID)
	switch {
	case res != nil && res.StatusCode == 403:
		return &outcome{phone.EndedBySystem, phone.EndBlocked, 403, res.Reason}
	case res != nil:
		return &outcome{phone.EndedBySystem, phone.EndError, res.StatusCode, res.Reason}
	case now == nil || c.Book.Extension(now.Extension) == nil:
		return notLinked
	}
	c.account = now
	return nil
}

// ring waits for the first phone that answers.
func (c *call) ring() (*answer, *outcome) {
	late := time.NewTimer(c.RingTimeout)
	defer late.Stop()
	for {
		select {
		case a := <-c.answers:
			if winner, how := c.hear(&a); winner != nil || how != nil {
				return winner, how
			}
		case in := <-c.in:
			if how := c.whileRinging(in); how != nil {
				return nil, how
			}
		case <-c.caller.tx.Cancelled():
			return nil, givenUp
		case <-c.caller.tx.Done():
			return nil, failed // its connection is gone
		case <-late.C:
			return nil, nobodyCame
		case <-c.ending:
			return nil, shuttingDown
		}
	}
}

// talk keeps the answered call until one end hangs up.
func (c *call) talk() *outcome {
	silence := time.NewTicker(c.Silence)
	defer silence.Stop()
	for {
		var how *outcome
		select {
		case in := <-c.in:
			how = c.whileTalking(in)
		case <-c.caller.pending():
			how = c.caller.settle()
		case <-c.callee.pending():
			how = c.callee.settle()
		case <-c.turn.withdrawn():
			c.turn.withdraw()
		case res, ok := <-c.turn.responses():
			how = c.turned(res, ok)
		case <-silence.C:
			c.probe()
		case s := <-c.signs:
			how = c.noted(s)
		case <-c.ending:
			how = hungUpByUs
		}
		if how != nil {
			return how
		}
	}
}

// end says goodbye to whom it concerns, gives the ports back and writes the
// record; then it stays for what the ends still have to say.
func (c *call) end(how *outcome) {
	c.dropLegs()
	c.dropTurn()
	if c.callee != nil {
		c.hangUp(c.callee)
	}
	talked := !c.cdr.Answered.IsZero()
	early := talked && c.caller.awaitsACK() // too early for a BYE
	switch {
	case !talked:
		c.refuse(how)
	case !early:
		c.hangUp(c.caller)
	}
	c.record(how)
	if early {
		c.awaitACK()
		c.hangUp(c.caller)
	}
	c.linger(c.caller)
	if c.callee != nil {
		c.linger(c.callee)
	}
}
