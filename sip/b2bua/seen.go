package b2bua

import (
	"cmp"

	"ringfence/phone"
)

// What others see of an extension's part in a call: those who watch its lamp.

// show tells what an end of an extension does now, if that is something else than
// it was.
func (e *end) show() {
	c := e.call
	if c == nil || c.Dialogs == nil {
		return
	}
	state := e.state()
	if state == e.seen || e.log().Extension == "" {
		return
	}
	e.seen = state
	c.Dialogs(e.dialog(state))
}

// showThere tells that an end is in another call now, and then that it is no more
// where it was: in between nobody is to see it idle.
func (e *end) showThere(was phone.Dialog) {
	before := e.seen
	e.seen = phone.DialogTerminated
	e.show()
	if before != phone.DialogTerminated {
		e.call.Dialogs(was)
	}
}

// showAll tells anew who talks with whom.
func (c *call) showAll() {
	for _, e := range c.ends {
		if e != nil && !e.over {
			e.seen = phone.DialogTerminated
			e.show()
		}
	}
}

func (e *end) state() phone.DialogState {
	l, r := e.log(), e.call.ring
	switch {
	case e.over:
		return phone.DialogTerminated
	case !l.Answered.IsZero():
		return phone.DialogConfirmed
	case l.Direction == phone.Outbound && l.Ringing.IsZero():
		return phone.DialogTerminated // nobody sees it yet
	case l.Direction == phone.Inbound && r != nil && !r.told:
		return phone.DialogTrying
	}
	return phone.DialogEarly
}

func (e *end) dialog(state phone.DialogState) phone.Dialog {
	c, l := e.call, e.log()
	d := phone.Dialog{
		ID: phone.NewLegID(c.id, e.nth), Customer: c.customer, Extension: l.Extension, State: state,
		Dials: l.Direction == phone.Inbound, Number: l.Number, Called: c.cdr.Callee.Number,
	}
	if state == phone.DialogTerminated {
		return d
	}
	p := e.partner()
	d.RemoteNumber, d.RemoteName = p.number, p.name
	if state == phone.DialogEarly && !d.Dials && e.leg != nil {
		d.CallID, d.LocalTag, d.RemoteTag = e.leg.CallID(), e.leg.LocalTag(), cmp.Or(e.leg.RemoteTag(), e.rings)
	}
	return d
}

// partner is with whom an end talks or is going to.
func (e *end) partner() party {
	c := e.call
	switch o := e.other(); {
	case o != nil && o != c.ends[0]:
		return o.party.masked()
	case e != c.ends[0]:
		return c.shown()
	}
	return c.callee().masked()
}
