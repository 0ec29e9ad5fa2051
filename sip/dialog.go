package sip

import (
	"errors"
	"fmt"
	"slices"
)

// Dialog is RFC 3261 section 12 as arithmetic: the state of one dialog, without
// I/O and without locks. An early dialog is one too; each To tag makes another.
type Dialog struct {
	CallID                string
	LocalTag, RemoteTag   string
	LocalURI, RemoteURI   URI // of From and To, as seen from our side
	LocalName, RemoteName string
	Target                URI    // the peer's Contact: where requests are for
	Routes                []URI  // the route set, in the order of use
	LocalSeq              uint32 // of our last request; 0 before the first
	RemoteSeq             uint32 // of the peer's last request; 0 before the first
	Contact               URI    // ours
}

var errDialog = errors.New("sip: no dialog")

func noDialog(why string) error { return fmt.Errorf("%w: %s", errDialog, why) }

// UASDialog is the dialog that our answer with localTag to an INVITE makes
// (12.1.1); contact goes into our requests, as a sips URI if the INVITE asks for
// that. An INVITE without From, To, CSeq, Call-ID or a Contact that can be reached
// is an error.
func UASDialog(invite *Request, localTag string, contact URI) (*Dialog, error) {
	if err := mandatory(invite); err != nil {
		return nil, fmt.Errorf("%w: %w", errDialog, err)
	}
	target, ok := contactOf(invite)
	if !ok {
		return nil, noDialog("INVITE without Contact")
	}
	routes, err := recordRoutes(invite)
	if err != nil {
		return nil, err
	}
	from, to := invite.From(), invite.To()
	if invite.Recipient.Scheme == "sips" || target.Scheme == "sips" {
		contact.Scheme = "sips"
	}
	d := &Dialog{
		CallID:   callID(invite),
		LocalTag: localTag, LocalURI: *to.Address.Clone(), LocalName: to.DisplayName,
		RemoteTag: fromTag(invite), RemoteURI: *from.Address.Clone(), RemoteName: from.DisplayName,
		Target: target, Routes: routes,
		RemoteSeq: invite.CSeq().SeqNo, Contact: *contact.Clone(),
	}
	d.detach()
	return d, nil
}

// UACDialog is the dialog that a response to our INVITE makes (12.1.2), early
// for 101 to 199. A 2xx makes it anew from the same INVITE, with the route set
// and target that it brings (13.2.2.4). A response with no To tag or, when 2xx,
// no Contact is an error; an early one without Contact leaves the INVITE's
// Request-URI as the target.
func UACDialog(invite *Request, res *Response) (*Dialog, error) {
	if res.StatusCode <= 100 || res.StatusCode >= 300 || toTag(res) == "" {
		return nil, noDialog("response makes none")
	}
	from, to := invite.From(), res.To()
	if from == nil || invite.CSeq() == nil {
		return nil, noDialog("INVITE without From or CSeq")
	}
	target, ok := contactOf(res)
	switch {
	case !ok && res.IsSuccess():
		return nil, noDialog("2xx without Contact")
	case !ok:
		target = *invite.Recipient.Clone()
	}
	routes, err := recordRoutes(res)
	if err != nil {
		return nil, err
	}
	slices.Reverse(routes)
	contact, _ := contactOf(invite)
	d := &Dialog{
		CallID:   callID(invite),
		LocalTag: fromTag(invite), LocalURI: *from.Address.Clone(), LocalName: from.DisplayName,
		RemoteTag: toTag(res), RemoteURI: *to.Address.Clone(), RemoteName: to.DisplayName,
		Target: target, Routes: routes,
		LocalSeq: invite.CSeq().SeqNo, Contact: contact,
	}
	d.detach()
	return d, nil
}

func contactOf(m Message) (URI, bool) {
	for _, h := range headersOf(m) {
		if c, ok := h.(*ContactHeader); ok && !c.Address.Wildcard {
			return *c.Address.Clone(), true
		}
	}
	return URI{}, false
}

func recordRoutes(m Message) ([]URI, error) {
	var routes []URI
	for h := range namedFields(m, "Record-Route") {
		_, u, _, err := ParseAddress(h.Value())
		if err != nil {
			return nil, noDialog("malformed Record-Route")
		}
		routes = append(routes, u)
	}
	return routes, nil
}

