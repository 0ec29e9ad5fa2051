package simphone

import (
	"bytes"
	"testing"
	"time"

	"ringfence/sip"
)

func TestRequestsWithinACall(t *testing.T) {
	s := newServer(t)
	far := echo(t)
	calls := make(chan *inbound, 1)
	s.onCall(func(in *inbound) {
		in.answer(far)
		calls <- in
	})
	p := s.newPhone(Config{})
	c, err := p.Call(t.Context(), "102")
	if err != nil {
		t.Fatal(err)
	}
	in := <-calls
	d := in.dialog()

	options := d.NewRequest(sip.OPTIONS)
	wantCode(t, "OPTIONS", in.request(options), 200)
	wantCode(t, "INFO", in.request(d.NewRequest(sip.INFO)), 405)

	hold := d.NewRequest(sip.INVITE)
	attach(hold, bytes.Replace(far.offer(), []byte("a=sendrecv"), []byte("a=sendonly"), 1))
	held := in.request(hold)
	wantCode(t, "re-INVITE", held, 200)
	if !bytes.Contains(held.Body(), []byte("a=recvonly\r\n")) {
		t.Errorf("put on hold it answers\n%s", held.Body())
	}
	wantCode(t, "re-INVITE before the ACK", in.request(d.NewRequest(sip.INVITE)), 491)
	s.acknowledgement(d, hold, in.flow, nil)
	if heard, err := c.Talk(t.Context(), 100*time.Millisecond); err != nil || heard.Packets != 0 {
		t.Errorf("on hold it talked: %d packets came back, %v", heard.Packets, err)
	}
	deaf := d.NewRequest(sip.INVITE)
	attach(deaf, []byte("v=0\r\n"))
	wantCode(t, "re-INVITE without audio", in.request(deaf), 488)

	old := d.NewRequest(sip.OPTIONS)
	old.CSeq().SeqNo = options.CSeq().SeqNo
	wantCode(t, "an old CSeq", in.request(old), 500)
	stray := *d
	stray.RemoteTag = "unknown"
	wantCode(t, "a dialog of nobody", in.request(stray.NewRequest(sip.BYE)), 481)
	stray = *d
	stray.LocalTag = "unknown"
	wantCode(t, "a dialog with another", in.request(stray.NewRequest(sip.BYE)), 481)

	wantCode(t, "BYE", in.request(d.NewRequest(sip.BYE)), 200)
	waitEnded(t, c)
	wantIdle(t, p)
}

func wantCode(t *testing.T, what string, res *sip.Response, code int) {
	t.Helper()
	if res.StatusCode != code {
		t.Errorf("%s is answered %d %s, want %d", what, res.StatusCode, res.Reason, code)
	}
}

func TestRequestsOutsideOfACall(t *testing.T) {
	events := make(chan string, 1)
	s, _ := registered(t, Config{Notified: func(event string) { events <- event }})
	contact, f := s.bound()
	send := func(method sip.RequestMethod, hs ...sip.Header) *sip.Response {
		req := s.outline(method, contact, f)
		for _, h := range hs {
			req.AppendHeader(h)
		}
		return s.final(req, f)
	}
	wantCode(t, "OPTIONS", send(sip.OPTIONS), 200)
	message := send(sip.MESSAGE)
	wantCode(t, "MESSAGE", message, 405)
	if h := message.GetHeader("allow"); h == nil || h.Value() != allowed {
		t.Errorf("Allow is %v", h)
	}
	wantCode(t, "NOTIFY", send(sip.NOTIFY, sip.NewHeader("Event", "check-sync;reboot=true")), 200)
	if event := <-events; event != "check-sync;reboot=true" {
		t.Errorf("event is %s", event)
	}
}
