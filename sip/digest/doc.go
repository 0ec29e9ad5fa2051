// Package digest is the arithmetic of SIP digest authentication, for both
// sides: RFC 7616 (HTTP digest) as RFC 3261 section 22 uses it, with SHA-256
// after RFC 8760. RFC 2617 and RFC 2069 are what older peers still speak.
//
// A server writes Challenges, or a Form that is made once, with a nonce from
// Nonces, which keeps no table:
// the nonce itself says when, and for which address, it was made. Then it reads
// the answer with ParseCredentials, judges the nonce with Check or Read and the
// password with Verify or Proves. A client reads a challenge with ParseChallenge and
// answers it with Answer; Client does so for many requests of one user, and keeps
// the nonce for the next.
//
// What it does not do: qop=auth-int, the -sess algorithms, SHA-512-256,
// userhash. It does not compare the URI of the credentials with that of the
// request, nor their realm with ours, nor remember which nonce counts were used:
// those need the request or a memory, and belong to the caller.
//
// It does no I/O and never logs. No error carries a value that it has read.
package digest
