// Package door is what REGISTER and INVITE share: the phone proves its password
// by digest access authentication (RFC 3261 section 22, RFC 7616, RFC 8760),
// and only then does the fence judge where it is. So nobody can make a phone
// lock itself to a stranger's address, and nobody learns whether a user exists:
// an unknown one costs the same work and gets the same challenge.
//
// A challenge keeps no state. Which nonce counts were used is not remembered
// either: within its life a nonce can be used again, but only from the address
// that it was made for and only for the same user and host in the Request-URI.
//
// It does not say what a phone may do once it is in: whose address of record it
// may register is for the registrar, whom it may call for the switch. It bans
// nobody.
package door
