package main

import (
	"net/netip"
	"strconv"
	"time"
)

// leg is one call at its callee's end.
type leg struct {
	live   bool
	acked  bool
	use    uint32 // of this place
	serial uint32 // of the alarm that holds
	callee int
	callID string
	answer []byte // the last one to the INVITE: sent again until the ACK
	final  []byte // the one that is to come, while it rings
	since  time.Time
	wait   time.Duration
	media  netip.AddrPort // where the callee's packets go
}

// heardRequest is a request that has come to a phone.
func (o *office) heardRequest(m *message) {
	switch string(m.method) {
	case "INVITE":
		o.rung(m)
	case "ACK":
		if l, n := o.legOf(m); l != nil && !l.acked {
			l.acked = true
			l.serial++
			if len(l.answer) > 12 && l.answer[8] != '2' {
				o.leave(n)
			}
		}
	case "BYE":
		o.hungUp(m)
	case "CANCEL":
		o.cancelled(m)
	default: // OPTIONS and what else there is: whoever asks sees that we live
		o.respond(m, "200 OK")
	}
}

// legOf is the leg of a request within its dialog; nil without one.
func (o *office) legOf(m *message) (l *leg, n int) {
	side, n, use, ok := tagged(m.to)
	if !ok || side != ofCallee || n >= len(o.legs) || o.legs[n].use != use || !o.legs[n].live {
		return nil, 0
	}
	return &o.legs[n], n
}

// rung is an INVITE: a new call, the same once more, or one within its dialog.
func (o *office) rung(m *message) {
	if _, _, _, within := tagged(m.to); within {
		o.reoffered(m)
		return
	}
	if n, again := o.byCallID[string(m.callID)]; again {
		l := &o.legs[n]
		o.tally.retransmitted++
		o.send(l.answer, l.callee)
		return
	}
	callee, ok := called(m.target)
	if !ok || callee >= len(o.phones) {
		return
	}
	l, n := o.newLeg(m, callee)
	status := "200 OK"
	if o.decline != nil && o.decline() {
		status = "486 Busy Here"
	}
	l.answer = append(o.reply(l.answer[:0], m, "180 Ringing", n), "Content-Length: 0\r\n\r\n"...)
	l.final = o.reply(l.final[:0], m, status, n)
	if status[0] == '2' {
		l.final = o.sdp(o.phones[callee].contact(l.final), &o.phones[callee])
	} else {
		l.final = append(l.final, "Content-Length: 0\r\n\r\n"...)
	}
	o.send(l.answer, callee)
	if o.ring == 0 {
		o.pickUp(n)
		return
	}
	o.wakeLeg(n, o.ring)
}

func (o *office) newLeg(m *message, callee int) (*leg, int) {
	if len(o.freeLegs) == 0 {
		o.legs = append(o.legs, leg{})
		o.freeLegs = append(o.freeLegs, int32(len(o.legs)-1))
	}
	last := len(o.freeLegs) - 1
	n := o.freeLegs[last]
	o.freeLegs = o.freeLegs[:last]
	l := &o.legs[n]
	l.live, l.acked, l.callee, l.callID = true, false, callee, string(m.callID)
	l.use++
	l.media, _ = mediaOf(m.body)
	o.byCallID[l.callID] = n
	return l, int(n)
}

// leave ends a leg.
func (o *office) leave(n int) {
	l := &o.legs[n]
	delete(o.byCallID, l.callID)
	l.live = false
	l.serial++
	o.freeLegs = append(o.freeLegs, int32(n))
}

// pickUp sends the final answer for the first time.
func (o *office) pickUp(n int) {
	l := &o.legs[n]
	l.answer, l.final = l.final, l.answer[:0]
	l.since, l.wait = o.now, t1
	o.send(l.answer, l.callee)
	o.wakeLeg(n, t1)
}

func (o *office) wakeLeg(n int, after time.Duration) {
	l := &o.legs[n]
	l.serial++
	o.wheel.set(alarm{o.now.Add(after), ^int32(n), l.serial})
}

// legAlarmed is what a leg does when its time has come: RFC 3261 13.3.1.4.
func (o *office) legAlarmed(n int) {
	l := &o.legs[n]
	switch {
	case len(l.final) > 0:
		o.pickUp(n)
	case o.now.Sub(l.since) >= timerF:
		o.tally.failed(noACK)
		o.leave(n)
	default:
		l.wait = min(2*l.wait, t2)
		o.tally.retransmitted++
		o.send(l.answer, l.callee)
		o.wakeLeg(n, l.wait)
	}
}

// hungUp is a BYE: usual for a callee, while a caller has not hung up itself.
func (o *office) hungUp(m *message) {
	o.respond(m, "200 OK")
	if l, n := o.legOf(m); l != nil {
		o.leave(n)
		return
	}
	side, n, use, ok := tagged(m.to)
	if ok && side == ofCaller && n < len(o.calls) && o.calls[n].use == use && o.calls[n].stage == talking {
		o.fail(n, hungUp)
	}
}

// cancelled is a CANCEL; it has the To of the INVITE, without our tag.
func (o *office) cancelled(m *message) {
	o.respond(m, "200 OK")
	n, ok := o.byCallID[string(m.callID)]
	if !ok || len(o.legs[n].final) == 0 {
		return
	}
	m.asked = []byte("INVITE")
	l := &o.legs[n]
	l.final = append(o.reply(l.final[:0], m, "487 Request Terminated", int(n)), "Content-Length: 0\r\n\r\n"...)
	o.pickUp(int(n))
}

// reply is how all answers begin; those to an INVITE that begins a dialog have
// the tag of leg n.
func (o *office) reply(b []byte, m *message, status string, n int) []byte {
	b = append(append(append(b, "SIP/2.0 "...), status...), "\r\n"...)
	b = append(append(b, m.vias...), m.routes...)
	b = append(append(b, "From: "...), m.from...)
	b = append(append(b, "\r\nTo: "...), m.to...)
	if n >= 0 {
		b = appendTag(append(b, ";tag="...), ofCallee, n, o.legs[n].use)
	}
	b = append(append(b, "\r\nCall-ID: "...), m.callID...)
	b = strconv.AppendUint(append(b, "\r\nCSeq: "...), uint64(m.cseq), 10)
	return append(append(append(b, ' '), m.asked...), "\r\n"...)
}

// respond answers a request and forgets it.
func (o *office) respond(m *message, status string) {
	n, ok := called(m.target)
	if ok && n < len(o.phones) {
		o.send(append(o.reply(o.scratch[:0], m, status, -1), "Content-Length: 0\r\n\r\n"...), n)
	}
}

// reoffered is an INVITE within a dialog, as it keeps a session alive: the same
// SDP once more.
func (o *office) reoffered(m *message) {
	n, ok := called(m.target)
	if ok && n < len(o.phones) {
		b := o.reply(o.scratch[:0], m, "200 OK", -1)
		o.send(o.sdp(o.phones[n].contact(b), &o.phones[n]), n)
	}
}
