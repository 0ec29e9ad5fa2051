package sip

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// What the messages of one call cost here, for somebody between two phones: the
// INVITE comes in and another goes out; 180, 200, ACK, BYE and 200 likewise.

const callSDP = `v=0
o=- 3724394400 3724394400 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 40376 RTP/AVP 9 8 0 101
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
`

const callInvite = `INVITE sip:200@pbx.example.org;user=phone SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=BRANCH;rport
Max-Forwards: 70
From: "Alice Example" <sip:100@pbx.example.org>;tag=a73kszlfl
To: <sip:200@pbx.example.org;user=phone>
Call-ID: CALLID
CSeq: 2 INVITE
Contact: <sip:100@192.0.2.1:5066;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-00041350F701>"
Authorization: Digest username="100",realm="pbx.example.org",nonce="hZ8mQwsA4SgKzFqRaYbE",uri="sip:200@pbx.example.org;user=phone",qop=auth,nc=00000001,cnonce="0a4f113b",response="6629fae49393a05397450978507c4ef1",algorithm=MD5
Allow: INVITE, ACK, CANCEL, BYE, REFER, OPTIONS, NOTIFY, SUBSCRIBE, PRACK, MESSAGE, INFO, UPDATE
Supported: timer, 100rel, replaces, from-change
User-Agent: snomD785/10.1.175.16
Content-Type: application/sdp
Content-Length: LENGTH

`

const callAnswer = `SIP/2.0 CODE x
Via: SIP/2.0/UDP 203.0.113.5:5060;branch=BRANCH;rport=5060;received=203.0.113.5
From: "Alice Example" <sip:100@pbx.example.org>;tag=b2b
To: <sip:200@198.51.100.7:5060>;tag=bo42
Call-ID: CALLID
CSeq: SEQ
Contact: <sip:200@198.51.100.7:5060;transport=udp>
Allow: INVITE, ACK, CANCEL, BYE, REFER, OPTIONS, NOTIFY, SUBSCRIBE, PRACK, MESSAGE, INFO, UPDATE
Supported: timer, 100rel, replaces
User-Agent: Yealink SIP-T54W 96.86.0.75
`

const callWithin = `METHOD sip:b2b@203.0.113.5:5060;transport=udp SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=BRANCH;rport
Max-Forwards: 70
From: "Alice Example" <sip:100@pbx.example.org>;tag=a73kszlfl
To: <sip:200@pbx.example.org;user=phone>;tag=TAG
Call-ID: CALLID
CSeq: SEQ
Contact: <sip:100@192.0.2.1:5066;transport=udp>
User-Agent: snomD785/10.1.175.16
Content-Length: 0

`

// between is who stands between two phones, as far as this package goes.
type between struct {
	stack     *Stack
	out       Flow // to the phone that is called
	branch    []byte
	server    *ServerTx
	dialog    *Dialog
	asked, in *Request
	failed    error
}

func (b *between) send(_, _ netip.AddrPort, m []byte) error {
	if text := borrow(m); strings.HasPrefix(text, "INVITE ") || strings.HasPrefix(text, "BYE ") {
		_, rest, _ := strings.Cut(text, "branch=")
		id, _, _ := strings.Cut(rest, ";")
		b.branch = append(b.branch[:0], id...)
	}
	return nil
}

func (b *between) keep(err error) {
	if err != nil {
		b.failed = err
	}
}

// handle is the handler.
func (b *between) handle(req *Request, f Flow) {
	s := b.stack
	switch req.Method {
	case INVITE:
		b.in, b.server = req, s.Accept(req, f, Watch{})
		b.keep(b.server.Respond(Reply(req, 100, "Trying")))
		b.call(req)
	case ACK:
		b.server.Acknowledge()
	case BYE:
		b.keep(s.Accept(req, f, Watch{}).Respond(Reply(req, 200, "OK")))
		_, err := s.Request(b.dialog.NewRequest(BYE), b.out, nil)
		b.keep(err)
	}
}

// call asks the other phone.
func (b *between) call(req *Request) {
	first := &Dialog{
		CallID: "out-" + callID(req), LocalTag: "b2b", LocalURI: req.From().Address, LocalName: req.From().DisplayName,
		RemoteURI: URI{Scheme: "sip", User: "200", Host: "198.51.100.7", Port: 5060},
		Target:    URI{Scheme: "sip", User: "200", Host: "198.51.100.7", Port: 5060},
		Contact:   b.stack.Contact(b.out, "b2b"),
	}
	b.asked = first.NewRequest(INVITE)
	b.asked.AppendHeader(NewHeader("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY"))
	b.asked.AppendHeader(NewHeader("Supported", "timer, 100rel, replaces"))
	b.asked.AppendHeader(NewHeader("Content-Type", "application/sdp"))
	b.asked.SetBody(SDP(req))
	_, err := b.stack.Request(b.asked, b.out, b.answered)
	b.keep(err)
}