// NewRequest makes the next request within the dialog (12.2.1.1): LocalSeq goes
// up. Contact is in those that refresh the target, then come hs. The transaction
// adds Via.
func (d *Dialog) NewRequest(method RequestMethod, hs ...Header) *Request {
	d.LocalSeq++
	return d.request(method, d.LocalSeq, hs)
}

// NewACK makes the ACK to the 2xx of our INVITE, with the number of that INVITE
// whatever was sent since (13.2.2.4). Stack.Via makes its Via.
func (d *Dialog) NewACK(invite *Request) *Request {
	return d.request(ACK, invite.CSeq().SeqNo, nil)
}

func (d *Dialog) request(method RequestMethod, seq uint32, hs []Header) *Request {
	recipient, routes := d.path()
	b := &dialogBox{
		hops: 70, id: CallIDHeader(d.CallID), cseq: CSeqHeader{SeqNo: seq, MethodName: method},
		from: FromHeader{DisplayName: d.LocalName, Address: d.LocalURI},
		to:   ToHeader{DisplayName: d.RemoteName, Address: d.RemoteURI},
	}
	b.Method, b.Recipient, b.SipVersion = method, *recipient.Clone(), "SIP/2.0"
	b.from.Params, b.to.Params = b.tag(0, d.LocalTag), b.tag(1, d.RemoteTag)
	room := newScratch()
	defer room.free()
	g := &room.gathered
	for _, u := range routes {
		g.add(&RouteHeader{Address: *u.Clone()})
	}
	g.hs = append(g.hs, &b.hops, &b.from, &b.to, &b.id, &b.cseq)
	switch method {
	case INVITE, UPDATE, SUBSCRIBE, NOTIFY, REFER:
		g.hs = append(g.hs, &ContactHeader{Address: d.Contact})
	}
	g.hs = append(g.hs, hs...)
	g.into(&b.Request)
	return &b.Request
}

// dialogBox is a request within a dialog with what each of them has. The URIs of
// From, To and Contact share their parameters with the dialog.
type dialogBox struct {
	Request
	hops MaxForwardsHeader
	id   CallIDHeader
	cseq CSeqHeader
	from FromHeader
	to   ToHeader
	tags [2]Param
}

// tag leaves an empty one out: the peer follows RFC 2543 (12.2.1.1).
func (b *dialogBox) tag(i int, tag string) Params {
	if tag == "" {
		return nil
	}
	b.tags[i] = Param{K: "tag", V: tag}
	return b.tags[i : i+1 : i+1]
}

// path gives Request-URI and Route. A first route without lr is a strict
// router: it becomes the Request-URI, and the target the last Route. They share
// their parameters with the dialog.
func (d *Dialog) path() (recipient URI, routes []URI) {
	if len(d.Routes) == 0 || d.Routes[0].UriParams.Has("lr") {
		return d.Target, d.Routes
	}
	recipient = d.Routes[0]
	recipient.Headers = nil
	return recipient, append(slices.Clone(d.Routes[1:]), d.Target)
}

// Accept takes a request of the peer within the dialog (12.2.2): ErrOldCSeq
// when its number is lower than the last one. INVITE, UPDATE, SUBSCRIBE, NOTIFY
// and REFER refresh the target. ACK and CANCEL have the number of another
// request and change nothing.
func (d *Dialog) Accept(req *Request) error {
	if req.Method == ACK || req.Method == CANCEL {
		return nil
	}
	seq := req.CSeq()
	if seq == nil || seq.SeqNo < d.RemoteSeq {
		return ErrOldCSeq
	}
	d.RemoteSeq = seq.SeqNo
	switch req.Method {
	case INVITE, UPDATE, SUBSCRIBE, NOTIFY, REFER:
		d.retarget(req)
	}
	return nil
}

// Refresh takes the target from a 2xx to our re-INVITE or UPDATE (12.2.1.2).
func (d *Dialog) Refresh(res *Response) {
	if res.IsSuccess() {
		d.retarget(res)
	}
}

func (d *Dialog) retarget(m Message) {
	if target, ok := contactOf(m); ok {
		d.Target = target
		detach(uriTexts(nil, &d.Target))
	}
}

// Matches tells whether a request of the peer belongs to the dialog (12.2.2).
func (d *Dialog) Matches(req *Request) bool {
	return callID(req) == d.CallID && toTag(req) == d.LocalTag && fromTag(req) == d.RemoteTag
}
