package b2bua

import (
	"errors"

	"ringfence/phone"
	"ringfence/sip"
)

// serveInvite judges an INVITE that asks for a new call: first what costs
// nothing, then who sends it. What is refused here leaves no state and no
// record; from then on it is a call.
func (s *Switch) serveInvite(req *sip.Request, f sip.Flow) {
	if res := broken(req); res != nil {
		s.reply(f, res)
		return
	}
	account, challenge := s.Door.AuthenticateRequest(req, f)
	if challenge != nil {
		s.reply(f, challenge)
		return
	}
	c, err := s.newCall(req, f, account)
	if err != nil {
		s.Log.Error("call not begun", "phone", account.ID, "error", err)
		s.reply(f, sip.Reply(req, 500, "Server Internal Error"))
		return
	}
	if !s.admit(c, c.caller.dialog.LocalTag, f.Source().Addr()) {
		s.reply(f, sip.Reply(req, 503, "Service Unavailable", retryAfter()))
		return
	}
	c.begin()
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
	case req.Recipient.Scheme != "sip" && req.Recipient.Scheme != "sips":
		return sip.Reply(req, 416, "Unsupported URI Scheme")
	}
	return unsupported(req)
}

// newCall gives the call its id and its dialog with the caller. Our tag is the
// one that every answer to this INVITE has, that to its CANCEL included
// (RFC 3261 section 9.2).
func (s *Switch) newCall(req *sip.Request, f sip.Flow, account *phone.Account) (*call, error) {
	id, err := s.NewID()
	if err != nil {
		return nil, err
	}
	tag := toTag(sip.Reply(req, 180, "Ringing"))
	if tag == "" {
		return nil, errors.New("no tag for the dialog")
	}
	dialog, err := sip.UASDialog(req, tag, s.Stack.Contact(f, userPart(req.Recipient)))
	if err != nil {
		return nil, err
	}
	c := &call{
		Switch: s, id: id, invite: req, account: account,
		caller:  &peer{dialog: dialog, flow: f, invited: req.CSeq().SeqNo},
		in:      make(chan inbound, 16),
		answers: make(chan answer),
		signs:   make(chan sign, 2), // one of each end: nobody waits
	}
	c.media.ports = s.Ports
	c.media.external = s.ExternalIP
	c.cdr = c.newRecord()
	return c, nil
}

// begin starts the transaction and the call's goroutine.
func (c *call) begin() {
	c.caller.tx = c.Stack.NewServerTx(c.invite, c.caller.flow)
	c.respond(sip.Reply(c.invite, 100, "Trying"))
	go c.run()
}
