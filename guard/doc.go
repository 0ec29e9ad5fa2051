// Package guard keeps strangers from costing more than they may: bans, a rate
// for each source, and what follows from wrong passwords. It stands before the
// parser (Admit) and before the digest (Held), and is told what came of each
// request (Wrong, Right, Sign, Broken).
//
// Only a wrong answer to a challenge counts, never a challenge: every phone
// begins with a request that has no credentials. A wrong answer counts for the
// pair of source and username, which is held off after some of them, and only
// the distinct usernames that fail count for the source. So a phone that goes on
// with an old password harms itself, not its office. A source behind which
// phones have proven themselves lately needs ten times the points, and the pairs
// that are right are never held off.
//
// A source is an IPv4 address or an IPv6 /64. Over UDP it can be forged. A wrong
// password cannot be: its nonce was made for the source and has arrived there,
// and who calls Wrong has seen to that. The signs of a scanner and broken
// messages can: they never ban a source with a phone that has proven itself
// lately, and the bans that come of them alone stay short. That somebody has
// another's address banned for ten minutes, at which no phone is registered, is
// the price of banning scanners that send no more than a packet or two. Nor can
// a rate tell whose packets those are that come under a forged address; UDP and
// connections have rates apart, for the source of a connection is not forged.
//
// Memory is the same whatever strangers send. All that is remembered of them is
// in tables of a fixed size, where the least worth gives way (rows.go), and
// bans are limited in number.
//
// It does not parse, answer or log requests, and knows no phones. What it
// remembers beside the bans ends with the process.
package guard
