// Package notify asks a phone to fetch its configuration again, or to reboot: a
// NOTIFY that it has not subscribed to, with an event that its maker has chosen
// (events.go), on the flow of each of its bindings.
//
// The form is RFC 6665's, less the subscription: a NOTIFY outside of a dialog is
// what section 3.2 of RFC 3265 left room for, and what desk phones understand.
//
// That a phone has answered says that it was asked, not that it has done it: the
// proof is its next fetch. A phone that wants to know who asks gets the
// answer to its challenge, with its own credentials.
package notify
