package b2bua

import (
	"cmp"
	"strconv"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// dialOutside leads the call out over a trunk, for who dialled: with that
// extension's rights and number.
func (c *call) dialOutside(number string) {
	r := c.ring
	r.of = nil
	if rest, ok := withheld(number); ok && rest != "" {
		r.anonymous = true
		c.dial(rest)
		return
	}
	if c.Lines == nil {
		c.end(unknown)
		return
	}
	d := Departure{Customer: c.customer, Dialled: number, Caller: c.presented(), Forwarded: r.diverted != "" && c.fromOutside()}
	if a := c.ends[0]; a != nil && r.diverted == "" {
		d.Phone = a.phone
	}
	if t := c.coming; t != nil && t.left != nil { // who transfers is who calls
		d.Phone = t.left.phone
	}
	ways, refusal := c.Lines.Outbound(d)
	if refusal != nil {
		c.unreached(refusal.outcome())
		return
	}
	r.ways = ways
	c.nextWay(trunksDown)
}

// fromOutside says whether who calls is a stranger.
func (c *call) fromOutside() bool { return c.cdr.Caller.Type == phone.PartyExternal }

// presented is who calls, as the world is told.
func (c *call) presented() Stranger {
	p, r := c.ends[0].party, c.ring
	s := Stranger{Number: p.number, Name: p.name, Private: p.anonymous || r.anonymous}
	if x := c.Book.Extension(c.cdr.Caller.Extension); x != nil && !c.fromOutside() {
		s.Number, s.Private = cmp.Or(x.CallerID, x.Direct), s.Private || x.Anonymous
	}
	return s
}

// nextWay tries the next way out; without any the call ends as the last one did.
func (c *call) nextWay(how *outcome) {
	r := c.ring
	for len(r.ways) > 0 {
		w := r.ways[0]
		r.ways = r.ways[1:]
		var e *end // which may be in another call by then
		ticket, refusal := w.Begin(func() { c.Do(func() { e.overdrawn() }) })
		if refusal != nil {
			how = refusal.outcome()
			continue
		}
		e = c.newEnd(phone.CDRLeg{Direction: phone.Outbound, Trunk: w.Trunk, Number: w.Number}, party{number: w.Number})
		e.way, e.ticket = w, ticket
		r.legs = append(r.legs, e)
		c.after(c.RingTimeout, c.noAnswer)
		c.leaveBy(e)
		return
	}
	c.unreached(how)
}

// overdrawn ends the call of an end whose money is spent, unless it is out of it by
// now.
func (e *end) overdrawn() {
	if !e.over {
		e.call.end(&outcome{phone.EndedBySystem, phone.EndBlocked, 403, "Spending limit reached"}, reason(403, "Spending limit reached"))
	}
}

// leaveBy sends the INVITE to the next place of the end's way.
func (c *call) leaveBy(e *end) {
	e.way.Next(func(f sip.Flow, routes string, err error) {
		c.Do(func() {
			if e.over {
				return
			}
			if err == nil {
				err = c.inviteOut(e, f, routes)
			}
			if err != nil {
				c.Log.Warn("trunk cannot be called", "call", c.id, "trunk", e.way.Trunk, "error", err)
				c.wayLost(e, 503, cmp.Or(theirMedia(err), trunksDown))
			}
		})
	})
}

// inviteOut sends the INVITE. Nothing of the caller's is in it but the hops left,
// who calls as the trunk may know it, and the edited session description.
func (c *call) inviteOut(e *end, f sip.Flow, routes string) error {
	e.log().Address = f.Remote.String()
	if e.media != nil { // of the place that failed
		e.link.Withdraw()
		if err := e.media.Close(); err != nil {
			return err
		}
	}
	w := e.way
	sdp, err := c.offerTo(e, f, w.SRTP)
	if err != nil {
		return err
	}
	o := session.Outbound{
		Flow: f, URI: w.URI, Routes: routes, From: w.From, To: session.Party{URI: w.URI},
		Hops: c.ring.hops, SDP: sdp, Headers: w.Headers, Credentials: w.Authorize,
	}
	if w.Ahead != nil {
		o.Proof = w.Ahead()
	}
	if h := c.diversion(w.From.URI.Host); h != nil {
		o.Headers = append(o.Headers[:len(o.Headers):len(o.Headers)], h)
	}
	e.leg = session.NewOutbound(c.sessionFor(sdp), e, e, o)
	return e.leg.Invite()
}

// tryElsewhere decides about the final answer of a trunk: whether the call may
// succeed at its next place, or by the next one.
func (c *call) tryElsewhere(e *end, f *session.Failure) {
	rung := !e.log().Ringing.IsZero()
	switch {
	case f.Status == 503 || f.Status == 408 && f.Response == nil && !rung:
		e.way.Failed(retryAfterOf(f.Response))
		e.leg = nil
		c.leaveBy(e)
		return
	case f.Response != nil:
		e.way.Succeeded()
	}
	if o := abroad(f.Status); o == nil {
		c.wayLost(e, f.Status, trunksDown)
	} else {
		c.ring.ways = nil // who is called has spoken
		c.wayLost(e, f.Status, o)
	}
}

// wayLost goes on with the next way.
func (c *call) wayLost(e *end, code int, o *outcome) {
	c.takeOut(e, code, o)
	c.nextWay(o)
}

// retryAfterOf is how long a server wants to be left alone.
func retryAfterOf(res *sip.Response) time.Duration {
	if res == nil {
		return 0
	}
	h := res.GetHeader("Retry-After")
	if h == nil {
		return 0
	}
	n := 0
	for n < len(h.Value()) && h.Value()[n] >= '0' && h.Value()[n] <= '9' {
		n++
	}
	seconds, _ := strconv.Atoi(h.Value()[:min(n, 5)])
	return time.Duration(seconds) * time.Second
}
