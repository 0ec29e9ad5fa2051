package sip

// Reply appends the response to o that came on f: Reply of the message model,
// without the model. hs are whole header field lines without their CRLF, to
// come after CSeq; the To tag is added to every response but 100.
func (o *Outline) Reply(dst []byte, f Flow, code int, reason string, hs ...string) []byte {
	return dst
}

// Answer posts Reply on the flow that it must go to.
func (o *Outline) Answer(out *Mail, f Flow, code int, reason string, hs ...string) {
	out.Post(o.answering(f), o.Reply(out.Room(), f, code, reason, hs...))
}
