// Package session is one end of a call: an INVITE session with one peer. It
// follows RFC 3261 sections 9 and 12-15, RFC 3262 (reliable provisional
// responses), RFC 3311 (UPDATE), RFC 4028 (session timers), RFC 6228 (199) and
// of RFC 3264 and 6337 the rules of turn: one offer at a time. What a session
// description says it does not care about.
//
// A Leg has no lock and no goroutine. It lives in the mailbox of its owner: all
// its methods are called from within, and there it calls the owner's Events.
// Transactions and timers come back through the same mailbox. A Table finds the
// leg that a request within a dialog is for.
//
// It knows no phone, copies nothing from one leg to another (so that neither end
// of a call learns of the other but what the owner says), does not fork and does
// not do DNS.
//
// All requests go along the leg's flow, as if it led to an outbound proxy (RFC
// 3261 section 8.1.2), whatever Contact and Record-Route say: these are written
// into the requests as section 12.2.1.1 has it, but a stranger's header field
// does not choose where we send. What a peer asks for within a dialog must come
// from the address of that flow.
package session
