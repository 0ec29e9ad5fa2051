package b2bua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// patience is how long a test waits for what must come.
const patience = 5 * time.Second

// handset is a phone of the tests: a real stack on a real socket that does what
// a line of a ladder says, and keeps in heard what it was sent.
type handset struct {
	*phone.Phone
	t     *testing.T
	world *world
	name  string

	network string
	stack   *sip.Stack
	at      netip.AddrPort
	server  netip.AddrPort
	rtp     *net.UDPConn
	heard   chan string

	mu      sync.Mutex // guards what follows: lines come from the test, messages from the stack
	dialog  *sip.Dialog
	dials   int           // how many calls it has made
	early   *sip.Dialog   // of its own INVITE, before the 2xx
	client  *sip.ClientTx // of its own INVITE
	invite  *sip.Request
	acked   *sip.Request // the ACK that it sent last
	tx      *sip.ServerTx
	asked   *sip.Request  // the INVITE that it is to answer
	final   int           // its final answer to that
	initial *sip.Request  // the first one that it got
	raw     []string      // all that it got, as it came
	last    *sip.Response // the response that it got last
	remote  netip.AddrPort

	forgetful bool                       // it answers 481 to what comes within a dialog
	stubborn  bool                       // it has answered when a CANCEL comes
	mute      sip.RequestMethod          // what it does not answer by itself
	unsaid    func(code int, sdp []byte) // answers the last of these
	idle      bool                       // it sends a PRACK when it is told to
	rack      string
}

func newHandset(t *testing.T, p *phone.Phone, name, network string, server netip.AddrPort) *handset {
	h := &handset{Phone: p, t: t, name: name, network: network, server: server, heard: make(chan string, 64)}
	h.stack = sip.New(sip.Config{Handler: h.serve, Workers: 1})
	var err error
	if h.at, err = h.stack.Listen(network, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	h.rtp, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *handset) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := h.stack.Close(ctx); err != nil {
		h.t.Errorf("%s: close: %v", h.name, err)
	}
	h.rtp.Close()
	close(h.heard)
}

// do is one line of a ladder: a method with its arguments, or a status code.
func (h *handset) do(words []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	arg := ""
	if len(words) > 1 {
		arg = words[1]
	}
	switch method := words[0]; method {
	case "INVITE":
		if h.dialog != nil {
			h.within(sip.INVITE, "application/sdp", h.sdp(arg))
			return
		}
		h.dial(arg, words[2:])
	case "ACK":
		h.ack(arg)
	case "CANCEL":
		if err := h.client.Cancel(); err != nil {
			h.t.Errorf("%s: CANCEL: %v", h.name, err)
		}
	case "REFER":
		h.refer(words[1:])
	case "BYE", "OPTIONS", "MESSAGE":
		h.within(sip.RequestMethod(method), "", nil)
	case "PRACK":
		h.within(sip.PRACK, "", nil, sip.NewHeader("RAck", h.rack))
	case "INFO":
		if arg == "" {
			h.within(sip.INFO, "", nil)
			return
		}
		h.within(sip.INFO, "application/dtmf-relay", []byte("Signal="+arg+"\r\nDuration=160\r\n"))
	case "UPDATE":
		h.within(sip.UPDATE, "application/sdp", h.sdp(arg))
	default:
		if arg == "reliable" {
			h.answer(method, words[2], sip.NewHeader("Require", "100rel"), sip.NewHeader("RSeq", "1"))
			return
		}
		if arg != "" && arg == string(h.mute) {
			h.unsaid(200, h.sdp(words[2]))
			return
		}
		h.answer(method, arg)
	}
}

