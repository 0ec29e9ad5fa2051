package sip

import (
	"cmp"
	"net/netip"
	"strconv"
)

// Reply appends the response to o that came on f: Reply of the message model,
// without the model. hs are whole header field lines without their CRLF, to
// come after CSeq; the To tag is added to every response but 100.
func (o *Outline) Reply(dst []byte, f Flow, code int, reason string, hs ...string) []byte {
	dst = o.Head(dst, f, code, reason)
	for _, h := range hs {
		dst = appendLine(dst, "", h)
	}
	return End(dst)
}

// Head appends the beginning of Reply, up to and with CSeq. Whoever calls it
// appends further header field lines, and then End.
func (o *Outline) Head(dst []byte, f Flow, code int, reason string) []byte {
	dst = append(dst, "SIP/2.0 "...)
	dst = strconv.AppendInt(dst, int64(code), 10)
	dst = appendLine(dst, " ", reason)
	dst = o.appendVias(dst, f.Remote)
	dst = appendLine(dst, "From: ", o.From.Value)
	dst = append(dst, "To: "...)
	dst = append(dst, o.To.Value...)
	if code > 100 && o.To.Tag == "" {
		dst = append(dst, ";tag="...)
		dst = appendTag(dst, o.CallID, o.From.Tag, o.Via.Branch, o.CSeq)
	}
	dst = appendLine(dst, "\r\nCall-ID: ", o.CallID)
	dst = append(dst, "CSeq: "...)
	dst = strconv.AppendUint(dst, uint64(o.CSeq), 10)
	return appendLine(dst, " ", string(o.Method))
}

// End appends what ends a response without a body.
func End(dst []byte) []byte { return append(dst, "Content-Length: 0\r\n\r\n"...) }

func appendLine(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...)
}

// appendVias is RFC 3261 section 8.2.6.2 with what markReceived does to the
// first one.
func (o *Outline) appendVias(dst []byte, source netip.AddrPort) []byte {
	for i, v := range o.Vias {
		dst = append(dst, "Via: "...)
		if i == 0 {
			dst = o.appendTop(dst, v, source)
		} else {
			dst = append(dst, v...)
		}
		dst = append(dst, "\r\n"...)
	}
	return dst
}

func (o *Outline) appendTop(dst []byte, via string, source netip.AddrPort) []byte {
	if o.Via.RPort {
		dst = append(dst, via[:o.Via.rport]...)
		dst = append(dst, '=')
		dst = strconv.AppendUint(dst, uint64(source.Port()), 10)
		via = via[o.Via.rport:]
	}
	dst = append(dst, via...)
	if o.Via.RPort || !sameHost(o.Via.Host, source.Addr()) {
		dst = append(dst, ";received="...)
		dst = source.Addr().WithZone("").AppendTo(dst)
	}
	return dst
}

// Answer posts Reply on the flow that it must go to.
func (o *Outline) Answer(out *Mail, f Flow, code int, reason string, hs ...string) {
	out.Post(o.Answering(f), o.Reply(out.Room(), f, code, reason, hs...))
}

// Answering is the flow that the answer to o goes to: see Flow.Reply.
func (o *Outline) Answering(f Flow) Flow {
	if f.Network != "udp" || o.Via.RPort || !sameHost(o.Via.Host, f.Remote.Addr()) {
		return f // a stream, or the source port
	}
	f.Remote = netip.AddrPortFrom(f.Remote.Addr(), cmp.Or(o.Via.Port, DefaultPort))
	return f
}
