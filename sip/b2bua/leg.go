package b2bua

import (
	"crypto/rand"

	"ringfence/phone"
	"ringfence/sip"
)

// leg is one called phone at one of its contacts: an INVITE of our own. Its
// goroutine owns the transaction and tells the call what comes, until the call
// drops it. What it has told of is the call's; what it could not tell any more
// it clears up itself: a 2xx gets its ACK and a BYE (RFC 3261 section 9.1,
// 13.2.2.4).
type leg struct {
	call    *call
	account *phone.Account // the phone called
	binding phone.Binding
	target  sip.URI // its contact
	callID  string
	tag     string // ours
	peer    *peer  // of the call; its dialog and flow are set when it answers
	offer   []byte
	from    identity // of the caller
	hops    uint32

	dropped chan struct{} // closed by the call, once
	lost    bool          // another leg has answered; set before dropped is closed

	// Of the call's goroutine.
	final  int  // its final answer, 0 while there is none
	hungUp bool // it said BYE before we saw its 2xx

	// Of the leg's goroutine.
	invite *sip.Request
	flow   sip.Flow
	acks   map[string]*sip.Request // by the To tag of the 2xx: one phone may fork again
}

// answer is one response of a leg as the call sees it.
type answer struct {
	leg    *leg
	res    *sip.Response // nil: none came
	dialog *sip.Dialog   // with a 2xx, which is acknowledged already
	flow   sip.Flow
	err    error  // why none came
	sdp    []byte // of a 2xx, edited for the caller
}

// maxAnswers bounds how many dialogs one INVITE may make behind one contact.
const maxAnswers = 8

func (c *call) newLeg(account *phone.Account, b phone.Binding) (*leg, error) {
	target, err := sip.RequestURI(b.Contact)
	if err != nil {
		return nil, err
	}
	return &leg{
		call: c, account: account, binding: b, target: target,
		callID: rand.Text(), tag: rand.Text(), dropped: make(chan struct{}),
		peer: &peer{}, acks: map[string]*sip.Request{},
		from: c.callerIdentity(), hops: hopsLeft(c.invite),
	}, nil
}

// run sends the INVITE and follows it to its end.
func (l *leg) run() {
	defer l.call.survive("leg", nil)
	tx, err := l.send()
	if err != nil {
		l.tell(answer{err: err})
		return
	}
	dropped := l.dropped
	for {
		select {
		case res, ok := <-tx.Responses():
			if !ok {
				l.ended(tx.Err())
				return
			}
			if l.received(res); res.StatusCode >= 300 {
				return
			}
		case <-dropped:
			dropped = nil
			l.cancel(tx)
		case <-l.idle():
			return
		case <-l.call.leaving:
			return
		}
	}
}

// idle is closed when only repetitions of a 2xx could come, and everything
// ends.
func (l *leg) idle() <-chan struct{} {
	if len(l.acks) == 0 {
		return nil
	}
	return l.call.ending
}

// send finds the flow of the binding, which may mean a connection, and starts
// the transaction on it.
func (l *leg) send() (*sip.ClientTx, error) {
	f, err := l.call.Stack.Flow(l.binding.Transport, l.binding.Local, l.binding.Target)
	if err != nil {
		return nil, err
	}
	l.flow, l.invite = f, l.newInvite(f)
	return l.call.Stack.NewClientTx(l.invite, f)
}

// newInvite writes the INVITE. Nothing of the caller's is in it but the hops
// left and the edited session description.
func (l *leg) newInvite(f sip.Flow) *sip.Request {
	c, from := l.call, l.from
	req := sip.NewRequest(sip.INVITE, l.target)
	contact := c.Stack.Contact(f, escapeUser(from.number))
	if l.target.Scheme == "sips" { // RFC 3261 section 8.1.1.8
		contact.Scheme = "sips"
	}
	if l.binding.Path != "" {
		req.AppendHeader(sip.NewHeader("Route", l.binding.Path)) // RFC 3327 section 5.4
	}
	hops, callID := sip.MaxForwardsHeader(l.hops), sip.CallIDHeader(l.callID)
	for _, h := range []sip.Header{
		&hops,
		&sip.FromHeader{
			DisplayName: quotable(from.name), Address: from.uri(), Params: sip.Params{{K: "tag", V: l.tag}},
		},
		&sip.ToHeader{Address: sip.URI{Scheme: "sip", User: l.account.KnownAs(&l.binding), Host: c.Domain}},
		&callID,
		&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE},
		&sip.ContactHeader{Address: contact},
		sip.NewHeader("Allow", allow),
		from.asserted(),
		sdpType(),
	} {
		req.AppendHeader(h)
	}
	req.SetBody(l.offer)
	return req
}

// received passes a response on; a 2xx is acknowledged first, each time it
// comes.
func (l *leg) received(res *sip.Response) {
	if res.StatusCode < 200 || res.StatusCode >= 300 {
		l.tell(answer{res: res})
		return
	}
	tag := toTag(res)
	if ack := l.acks[tag]; ack != nil {
		l.call.send(l.flow, ack)
		return
	}
	dialog, err := sip.UACDialog(l.invite, res)
	if err != nil || len(l.acks) == maxAnswers {
		return // no Contact, no tag: there is nowhere to send an ACK to
	}
	ack := dialog.NewACK(l.invite)
	ack.PrependHeader(l.call.Stack.Via(l.flow))
	l.acks[tag] = ack
	l.call.send(l.flow, ack)
	if len(l.acks) > 1 || !l.tell(answer{res: res, dialog: dialog}) {
		l.call.bye(dialog, l.flow, l.why()...)
	}
}

// why tells a phone that another has answered, so that it shows no missed call
// (RFC 3326).
func (l *leg) why() []sip.Header {
	select {
	case <-l.dropped:
		if l.lost {
			return []sip.Header{reason(200, "Call completed elsewhere")}
		}
	default:
	}
	return nil
}

// ended says that the transaction is over without a final response.
func (l *leg) ended(err error) {
	if len(l.acks) == 0 {
		l.tell(answer{err: err})
	}
}

// cancel takes the INVITE back, unless it is answered.
func (l *leg) cancel(tx *sip.ClientTx) {
	if len(l.acks) > 0 {
		return
	}
	if err := tx.Cancel(l.why()...); err != nil {
		l.call.Log.Debug("CANCEL not sent", "to", l.flow.String(), "error", err)
	}
}

// tell hands an answer to the call and says whether it was taken. The call
// listens until it drops the leg.
func (l *leg) tell(a answer) bool {
	a.leg, a.flow = l, l.flow
	select {
	case <-l.dropped:
		return false
	default:
	}
	select {
	case l.call.answers <- a:
		return true
	case <-l.dropped:
		return false
	}
}

func contentType(t string) sip.Header {
	h := sip.ContentTypeHeader(t)
	return &h
}

func sdpType() sip.Header { return contentType("application/sdp") }