// dial sends an INVITE for a new call.
func (h *handset) dial(number string, with []string) {
	f, err := h.stack.Flow(h.network, h.at, h.server)
	if err != nil {
		h.t.Fatal(err)
	}
	req := sip.NewRequest(sip.INVITE, sip.URI{Scheme: "sip", User: number, Host: "127.0.0.1", Port: int(h.server.Port())})
	self := sip.URI{Scheme: "sip", User: h.Username, Host: "ringfence.test"}
	if !slices.Contains(with, "signed") { // a challenge is answered within the call
		h.dials++
	}
	id, hops := sip.CallIDHeader(fmt.Sprintf("call-of-%s-%d@%s", h.name, h.dials, h.at)), sip.MaxForwardsHeader(70)
	to := &sip.ToHeader{Address: sip.URI{Scheme: "sip", User: number, Host: "ringfence.test"}}
	for _, x := range []sip.Header{
		&sip.FromHeader{DisplayName: "Mallory", Address: self, Params: sip.Params{{K: "tag", V: "tag-of-" + h.name}}},
		to, &id, &sip.CSeqHeader{SeqNo: 7, MethodName: sip.INVITE},
		&sip.ContactHeader{Address: h.stack.Contact(f, h.Username)},
		sip.NewHeader("User-Agent", "secret-of-"+h.name),
	} {
		req.AppendHeader(x)
	}
	body := h.sdp("sendrecv")
	for _, w := range with {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "replaces":
			req.AppendHeader(h.world.replacing(value))
		case "header":
			name, text, _ := strings.Cut(value, ":")
			req.AppendHeader(sip.NewHeader(name, text))
		case "tel":
			req.Recipient, _ = sip.ParseURI("tel:" + number)
		case "hops":
			n, err := strconv.Atoi(value)
			if err != nil {
				h.t.Fatal(err)
			}
			hops = sip.MaxForwardsHeader(n)
		case "signed":
			req.CSeq().SeqNo++
			req.AppendHeader(h.authorization(req))
		case "supports":
			req.AppendHeader(sip.NewHeader("Supported", value))
		case "require":
			req.AppendHeader(sip.NewHeader("Require", value))
		case "sdp":
			body = []byte(value)
		}
	}
	req.AppendHeader(&hops)
	if len(body) > 0 {
		req.AppendHeader(contentType("application/sdp"))
	}
	req.SetBody(body)
	h.request(req, f)
}

// authorization answers the challenge that it got last.
func (h *handset) authorization(req *sip.Request) sip.Header {
	ch, err := digest.ParseChallenge(h.last.GetHeader("WWW-Authenticate").Value())
	if err != nil {
		h.t.Fatal(err)
	}
	value, err := digest.Answer(ch, h.Username, h.Password, string(req.Method), req.Recipient.String(), "cnonce", 1)
	if err != nil {
		h.t.Fatal(err)
	}
	return sip.NewHeader("Authorization", value)
}

// within sends a request in the dialog.
func (h *handset) within(m sip.RequestMethod, kind string, body []byte, hs ...sip.Header) {
	d := h.dialog
	if d == nil {
		d = h.early
	}
	if d == nil {
		h.t.Fatalf("%s: %s without a dialog", h.name, m)
	}
	req := d.NewRequest(m)
	for _, x := range hs {
		req.AppendHeader(x)
	}
	if len(body) > 0 {
		req.AppendHeader(contentType(kind))
	}
	req.SetBody(body)
	f, err := h.stack.Flow(h.network, h.at, h.server)
	if err != nil {
		h.t.Fatal(err)
	}
	h.request(req, f)
}

// request starts a transaction and listens to it.
func (h *handset) request(req *sip.Request, f sip.Flow) {
	tx, err := h.stack.NewClientTx(req, f)
	if err != nil {
		h.t.Fatalf("%s: %s: %v", h.name, req.Method, err)
	}
	if req.Method == sip.INVITE {
		h.client, h.invite, h.acked = tx, req, nil
	}
	go func() {
		answered := false
		for res := range tx.Responses() {
			h.hearResponse(req, res, f, &answered)
		}
	}()
}

func (h *handset) hearResponse(req *sip.Request, res *sip.Response, f sip.Flow, answered *bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.raw = append(h.raw, res.String())
	if res.StatusCode == 100 {
		return
	}
	if req.Method == sip.INVITE && res.IsSuccess() {
		if *answered { // the 2xx again
			if h.acked != nil {
				_ = f.Send(h.acked)
			}
			return
		}
		*answered = true
		h.establish(req, res)
	}
	if req.Method == sip.INVITE && res.IsProvisional() {
		h.provisional(req, res)
	}
	h.last = res
	h.notePeer(res.Body())
	h.heard <- summary(fmt.Sprint(res.StatusCode), req.Method, res.Body())
}

