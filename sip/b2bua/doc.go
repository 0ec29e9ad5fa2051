// Package b2bua makes the calls between phones: a back-to-back user agent
// (RFC 3261 section 6). Each end of a call is a session of its own with dialog,
// Call-ID and tags of its own (sip/session), and media face of its own (media):
// neither end learns the other's addresses, and nothing of one end's messages
// reaches the other but what is put together here.
//
// A call is a struct with a mailbox (mailbox.go) and no goroutine. Follow one
// from Switch.Serve: who calls (invite.go), where the number leads (dialplan.go),
// what rings (fork.go, ring.go) and where the call is forwarded (forward.go), the
// answer (answer.go), offers in the conversation (bridge.go), the end (call.go)
// and the record (record.go). Transfers begin in transfer.go, calls that somebody
// else takes in replaces.go and pickup.go, and what a page may ask in control.go;
// who is in a session already and waits is played a tone (tone.go).
//
// The caller hears of an answer, and of a refusal, when it is on disk.
//
// Clauses obeyed here: RFC 3261 section 16.7 step 6 (best answer of a fork) and
// 16.3 (Max-Forwards), RFC 3264 (descriptions pass from end to end), RFC 3325
// (P-Asserted-Identity), RFC 3326 (Reason), RFC 6086 (INFO); of transfers RFC
// 3515 (REFER), RFC 3891 (Replaces), RFC 3892 (Referred-By), RFC 4488 (no
// subscription) and RFC 5589. Those of sessions are
// listed in sip/session.
//
// All early answers of a fork reach the caller in one early dialog; early media
// comes from the first phone that sends any.
//
// The fence judges the phone that calls. A call to a phone goes to the bindings
// that it has: a registration is not cut by a policy change.
//
// What it does not do: transcoding, conferences, announcements of its own.
package b2bua
