package b2bua

import (
	"ringfence/phone"
	"ringfence/sip"
)

// arrived says whether an INVITE comes in on a trunk: it shows no credentials of
// ours, and is not from a phone that has yet to be asked for them, which may well
// be at the same address.
func (s *Switch) arrived(req *sip.Request, f sip.Flow) (*Arrival, bool) {
	if s.Lines == nil || len(req.GetHeaders("Authorization")) > 0 {
		return nil, false
	}
	if from := req.From(); from != nil && s.Book.ByUsername(from.Address.User) != nil {
		return nil, false
	}
	return s.Lines.Inbound(req, f)
}

// serveTrunk begins a call that comes in on a trunk. What is refused here leaves no
// state and no record.
func (s *Switch) serveTrunk(req *sip.Request, f sip.Flow, in *Arrival) {
	if in.Customer == "" {
		s.reply(f, sip.Reply(req, 404, "Not Found"))
		return
	}
	c, err := s.newCall(in.Customer)
	if err != nil {
		s.Log.Error("call not begun", "trunk", in.Trunk, "error", err)
		s.reply(f, sip.Reply(req, 500, "Server Internal Error"))
		return
	}
	if !s.admit(c) {
		s.reply(f, sip.Reply(req, 503, "Service Unavailable", retryAfter()))
		return
	}
	c.Do(func() { c.beginInward(req, f, in) })
}

// beginInward takes the call of a stranger.
func (c *call) beginInward(req *sip.Request, f sip.Flow, in *Arrival) {
	number, name := clip(in.Caller.Number), clip(in.Caller.Name)
	c.cdr.Trunk = in.Trunk
	c.cdr.Caller = phone.Party{Type: phone.PartyExternal, Number: number, Name: name, Privacy: in.Caller.Private}
	c.cdr.Callee = phone.Party{Number: in.Number}
	a := c.newEnd(phone.CDRLeg{
		Direction: phone.Inbound, Trunk: in.Trunk, Number: number, Address: f.Remote.String(),
	}, party{name: name, number: number, anonymous: in.Caller.Private || number == ""})
	if !c.enters(a, req, f) {
		return
	}
	c.ring = &ringing{offer: sip.SDP(req), hops: hopsLeft(req)}
	ticket, refusal := in.Begin()
	if refusal != nil {
		c.end(refusal.outcome())
		return
	}
	a.ticket = ticket
	a.media = c.Media.NewEnd(c.face(f, in.SRTP))
	c.lead(in)
}

// lead finds where a number of the world leads: to the extension whose own it is,
// or where its trunk's calls go.
func (c *call) lead(in *Arrival) {
	if x := c.Book.ByDirect(c.customer, in.Number); x != nil {
		c.named(x.Name, x.ID)
		c.ringExtension(x)
		return
	}
	if x := c.Book.Extension(in.Goto); x != nil && x.Customer == c.customer {
		c.named(x.Name, x.ID)
		c.ringExtension(x)
		return
	}
	switch g, q := c.Book.Group(in.Goto), c.Book.Queue(in.Goto); {
	case !c.Book.Active(c.customer):
		c.end(unknown)
	case g != nil && g.Customer == c.customer:
		c.ringGroup(g)
	case q != nil && q.Customer == c.customer:
		c.enqueue(q)
	default:
		c.end(unknown)
	}
}

// named notes who it is that a stranger calls.
func (c *call) named(name string, extension phone.ID) {
	c.cdr.Callee.Name, c.cdr.Callee.Extension = name, extension
}
