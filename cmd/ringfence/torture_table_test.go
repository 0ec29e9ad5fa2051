package main

// tormentRow is what the server must answer to one message.
type tormentRow struct {
	name     string
	stranger int    // to somebody without a password; 0 is silence
	by       string // who signs it then: the phone that the message is from, if there can be one
	signed   int    // to that phone
	says     string // what that answer has in it
	stream   string // on a stream, where that makes a difference
	why      string // with the section; what is "departure" is not what the RFC suggests
}

// What a stream makes of a message that is not simply the next one.
const (
	closes = "400, and the connection is closed"
	waits  = "the server waits for the rest"
	ends   = "what follows it are messages too, up to one that cannot be framed"
)

// No phone rings: of the numbers in the INVITEs only "user" exists, and nobody
// is there. So 480 says that everything was right, and 404 that all but the
// number was.
var torments = []tormentRow{
	// RFC 4475 section 3.1.1: valid messages.
	{"wsinv", 481, "", 0, "", "", "3.1.1.1 its To has a tag, of no dialog (RFC 3261 12.2.2)"},
	{"intmeth", 400, "", 0, "", closes, "3.1.1.2 departure: a NUL is refused even where it is escaped; 501 otherwise"},
	{"esc01", 401, "j.user", 404, "", "", "3.1.1.3"},
	{"escnull", 401, "user", 403, "", "", "3.1.1.4 departure: no username has a NUL, so nobody can sign as this one; another phone must not register it"},
	{"esc02", 501, "", 0, "", "", "3.1.1.5 not REGISTER"},
	{"lwsdisp", 200, "", 0, "", "", "3.1.1.6"},
	{"longreq", 401, "j.user", 480, "", "", "3.1.1.7"},
	{"dblreq", 401, "j.user", 200, "<sip:j.user@host.example.com>", ends, "3.1.1.8 on UDP the rest is noise"},
	{"semiuri", 200, "", 0, "", "", "3.1.1.9"},
	{"transports", 200, "", 0, "", "", "3.1.1.10"},
	{"mpart01", 405, "", 0, "", "", "3.1.1.11 framed well; no MESSAGE is served here"},
	{"unreason", 0, "", 0, "", "", "3.1.1.12 a response to nothing"},
	{"noreason", 0, "", 0, "", "", "3.1.1.13 a response to nothing"},
	// Section 3.1.2: invalid messages.
	{"badinv01", 400, "", 0, "", "", "3.1.2.1"},
	{"clerr", 400, "", 0, "", waits, "3.1.2.2"},
	{"ncl", 400, "", 0, "", closes, "3.1.2.3"},
	{"scalar02", 400, "", 0, "", "", "3.1.2.4"},
	{"scalarlg", 0, "", 0, "", "", "3.1.2.5 a response is dropped"},
	{"quotbal", 400, "", 0, "", "", "3.1.2.6"},
	{"ltgtruri", 400, "", 0, "", "", "3.1.2.7"},
	{"lwsruri", 400, "", 0, "", "", "3.1.2.8"},
	{"lwsstart", 400, "", 0, "", "", "3.1.2.9"},
	{"trws", 400, "", 0, "", "", "3.1.2.10"},
	{"escruri", 400, "", 0, "", "", "3.1.2.11"},
	{"baddate", 401, "j.user", 480, "", "", "3.1.2.12 nobody needs the Date"},
	{"regbadct", 400, "", 0, "", "", "3.1.2.13"},
	{"badaspec", 400, "", 0, "", "", "3.1.2.14"},
	{"baddn", 400, "", 0, "", closes, "3.1.2.15 without an empty line, which on a stream makes two lengths of one"},
	{"badvers", 505, "", 0, "", "", "3.1.2.16"},
	{"mismatch01", 400, "", 0, "", "", "3.1.2.17"},
	{"mismatch02", 400, "", 0, "", "", "3.1.2.18 501 would be better by the RFC, 400 is acceptable"},
	{"bigcode", 0, "", 0, "", "", "3.1.2.19 a response is dropped"},
	// Sections 3.2 to 3.4: transactions, applications, RFC 2543.
	{"badbranch", 200, "", 0, "", "", "3.2.1 falls back to RFC 2543"},
	{"insuf", 400, "", 0, "", "", "3.3.1"},
	{"unkscm", 416, "", 0, "", "", "3.3.2"},
	{"novelsc", 416, "", 0, "", "", "3.3.3"},
	{"unksm2", 401, "user", 403, "", "", "3.3.4 departure: who it is comes first, and then To must be its own; 400 otherwise"},
	{"bext01", 420, "", 0, "", "", "3.3.5 without a challenge: OPTIONS are for everybody"},
	{"invut", 401, "j.user", 415, "", "", "3.3.6"},
	{"regaut01", 401, "j.user", 200, "", "", "3.3.7 the unknown scheme is passed over"},
	{"multi01", 400, "", 0, "", "", "3.3.8"},
	{"mcl01", 400, "", 0, "", closes, "3.3.9"},
	{"bcast", 0, "", 0, "", "", "3.3.10"},
	{"zeromf", 483, "", 0, "", "", "3.3.11 as a proxy would: we stand between"},
	{"cparam01", 401, "watson", 200, "<sip:+19725552222@gw1.example.net>;expires=", "", "3.3.12"},
	{"cparam02", 401, "watson", 200, "<sip:+19725552222@gw1.example.net;unknownparam>;expires=", "", "3.3.13"},
	{"regescrt", 401, "user", 200, "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>;expires=", "", "3.3.14"},
	{"sdp01", 401, "j.user", 480, "", "", "3.3.15 departure: Accept is not judged: who offers SDP is answered with it"},
	{"inv2543", 400, "", 0, "", closes, "3.4.1 departure: it has no Contact, and a call needs one (RFC 3261 8.1.1.8); a stream needs the length, too (20.14)"},
	{"test", 0, "", 0, "", "", "in the archive and in no section: no version, so that it is no SIP"},
	// RFC 5118.
	{"ipv6-good", 401, "user", 200, "<sip:caller@[2001:db8::1]>", "", "4.1"},
	{"ipv6-bad", 400, "", 0, "", "", "4.2"},
	{"port-ambiguous", 401, "user", 200, "<sip:caller@[2001:db8::1]>", "", "4.3 an address without a port"},
	{"port-unambiguous", 401, "user", 200, "<sip:caller@[2001:db8::1]>", "", "4.4"},
	{"via-received-param-with-delim", 481, "", 0, "", "", "4.5 read, and of no dialog"},
	{"via-received-param-no-delim", 200, "", 0, "", "", "4.5"},
	{"ipv6-in-sdp", 401, "j.user", 480, "", "", "4.6"},
	{"mult-ip-in-header", 481, "", 0, "", "", "4.7 read, and of no dialog"},
	{"mult-ip-in-sdp", 401, "j.user", 480, "", "", "4.8"},
	{"ipv4-mapped-ipv6", 401, "j.user", 480, "", "", "4.9"},
	{"ipv6-correct-abnf-2-colons", 200, "", 0, "", "", "4.10"},
	{"ipv6-bug-abnf-3-colons", 200, "", 0, "", "", "4.10 tolerated"},
}
