// Package b2bua makes the calls between phones: a thin back-to-back user agent
// (RFC 3261 section 6). Towards the caller it is a UAS, towards each called
// phone a UAC with a dialog, Call-ID and tags of its own; the RTP goes through
// our relay. Neither end learns the other's addresses.
//
// One call is one goroutine (call.go), read from top to bottom: the fence, the
// target, the fork, ringing, talking, the record. Each called phone that rings
// has one more (leg.go), which owns its INVITE transaction until the last
// response: it acknowledges every 2xx and hangs up those that nobody wants.
//
// Clauses obeyed: RFC 3261 sections 8.2 (UAS), 9 (CANCEL), 12.2 (in a dialog),
// 13 (INVITE), 14 (re-INVITE), 15 (BYE), 16.7 step 6 (best answer); RFC 3264
// (offer and answer), RFC 3311 (UPDATE), RFC 3325 (P-Asserted-Identity),
// RFC 3326 (Reason), RFC 6026.
//
// What it does not do: transfer (REFER is declined), reliable provisional
// responses (RFC 3262), session timers (RFC 4028), an INVITE without an offer
// (488), following a 3xx of a called phone, detection of merged requests
// (8.2.2.2), transcoding. All early answers of a fork reach the caller in one
// early dialog; early media comes from the first phone that sends any.
//
// The fence judges the phone that calls. A call to a phone goes to the bindings
// that it has: a registration is not cut by a policy change.
package b2bua
