package b2bua

import (
	"context"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// fenceTime is what judging where a phone calls from may take; it waits for the
// disk only.
const fenceTime = 10 * time.Second

// serveInvite judges an INVITE that asks for a new call: first what costs
// nothing, then who sends it. What is refused here leaves no state and no
// record; from then on it is a call.
func (s *Switch) serveInvite(req *sip.Request, f sip.Flow) {
	if res := broken(req); res != nil {
		s.reply(f, res)
		return
	}
	if in, ok := s.arrived(req, f); ok {
		s.serveTrunk(req, f, in)
		return
	}
	if req.Recipient.Scheme == "tel" { // phones dial in our domain
		s.reply(f, sip.Reply(req, 416, "Unsupported URI Scheme"))
		return
	}
	account, challenge := s.Door.AuthenticateRequest(req, f)
	if challenge != nil {
		s.reply(f, challenge)
		return
	}
	c, err := s.newCall(account.Customer)
	if err != nil {
		s.Log.Error("call not begun", "phone", account.ID, "error", err)
		s.reply(f, sip.Reply(req, 500, "Server Internal Error"))
		return
	}
	if !s.admit(c) {
		s.reply(f, sip.Reply(req, 503, "Service Unavailable", retryAfter()))
		return
	}
	c.Do(func() { c.begin(req, f, account) })
}

// broken is the answer to an INVITE that cannot make a call, nil when it can
// (RFC 3261 section 8.2.2, 8.1.1.8 for the Contact).
func broken(req *sip.Request) *sip.Response {
	contact := req.Contact()
	switch {
	case outOfHops(req):
		return tooManyHops(req)
	case contact == nil || contact.Address.Wildcard:
		return sip.Reply(req, 400, "Missing Contact")
	case req.Recipient.Scheme != "sip" && req.Recipient.Scheme != "sips" && req.Recipient.Scheme != "tel":
		return sip.Reply(req, 416, "Unsupported URI Scheme")
	}
	return unsupported(req)
}

// begin takes the call of a phone that has proved who it is.
func (c *call) begin(req *sip.Request, f sip.Flow, account *phone.Account) {
	number := dialled(req.Recipient)
	c.cdr.Caller = phone.Party{Type: phone.PartySIPPhone, SIPPhone: account.ID}
	c.cdr.Callee = phone.Party{Number: number}
	own := c.Book.Extension(account.Extension)
	if own != nil {
		c.cdr.Caller.Number, c.cdr.Caller.Name, c.cdr.Caller.Extension = own.Number, own.Name, own.ID
	}
	if e := c.Book.ByNumber(account.Customer, number); e != nil {
		c.cdr.Callee.Name, c.cdr.Callee.Extension = e.Name, e.ID
	}
	a := c.newEnd(phone.CDRLeg{
		Direction: phone.Inbound, Extension: account.Extension, SIPPhone: account.ID,
		Number: c.cdr.Caller.Number, Address: f.Remote.String(),
	}, party{name: c.cdr.Caller.Name, number: c.cdr.Caller.Number})
	if c.enters(a, req, f) {
		c.passFence(req, f, account)
	}
}

// enters makes the session of who calls, and says whether there is one.
func (c *call) enters(a *end, req *sip.Request, f sip.Flow) bool {
	leg, err := session.NewInbound(&c.session, a, a, req, f)
	if again(err) { // it belongs to the call that it has begun
		a.leave(482, phone.EndedBySystem, phone.EndError)
		c.stage = ended
		c.forget(c)
		return false
	}
	c.ends[0] = a
	c.publish(phone.CallStarted, phone.CallEvent{})
	if err != nil { // the INVITE has had its answer
		c.end(unmet(err))
		return false
	}
	a.leg = leg
	a.bound = c.bound(a.phone, f)
	a.says(leg.SDP(), true)
	return true
}

// passFence is the gate of all doors, for a call. Only a phone that is to be
// locked to its address, or whose old credentials are to end, waits for the
// disk, and so does it on a goroutine of its own.
func (c *call) passFence(req *sip.Request, f sip.Flow, account *phone.Account) {
	judge := func() *sip.Response {
		ctx, cancel := context.WithTimeout(context.Background(), fenceTime)
		defer cancel()
		// The door is shown the account that proved itself, and sees what has
		// changed since; the call goes on with the phone as it is now.
		return c.Door.AdmitRequest(ctx, req, account, f, phone.ViaCall)
	}
	if account.IP.Mode != phone.Open && len(account.Old) == 0 {
		c.admitted(req, f, account, judge())
		return
	}
	c.background.Go(func() {
		res := judge()
		c.Do(func() { c.admitted(req, f, account, res) })
	})
}

// admitted goes on with what the fence said. A phone that is linked to no
// extension may not call either.
func (c *call) admitted(req *sip.Request, f sip.Flow, account *phone.Account, res *sip.Response) {
	if c.stage == ended { // given up meanwhile
		return
	}
	now := c.Book.ByID(account.ID)
	switch {
	case res != nil && res.StatusCode == 403:
		c.end(&outcome{phone.EndedBySystem, phone.EndBlocked, 403, res.Reason})
		return
	case res != nil:
		c.end(&outcome{phone.EndedBySystem, phone.EndError, res.StatusCode, res.Reason})
		return
	}
	var own *phone.Extension
	if now != nil {
		own = c.Book.Extension(now.Extension)
	}
	if own == nil {
		c.end(notLinked)
		return
	}
	a := c.ends[0]
	a.media = c.Media.NewEnd(c.face(f, now.SRTP))
	c.ring = &ringing{offer: sip.SDP(req), hops: hopsLeft(req), by: own}
	if !c.replacing(req) {
		c.dial(dialled(req.Recipient))
	}
}
