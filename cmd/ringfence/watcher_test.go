package main

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringfence/sip"
	"ringfence/sip/digest"
)

// watcher is a phone that subscribes, and knows nothing else.
type watcher struct {
	o          *office
	stack      *sip.Stack
	at, server netip.AddrPort
	made       object
	seen       chan string // what its lamp shows
}

func (o *office) watcher(made object) *watcher {
	o.t.Helper()
	w := &watcher{o: o, made: made, server: o.sip["udp"], seen: make(chan string, 16)}
	w.stack = sip.New(sip.Config{Inline: true, Handler: func(req *sip.Request, f sip.Flow) {
		if err := w.stack.Accept(req, f, sip.Watch{}).Respond(sip.Reply(req, 200, "OK")); err != nil {
			o.t.Error(err)
		}
		_, state, _ := strings.Cut(string(req.Body()), "<state>")
		state, _, _ = strings.Cut(state, "<")
		if why, ended := strings.CutPrefix(req.GetHeader("Subscription-State").Value(), "terminated;reason="); ended {
			state, _, _ = strings.Cut(why, ";")
		}
		w.seen <- state
	}})
	var err error
	if w.at, err = w.stack.Listen("udp", "127.0.0.1:0"); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		if err := w.stack.Close(context.Background()); err != nil {
			o.t.Error(err)
		}
	})
	return w
}

// watch subscribes, and answers the challenge.
func (w *watcher) watch(number string) {
	w.o.t.Helper()
	res := w.subscribe(number, "1 SUBSCRIBE")
	ch, err := digest.ParseChallenge(res.GetHeader("WWW-Authenticate").Value())
	if err != nil {
		w.o.t.Fatal(err)
	}
	username, password := w.made.text("username"), w.made.text("password")
	proof, err := digest.Answer(ch, username, password, "SUBSCRIBE", "sip:"+number+"@ringfence.local", "cnonce", 1)
	if err != nil {
		w.o.t.Fatal(err)
	}
	if res := w.subscribe(number, "2 SUBSCRIBE\r\nAuthorization: "+proof); res.StatusCode != 200 {
		w.o.t.Fatalf("SUBSCRIBE %s: %d", number, res.StatusCode)
	}
}

func (w *watcher) subscribe(number, more string) *sip.Response {
	w.o.t.Helper()
	self := w.made.text("username")
	m, err := sip.Parse([]byte("SUBSCRIBE sip:" + number + "@ringfence.local SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nFrom: <sip:" + self +
		"@ringfence.local>;tag=1\r\nTo: <sip:" + number + "@ringfence.local>\r\nCall-ID: watch-" + number + "\r\nContact: <sip:" + self + "@" +
		w.at.String() + ">\r\nEvent: dialog\r\nCSeq: " + more + "\r\nContent-Length: 0\r\n\r\n"))
	if err != nil {
		w.o.t.Fatal(err)
	}
	req := m.(*sip.Request)
	req.RemoveHeader("Via")
	f, err := w.stack.Flow("udp", w.at, w.server)
	if err != nil {
		w.o.t.Fatal(err)
	}
	tx, err := w.stack.NewClientTx(req, f)
	if err != nil {
		w.o.t.Fatal(err)
	}
	return <-tx.Responses()
}

func (w *watcher) sees(want string) {
	w.o.t.Helper()
	select {
	case got := <-w.seen:
		if got != want {
			w.o.t.Errorf("the lamp shows %q, want %q", got, want)
		}
	case <-time.After(5 * time.Second):
		w.o.t.Fatalf("the lamp never shows %q", want)
	}
}

// What a lamp shows follows calls, feature codes, the API and the end of the phone.
func TestLampsOfARunningServer(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	anna, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	bert, berts := o.phone("201", "000413000002", "127.0.0.1", nil)
	_, carls := o.phone("202", "000413000003", "127.0.0.1", nil)
	line, night, dnd := o.watcher(carls), o.watcher(carls), o.watcher(carls)
	line.watch("201")
	line.sees("terminated")
	if _, err := bert.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	call := make(chan error, 1)
	go func() {
		c, err := anna.Call(t.Context(), "201")
		if err == nil {
			err = c.Hangup(t.Context())
		}
		call <- err
	}()
	rings := <-bert.Incoming()
	line.sees("early")
	if err := rings.Answer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-call; err != nil {
		t.Fatal(err)
	}
	for got := ""; got != "terminated"; { // that it talks may be seen or not: it was short
		got = <-line.seen
	}

	night.watch("*28SHARED.night")
	night.sees("terminated")
	o.dials(anna, "*28SHARED.night")
	night.sees("confirmed")
	o.create("/pbx/switch/SHARED:night", object{"customer": o.customer, "value": false})
	night.sees("terminated")

	dnd.watch("*76" + bert.id)
	dnd.sees("terminated")
	o.get("/pbx/extension/" + extensionOf(berts) + "/dnd?sip=" + bert.id + "&state=true")
	dnd.sees("confirmed")

	if _, err := o.api.do(t.Context(), "DELETE", "/pbx/sipphone/"+carls.text("_id"), nil); err != nil {
		t.Fatal(err)
	}
	for _, w := range []*watcher{line, night, dnd} {
		w.sees("rejected")
	}
}

// extensionOf is the id of a phone's extension.
func extensionOf(made object) string {
	if x, ok := made["extension"].(map[string]any); ok {
		return object(x).text("_id")
	}
	return made.text("extension")
}