// provisional keeps the early dialog, and acknowledges what is reliable.
func (h *handset) provisional(req *sip.Request, res *sip.Response) {
	if h.early == nil || h.early.RemoteTag != toTag(res) {
		h.early, _ = sip.UACDialog(req, res)
	}
	if r := res.GetHeader("RSeq"); r != nil {
		h.rack = fmt.Sprintf("%s %d INVITE", r.Value(), req.CSeq().SeqNo)
		if !h.idle {
			h.within(sip.PRACK, "", nil, sip.NewHeader("RAck", h.rack))
		}
	}
}

func (h *handset) establish(req *sip.Request, res *sip.Response) {
	if h.dialog != nil {
		h.dialog.Refresh(res)
		return
	}
	d, err := sip.UACDialog(req, res)
	if err != nil {
		h.t.Errorf("%s: %v", h.name, err)
		return
	}
	if h.early != nil && h.early.RemoteTag == d.RemoteTag {
		d.LocalSeq = max(d.LocalSeq, h.early.LocalSeq)
	}
	h.dialog = d
}

// ack acknowledges the 2xx to its INVITE.
func (h *handset) ack(direction string) {
	f, err := h.stack.Flow(h.network, h.at, h.server)
	if err != nil {
		h.t.Fatal(err)
	}
	h.acked = h.dialog.NewACK(h.invite)
	h.acked.PrependHeader(h.stack.Via(f))
	if body := h.sdp(direction); body != nil {
		h.acked.AppendHeader(contentType("application/sdp"))
		h.acked.SetBody(body)
	}
	if err := f.Send(h.acked); err != nil {
		h.t.Errorf("%s: ACK: %v", h.name, err)
	}
}

// answer responds to the INVITE that it got last.
func (h *handset) answer(code, arg string, hs ...sip.Header) {
	var n int
	if _, err := fmt.Sscan(code, &n); err != nil || h.asked == nil {
		h.t.Fatalf("%s: cannot do %q", h.name, code)
	}
	res := sip.Reply(h.asked, n, "Test")
	res.AppendHeader(sip.NewHeader("Server", "secret-of-"+h.name))
	for _, x := range hs {
		res.AppendHeader(x)
	}
	if n >= 200 {
		h.final = n
	}
	if n < 300 {
		contact := sip.URI{Scheme: "sip", User: h.Username, Host: "127.0.0.1", Port: int(h.at.Port())}
		res.AppendHeader(&sip.ContactHeader{Address: contact})
		if h.mute == sip.UPDATE {
			res.AppendHeader(sip.NewHeader("Allow", "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE"))
		}
		if h.dialog == nil && (n >= 200 || len(hs) > 0) {
			d, err := sip.UASDialog(h.asked, toTag(res), contact)
			if err != nil {
				h.t.Fatal(err)
			}
			h.dialog = d
		}
	}
	if to, ok := strings.CutPrefix(arg, "to="); ok {
		arg = ""
		res.AppendHeader(&sip.ContactHeader{Address: sip.URI{Scheme: "sip", User: to, Host: "ringfence.test"}})
	}
	if arg != "" {
		res.AppendHeader(contentType("application/sdp"))
		res.SetBody(h.sdp(arg))
	}
	if err := h.tx.Respond(res); err != nil {
		h.t.Errorf("%s: %s: %v", h.name, code, err)
	}
}

// serve takes the requests of the server.
func (h *handset) serve(req *sip.Request, f sip.Flow) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.raw = append(h.raw, req.String())
	switch req.Method {
	case sip.ACK:
		// That of another final response comes here only when the phone closes
		// before it does: its transaction has gone.
		if h.final == 200 {
			h.tx.Acknowledge()
			h.notePeer(req.Body())
			h.heard <- summary("ACK", sip.INVITE, req.Body())
		}
	case sip.INVITE:
		h.ringFor(req, f)
	default:
		what := string(req.Method)
		if r := req.GetHeader("Reason"); r != nil {
			_, text, _ := strings.Cut(r.Value(), "text=")
			what += " " + text
		}
		if e := req.GetHeader("Event"); e != nil && len(req.Body()) == 0 {
			what += " " + e.Value()
		}
		h.heard <- summary(what, sip.INVITE, req.Body())
		code := 200
		if h.forgetful {
			code = 481
		}
		tx := h.stack.NewServerTx(req, f)
		answer := func(code int, sdp []byte) {
			res := sip.Reply(req, code, "Test")
			if sdp != nil {
				h.notePeer(req.Body())
				res.AppendHeader(contentType("application/sdp"))
				res.SetBody(sdp)
			}
			_ = tx.Respond(res)
		}
		if req.Method == h.mute {
			h.unsaid = answer
			return
		}
		var sdp []byte
		if d, err := media.Describe(req.Body()); err == nil && req.Method == sip.UPDATE {
			sdp = h.sdp(map[media.Direction]string{media.SendOnly: "recvonly", media.SendRecv: "sendrecv"}[d.Direction])
		}
		answer(code, sdp)
	}
}

