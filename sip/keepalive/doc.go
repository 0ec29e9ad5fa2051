// Package keepalive keeps open the way to phones behind a NAT or a firewall, over
// UDP: both forget a phone that nothing passes to for half a minute. Each such
// phone is asked OPTIONS over the flow of its registration, and what it answers, be it a
// refusal, tells how far away it is.
//
// It costs no transaction, no timer and no goroutine for each phone. The flows
// hang in a wheel of slots (wheel.go), spread at random, and what a slot has to
// send leaves together. A branch carries which flow it is of and when it was
// sent, sealed with a key (seal.go): what strangers answer ends at the seal.
//
// The interval is never exceeded: it is what the shortest-lived NAT bears, and how
// long another one bears shows only when it has closed (pace.go). What is not
// answered is soon sent again. A phone that has never answered three in a row is
// taken for one that is deaf to OPTIONS; there are such. It gets CR LF CR LF, which phones ignore
// and NATs do not, and OPTIONS again each hour. One that used to answer goes on
// being asked. Neither goes offline by its silence: that would take deaf phones
// from the world, and a loss on the way would end calls that could be made.
//
// It does nothing for TCP, TLS and WebSocket, nor for STUN, which phones begin
// by themselves (RFC 5626 section 4.4).
package keepalive
