// Package door is what REGISTER and INVITE share: the phone proves its password
// by digest access authentication (RFC 3261 section 22, RFC 7616, RFC 8760),
// and only then does the fence judge where it is. So nobody can make a phone
// lock itself to a stranger's address, and nobody learns whether a user exists:
// an unknown one costs the same work and gets the same challenge, and so does
// one that existed, or whose sender the guard holds off.
//
// A challenge keeps no state. Of phones that have proven themselves it remembers
// which nonce counts they have used, so that a request proves something once;
// see counts.
//
// It works on outlines, on the goroutine that reads; the message model, which
// calls have, is turned into one. It does not say what a phone may do once it is
// in: whose address of record it may register is for the registrar, whom it may
// call for the switch. It bans nobody: that is for the guard, which it tells.
package door
