package sip

// SendACK writes the ACK to the 2xx of our INVITE with the number seq to f: what
// Dialog.NewACK makes, with a Via of its own (RFC 3261 section 13.2.2.4), then hs,
// and sdp if it is not empty. Errors are those of Flow.Send.
func (s *Stack) SendACK(d *Dialog, seq uint32, f Flow, sdp []byte, hs ...Header) error {
	w := newWire()
	defer w.free()
	target, routes := d.path()
	w.requestLine(ACK, &target)
	w.via(s, f)
	for i := range routes {
		w.b = appendAddress(append(w.b, "Route: "...), "", &routes[i], nil)
		w.end()
	}
	w.text("Max-Forwards", "70")
	w.party("From: ", d.LocalName, &d.LocalURI, d.LocalTag)
	w.party("To: ", d.RemoteName, &d.RemoteURI, d.RemoteTag)
	w.text("Call-ID", d.CallID)
	w.field(&CSeqHeader{SeqNo: seq, MethodName: ACK})
	if len(sdp) > 0 {
		w.text("Content-Type", "application/sdp")
	}
	if err := w.rest(hs, sdp); err != nil {
		return err
	}
	return f.write(f.own(w.b))
}

// party leaves an empty tag out: the peer follows RFC 2543 (12.2.1.1).
func (w *wire) party(name, shown string, u *URI, tag string) {
	w.b = appendAddress(append(w.b, name...), shown, u, nil)
	if tag != "" {
		w.b = append(append(w.b, ";tag="...), tag...)
	}
	w.end()
}