func (h *handset) ringFor(req *sip.Request, f sip.Flow) {
	h.tx, h.asked, h.final = h.stack.NewServerTx(req, f), req, 0
	h.notePeer(req.Body())
	what := "INVITE"
	if h.dialog != nil {
		_ = h.dialog.Accept(req)
	} else {
		h.initial = req
		what += fmt.Sprintf(" %q %s", req.From().DisplayName, req.From().Address.User)
	}
	h.heard <- summary(what, sip.INVITE, req.Body())
	tx := h.tx
	go func() {
		select {
		case <-tx.Cancelled():
			h.heard <- "CANCEL"
			if !h.stubborn {
				_ = tx.Respond(sip.Reply(req, 487, "Request Terminated"))
			}
		case <-tx.Done():
		}
	}()
}

// notePeer remembers where a description says that media go.
func (h *handset) notePeer(sdp []byte) {
	if d, err := media.Describe(sdp); err == nil {
		h.remote = d.Remote
	}
}

// sdp describes its media; "none" is no description, "rubbish" is no SDP.
func (h *handset) sdp(direction string) []byte {
	switch direction {
	case "none", "":
		return nil
	case "rubbish":
		return []byte("rubbish")
	}
	port := h.rtp.LocalAddr().(*net.UDPAddr).Port
	profile, keys := "RTP/AVP", ""
	if h.SRTP == phone.SRTPRequired {
		profile, keys = "RTP/SAVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
	}
	return fmt.Appendf(nil, "v=0\r\no=%s 1 1 IN IP4 127.0.0.1\r\ns=call\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d %s 8 0\r\na=rtpmap:8 PCMA/8000\r\na=%s\r\n%s", h.name, port, profile, direction, keys)
}

// say sends its name as RTP to where it was told, and listen reads a packet.
func (h *handset) say(n int) {
	h.mu.Lock()
	to := h.remote
	h.mu.Unlock()
	packet := append([]byte{0x80, 8, 0, byte(n), 0, 0, 0, byte(n), 1, 2, 3, 4}, h.name...)
	if _, err := h.rtp.WriteToUDPAddrPort(packet, to); err != nil {
		h.t.Errorf("%s: RTP to %v: %v", h.name, to, err)
	}
}

// listen reads a packet that is of no tone.
func (h *handset) listen() (said string, from netip.AddrPort) {
	for {
		p, from := h.packet()
		if len(p.Payload) != toneFrame {
			return string(p.Payload), from
		}
	}
}

func (h *handset) packet() (p rtp.Packet, from netip.AddrPort) {
	_ = h.rtp.SetReadDeadline(time.Now().Add(patience))
	b := make([]byte, 1500)
	n, from, err := h.rtp.ReadFromUDPAddrPort(b)
	if err == nil {
		err = p.Unmarshal(b[:n])
	}
	if err != nil {
		h.t.Errorf("%s hears nothing: %v", h.name, err)
	}
	return p, from
}

// summary writes a message as a ladder does.
func summary(what string, method sip.RequestMethod, body []byte) string {
	if method != sip.INVITE {
		what += " " + string(method)
	}
	if d, err := media.Describe(body); err == nil {
		return what + " " + string(d.Direction)
	}
	if len(body) > 0 {
		first, _, _ := strings.Cut(string(body), "\r\n")
		what += " " + first
	}
	return what
}

func contentType(t string) sip.Header {
	h := sip.ContentTypeHeader(t)
	return &h
}
