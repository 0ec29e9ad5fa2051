package b2bua

import "ringfence/phone"

// commit moves x. The transferor hears that it is done, and is let go at both
// ends, whether it says BYE itself or not.
func (t *transfer) commit() {
	t.over = true
	from, to, x, old := t.from, t.to, t.x, t.old
	t.part()
	from.cdr.TransferredTo, to.cdr.TransferredFrom = to.id, from.id
	by := phone.EndedByCaller
	if t.left != nil {
		by = from.side(t.left)
		t.letGo(by)
	}
	if x == from.ends[0] {
		from.ends[0] = nil
	} else {
		from.ends[1] = nil
	}
	x.move(to, old)
	if old.leg != nil {
		old.dismiss(to.side(x))
	}
	x.link, to.path = t.link, t.link
	to.talk()
	to.showAll()
	if from.ends = [2]*end{}; from.stage != ended {
		from.end(&outcome{by, phone.EndTransferred, 200, "OK"})
	}
	to.after(to.Silence, to.watch)
}

// letGo says goodbye to the transferor in the conversation that it has given
// away.
func (t *transfer) letGo(by string) {
	e := t.left
	e.leave(200, by, phone.EndTransferred)
	t.report.notify(200, "OK", func() { e.leg.Bye(givenAway) })
}

// givenAway is the reason of the BYE to who is no longer in the conversation.
var givenAway = reason(200, "Call transferred")

// dismiss says goodbye to an end whose place another one has taken. A call that it
// was about to make is refused: it is not its own any more.
func (e *end) dismiss(by string) {
	if e.leg.Inbound() && e.leg.Early() {
		e.leg.Reject(487, "Request Terminated")
	} else {
		e.leg.Bye(givenAway)
	}
	e.leave(200, by, phone.EndTransferred)
}

// move puts an end into another call, in the place of old, or of nobody yet. The
// record of the one call has it until now, and that of the other from now on. A
// stand-in's part of the record becomes its own.
func (e *end) move(to *call, old *end) {
	now := to.Now()
	e.served()
	l, was := e.log(), e.dialog(phone.DialogTerminated)
	l.Ended, l.SIPCode, l.Reason, l.UserAgent = now, 200, phone.EndTransferred, clip(e.leg.RemoteUserAgent())
	e.account(l)
	e.before = add(e.before, l.Media)
	next := phone.CDRLeg{
		Direction: l.Direction, Extension: l.Extension, SIPPhone: l.SIPPhone, Trunk: l.Trunk, Number: l.Number,
		Address: l.Address, UserAgent: l.UserAgent, Started: now, Answered: now,
	}
	if id, err := to.NewID(); err == nil {
		next.ID = id
	}
	if e.call = to; to.cdr.Trunk == "" {
		to.cdr.Trunk = next.Trunk
	}
	if old != nil && old.leg == nil {
		next.ID, next.Started = old.log().ID, old.log().Started
		e.at, e.nth = old.at, old.nth
		*e.log() = next
		if old.over = true; old.phone != "" {
			to.release(old.phone)
		}
	} else {
		e.at, e.nth = to.enter(next)
	}
	for i := range to.ends {
		if old != nil && to.ends[i] == old {
			to.ends[i] = e
		}
	}
	e.showThere(was)
}

// account notes what came and went at an end while it has been in its call.
func (e *end) account(l *phone.CDRLeg) {
	measure(l, e.media)
	l.Media.PacketsIn -= min(e.before.PacketsIn, l.Media.PacketsIn)
	l.Media.PacketsOut -= min(e.before.PacketsOut, l.Media.PacketsOut)
	l.Media.OctetsIn -= min(e.before.OctetsIn, l.Media.OctetsIn)
	l.Media.OctetsOut -= min(e.before.OctetsOut, l.Media.OctetsOut)
	l.Media.Lost -= min(e.before.Lost, l.Media.Lost)
}

func add(a, b phone.LegMedia) phone.LegMedia {
	return phone.LegMedia{
		PacketsIn: a.PacketsIn + b.PacketsIn, PacketsOut: a.PacketsOut + b.PacketsOut,
		OctetsIn: a.OctetsIn + b.OctetsIn, OctetsOut: a.OctetsOut + b.OctetsOut, Lost: a.Lost + b.Lost,
	}
}
