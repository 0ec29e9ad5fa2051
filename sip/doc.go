// Package sip is what is the same for any SIP server: messages and their
// parsers, listeners and flows, transactions, and the arithmetic of dialogs. It
// follows RFC 3261, RFC 3581 (rport), RFC 6026 (the state Accepted) and the
// keepalives of RFC 5626: CRLF on connections, STUN (RFC 8489) on UDP; for
// WebSockets it follows RFC 7118 and RFC 6455.
//
// A message goes this way. The goroutine that reads a socket or connection has
// its bytes: udpreader.go many datagrams at a time; stream.go and deliver.go what
// tcp.go accepts, tls.go and ws.go greet, and frame.go or wsframe.go cut. It
// gives each to Stack.receive (dispatch.go), which asks in this order:
//
//   - Config.Answered, if it is the response to a probe (probe.go);
//   - Config.Express, if Scan (scan.go) finds a REGISTER, INVITE or OPTIONS in
//     its usual form: of the Outline (outline.go) it may make an answer at once
//     (outline_reply.go), into the reader's Mail (mail.go), which leaves after the
//     batch. A REGISTER in another form comes here by Parse and OutlineOf;
//   - all else is parsed (parse.go) and given to the transaction that it matches,
//     or else to Config.Handler: with Config.Inline at once (inline.go), otherwise
//     by a worker, after it has waited in the queue of its Call-ID.
//
// Out a message is written (wire.go) and goes through a Flow, directly, in a Mail,
// or from a ServerTx or ClientTx that sends it again as long as needed. Their owners
// are told of what comes by functions (watch.go), or by channels for who has a
// goroutine to wait in (channels.go). Reach (reach.go) finds or opens the way to a
// peer without waiting.
//
// What calls need of header fields is read in files named after it: refer.go,
// prack.go, sessiontimer.go, reason.go, identity.go, tel.go, tokens.go; body.go finds
// the session description.
//
// The package keeps no state for a stranger: none for a source address on UDP,
// none for a request before NewServerTx. It knows no phone and judges nobody.
//
// It opens connections of TCP, and of TLS to hosts with a name: over TLS and
// WebSocket a phone is reached on the connection that it has opened. It does not do
// DNS, digest, Max-Forwards or Require; the last two are the handler's. It departs
// from the RFCs in these: a NUL is refused even where it is escaped; maddr is
// ignored; a response on UDP never goes to another address than the request's
// source; a response does not open a connection anew when the request's has
// closed.
package sip
