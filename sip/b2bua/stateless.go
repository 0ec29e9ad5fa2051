package b2bua

import (
	"strings"

	"ringfence/sip"
)

// allow lists the methods of our dialogs; REGISTER and SUBSCRIBE are served by the
// same listeners. allowOutside are those that need no dialog. extensions are what we
// know of what a request may require.
const (
	allow        = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, MESSAGE, REFER, NOTIFY"
	allowServer  = allow + ", REGISTER, SUBSCRIBE"
	allowOutside = "INVITE, ACK, CANCEL, OPTIONS, REGISTER, SUBSCRIBE"
	extensions   = "100rel, timer, replaces, norefersub"
)

// stateless answers what makes no call and belongs to none. It keeps nothing.
func stateless(req *sip.Request) *sip.Response {
	switch req.Method {
	case sip.OPTIONS:
		return options(req)
	case sip.SUBSCRIBE, sip.PUBLISH:
		return badEvent(req) // RFC 6665 section 4.1.3.2, RFC 3903 section 6
	case sip.BYE, sip.UPDATE, sip.PRACK, sip.INFO:
		return noDialog(req) // RFC 3261 section 15.1.2 and their own RFCs
	case sip.MESSAGE, sip.REFER, sip.NOTIFY, sip.REGISTER:
		return sip.Reply(req, 405, "Method Not Allowed", sip.NewHeader("Allow", allowOutside))
	}
	return sip.Reply(req, 501, "Not Implemented", sip.NewHeader("Allow", allowOutside))
}

// options tells what we can (RFC 3261 section 11.2). Phones ask to see whether
// we are there.
func options(req *sip.Request) *sip.Response {
	if outOfHops(req) {
		return tooManyHops(req)
	}
	if res := unsupported(req); res != nil {
		return res
	}
	return sip.Reply(req, 200, "OK",
		sip.NewHeader("Allow", allowServer),
		sip.NewHeader("Accept", "application/sdp"),
		sip.NewHeader("Supported", extensions))
}

// badEvent names the packages that are published to us, or subscribed to within a
// call: none.
func badEvent(req *sip.Request) *sip.Response {
	return sip.Reply(req, 489, "Bad Event", sip.NewHeader("Allow-Events", ""))
}

func noDialog(req *sip.Request) *sip.Response {
	return sip.Reply(req, 481, "Call/Transaction Does Not Exist")
}

func tooManyHops(req *sip.Request) *sip.Response {
	return sip.Reply(req, 483, "Too Many Hops")
}

func outOfHops(req *sip.Request) bool {
	h := req.MaxForwards()
	return h != nil && h.Val() == 0
}

// hopsLeft is the Max-Forwards of what we send because of req: one less, so
// that a loop through us ends.
func hopsLeft(req *sip.Request) uint32 {
	if h := req.MaxForwards(); h != nil && h.Val() <= 70 {
		return h.Val() - 1
	}
	return 70
}

// unsupported answers a request that needs an extension which we do not have
// (RFC 3261 section 8.2.2.3). It is nil when none is needed.
func unsupported(req *sip.Request) *sip.Response {
	tags := sip.Unsupported(req, strings.Split(extensions, ", ")...)
	if len(tags) == 0 {
		return nil
	}
	return sip.Reply(req, 420, "Bad Extension", sip.NewHeader("Unsupported", strings.Join(tags, ", ")))
}

func retryAfter() sip.Header { return sip.NewHeader("Retry-After", "5") }

func toTag(m sip.Message) string {
	if to := m.To(); to != nil {
		return to.Params.GetOr("tag", "")
	}
	return ""
}
