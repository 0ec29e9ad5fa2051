// Package resolve finds where a SIP URI leads: the transport, address and port
// of RFC 3263, by NAPTR (RFC 3403), SRV (RFC 2782), A and AAAA records. Dead
// remembers which of these places have not answered.
//
// Answers are kept as long as their TTL says, in a table of fixed size. When no
// name server can be reached, or all fail, an answer that has expired is used on
// for a day (RFC 8767): a line to the world should not hang on DNS.
//
// It knows nothing of SIP messages: a Query is plain values. It does no DNSSEC
// and reads no hosts file. It does not log.
package resolve
