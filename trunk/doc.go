// Package trunk is the lines to the world outside: it registers them, asks
// whether they are there, knows which calls come in on one, and how a dialled
// number leaves.
//
// It follows RFC 3261 section 10 as a client (with RFC 3608, Service-Route), RFC
// 3263 for where a line leads, RFC 3325 for who calls. Lines is told of trunks by
// the Book and by Changed; what calls ask (Known, Inbound, Outbound, Begin) is
// answered from memory and never waits.
//
// It guards against toll fraud: calls at a time and a second of a phone, a
// customer and a trunk, numbers that are blocked, and what a customer may spend
// in a day and a night. Emergency calls are counted, and never refused.
//
// It makes no calls: a Way says how to, and its owner sends the INVITE.
package trunk