func (b *between) answered(res *Response, err error) {
	switch {
	case res == nil:
		b.keep(err)
	case res.StatusCode == 180:
		b.keep(b.server.Respond(Reply(b.in, 180, "Ringing", &ContactHeader{Address: b.stack.Contact(b.out, "b2b")})))
	case res.StatusCode == 200:
		b.dialog, err = UACDialog(b.asked, res)
		b.keep(err)
		ack := b.dialog.NewACK(b.asked)
		ack.PrependHeader(b.stack.Via(b.out))
		b.keep(b.out.Send(ack))
		ok := Reply(b.in, 200, "OK", &ContactHeader{Address: b.stack.Contact(b.out, "b2b")}, NewHeader("Content-Type", "application/sdp"))
		ok.SetBody(SDP(res))
		b.keep(b.server.Respond(ok))
	}
}

// script is what the phones send, with holes.
type script struct{ parts []string }

func newScript(text string) script {
	text = strings.ReplaceAll(text, "\n", "\r\n")
	var s script
	for _, hole := range []string{"BRANCH", "CALLID"} {
		before, after, _ := strings.Cut(text, hole)
		s.parts, text = append(s.parts, before), after
	}
	s.parts = append(s.parts, text)
	return s
}

func (s script) with(b, branch, id []byte) []byte {
	b = append(append(b[:0], s.parts[0]...), branch...)
	b = append(append(b, s.parts[1]...), id...)
	return append(b, s.parts[2]...)
}

func withSDP(head string) string {
	n := len(strings.ReplaceAll(callSDP, "\n", "\r\n"))
	head = strings.TrimSuffix(head, "\n") + "\n"
	return strings.Replace(head, "LENGTH", itoa(n), 1) + callSDP
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

// BenchmarkCallMessages is one whole call.
func BenchmarkCallMessages(b *testing.B) {
	answer := func(code, seq, body string) script {
		t := strings.NewReplacer("CODE", code, "SEQ", seq).Replace(callAnswer)
		if body == "" {
			return newScript(t + "Content-Length: 0\n\n")
		}
		return newScript(withSDP(t + "Content-Type: application/sdp\nContent-Length: LENGTH\n\n"))
	}
	within := func(method, seq string) script {
		return newScript(strings.NewReplacer("METHOD", method, "SEQ", seq+" "+method, "TAG", "x").Replace(callWithin))
	}
	invite, ringing, ok := newScript(withSDP(callInvite)), answer("180", "1 INVITE", ""), answer("200", "1 INVITE", "sdp")
	ack, bye, gone := within("ACK", "2"), within("BYE", "3"), answer("200", "2 BYE", "")

	var m between
	m.stack = New(Config{Inline: true, Handler: m.handle, Timers: Timers{T1: 10 * time.Millisecond, T4: 10 * time.Millisecond}})
	defer func() { _ = m.stack.Close(b.Context()) }()
	local := netip.MustParseAddrPort("203.0.113.5:5060")
	m.out = Flow{Network: "udp", Local: local, Remote: netip.MustParseAddrPort("198.51.100.7:5060"), sender: &m}
	in := Flow{Network: "udp", Local: local, Remote: netip.MustParseAddrPort("192.0.2.1:5066"), sender: &m}
	var d desk
	var room []byte
	id := []byte("0000000000-3c26700c1fe5-abcdefghijkl")
	own := []byte("z9hG4bK-0000000000-qs7k2d83")
	b.ReportAllocs()
	for b.Loop() {
		for i := 9; ; i-- { // another call
			if id[i]++; id[i] <= '9' {
				break
			}
			id[i] = '0'
		}
		copy(own[8:], id[:10])
		give := func(s script, f Flow, branch []byte) {
			room = s.with(room, branch, id)
			m.stack.receive(room, f, &d)
		}
		own[7] = 'i'
		give(invite, in, own)
		give(ringing, m.out, m.branch)
		give(ok, m.out, m.branch)
		own[7] = 'a'
		give(ack, in, own)
		own[7] = 'b'
		give(bye, in, own)
		give(gone, m.out, m.branch)
		if m.failed != nil {
			b.Fatal(m.failed)
		}
	}
	if st := m.stack.Stats(); st.ParseErrors > 0 || st.Drops["unmatched_response"]+st.Drops["late_2xx"] > 0 || st.Panics > 0 {
		b.Errorf("%+v", st)
	}
}

func BenchmarkParseMessages(b *testing.B) {
	for name, s := range map[string]script{
		"INVITE": newScript(withSDP(callInvite)),
		"200":    newScript(withSDP(strings.NewReplacer("CODE", "200", "SEQ", "1 INVITE").Replace(callAnswer) + "Content-Type: application/sdp\nContent-Length: LENGTH\n\n")),
		"BYE":    newScript(strings.NewReplacer("METHOD", "BYE", "SEQ", "3 BYE", "TAG", "x").Replace(callWithin)),
	} {
		text := s.with(nil, []byte("z9hG4bK-0000000000-qs7k2d83"), []byte("0000000000-3c26700c1fe5-abcdefghijkl"))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
