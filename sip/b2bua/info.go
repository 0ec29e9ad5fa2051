package b2bua

import (
	"slices"
	"strings"

	"ringfence/sip"
	"ringfence/sip/session"
)

// maxSignal bounds the body of an INFO; a digit and its duration are less.
// maxMessage is what a phone shows of a text.
const (
	maxSignal  = 1024
	maxMessage = 1300
)

// maxLater bounds what waits until the caller has its 200, which is not long.
const maxLater = 8

// catchUp does what has waited.
func (c *call) catchUp() {
	later := c.later
	c.later = nil
	for _, f := range later {
		f()
	}
}

// requested takes what is neither offer nor goodbye within a dialog.
func (c *call) requested(e *end, in *session.Incoming) {
	if c.stage == answering && len(c.later) < maxLater {
		c.later = append(c.later, func() { c.requested(e, in) })
		return
	}
	switch req := in.Request; req.Method {
	case sip.INFO:
		if len(req.Body()) == 0 { // RFC 2976 section 2.2: some ask so whether we are there
			in.Respond(200, "OK")
			return
		}
		c.pass(e, in, maxSignal, "application/dtmf-relay", "application/dtmf", "application/media_control+xml")
	case sip.MESSAGE:
		c.pass(e, in, maxMessage, "text/plain")
	case sip.REFER:
		c.referred(e, in)
	case sip.NOTIFY: // of no subscription
		in.Respond(481, "Subscription Does Not Exist")
	default:
		in.Respond(405, "Method Not Allowed", sip.NewHeader("Allow", allow))
	}
}

// pass sends a pressed key, a wish for a video picture or a text on to the other
// end. It is acknowledged here: the other end's opinion of it changes nothing.
func (c *call) pass(e *end, in *session.Incoming, most int, kinds ...string) {
	req := in.Request
	kind := mediaType(req)
	if !slices.Contains(kinds, kind) || len(req.Body()) > most {
		in.Respond(415, "Unsupported Media Type", sip.NewHeader("Accept", strings.Join(kinds, ", ")))
		return
	}
	to := e.other()
	if c.stage != talking || to == nil || to.over || to.leg == nil {
		in.Respond(480, "Temporarily Unavailable")
		return
	}
	in.Respond(200, "OK")
	to.leg.Send(session.Message{Method: req.Method, Type: kind, Body: req.Body()}, func(*sip.Response) {})
}

// mediaType is a body's type without parameters, in lower case.
func mediaType(m *sip.Request) string {
	h := m.ContentType()
	if h == nil {
		return ""
	}
	kind, _, _ := strings.Cut(h.Value(), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}
