// Package simphone is a simulated desk phone: it fetches its configuration over
// HTTP as the real one does, registers (RFC 3261 section 10, RFC 8760 digest),
// calls and is called (RFC 3261 sections 13 to 15, RFC 3264), and says a tone
// as G.711 over RTP (RFC 3550, RFC 3551) while it measures the one it hears.
// It stands at the other end of the wire for the demo, for the end-to-end tests
// and for load, so of the server's rooms it shares only sip, sip/digest and
// media, and finds out everything else as a phone must: by asking.
//
// It does not look up SRV records (it needs the address of its server or a name
// with an A or AAAA record), refresh its registration by itself, send RTCP or
// DTMF, transfer, or put a call on hold. It is content to be put on hold.
package simphone
