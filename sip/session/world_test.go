package session

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringfence/sip"
)

const patience = 5 * time.Second

const (
	offerA  = "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
	answerB = "v=0\r\no=b 1 1 IN IP4 192.0.2.2\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n"
	offerC  = "v=0\r\no=c 1 1 IN IP4 192.0.2.3\r\ns=-\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n"
	answerD = "v=0\r\no=d 1 1 IN IP4 192.0.2.4\r\ns=-\r\nt=0 0\r\nm=audio 7000 RTP/AVP 8\r\n"
)

// short names what a description is, for what the owner is told.
func short(sdp []byte) string {
	if sdp == nil {
		return "-"
	}
	return string(sdp[7:8])
}

// world is one owner with one leg, over a real stack, and a peer that plays a
// script.
type world struct {
	*testing.T
	cfg   Config
	stack *sip.Stack
	at    netip.AddrPort
	box   box
	leg   *Leg
	news  chan string
	peer  *peer
	hs    []sip.Header

	// What the owner does, within the mailbox; nil is nothing.
	onOffer    func(o *Offer)
	onIncoming func(in *Incoming)
	onProgress func(p Progress)
	onAnswer   func(sdp []byte)
	failure    Failure

	first atomic.Pointer[sip.Handler] // takes INVITEs without a To tag, if set
}

func newWorld(t *testing.T, set ...func(*Config)) *world {
	t.Helper()
	w := &world{T: t, news: make(chan string, 100)}
	w.cfg = Config{
		Table:          NewTable(),
		Timers:         sip.Timers{T1: 50 * time.Millisecond, T2: 200 * time.Millisecond, T4: 50 * time.Millisecond},
		SessionExpires: 30 * time.Minute,
	}
	for _, f := range set {
		f(&w.cfg)
	}
	w.stack = sip.New(sip.Config{Handler: w.handle, Timers: w.cfg.Timers, Workers: 1})
	w.cfg.Stack = w.stack
	var err error
	if w.at, err = w.stack.Listen("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	w.peer = w.newPeer("127.0.0.1")
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := w.stack.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return w
}

func quick(c *Config) {
	c.Timers = sip.Timers{T1: 8 * time.Millisecond, T2: 32 * time.Millisecond, T4: 8 * time.Millisecond}
}

// handle is what the owner does with what is no transaction's.
func (w *world) handle(req *sip.Request, f sip.Flow) {
	switch {
	case w.cfg.Table.Deliver(req, f):
	case req.Method == sip.ACK:
	case req.Method == sip.INVITE && toTag(req) == "" && w.first.Load() != nil:
		(*w.first.Load())(req, f)
	case req.Method == sip.INVITE && toTag(req) == "":
		w.box.Do(func() {
			leg, err := NewInbound(&w.cfg, &w.box, w, req, f, w.hs...)
			if err != nil {
				w.tell("refused %d", err.(*Failure).Status)
				return
			}
			w.leg = leg
			w.tell("invited %s", short(leg.SDP()))
		})
	default:
		tx := w.stack.Accept(req, f, sip.Watch{})
		_ = tx.Respond(sip.Reply(req, 481, "Call/Transaction Does Not Exist"))
	}
}

// call makes the outbound leg.
func (w *world) call(sdp string, set ...func(*Outbound)) {
	w.Helper()
	f, err := w.stack.Flow("udp", w.at, w.peer.at)
	if err != nil {
		w.Fatal(err)
	}
	o := Outbound{
		Flow: f, URI: uri("sip:bob@" + w.peer.at.String()),
		From: Party{"Alice", uri("sip:100@example.com")}, To: Party{"", uri("sip:200@example.com")}, Hops: 70,
	}
	if sdp != "" {
		o.SDP = []byte(sdp)
	}
	for _, f := range set {
		f(&o)
	}
	w.do(func(*Leg) {
		w.leg = NewOutbound(&w.cfg, &w.box, w, o)
		err = w.leg.Invite()
	})
	if err != nil {
		w.Fatal(err)
	}
}

// do runs f within the mailbox and waits for it.
func (w *world) do(f func(l *Leg)) {
	done := make(chan struct{})
	w.box.Do(func() {
		f(w.leg)
		close(done)
	})
	<-done
}

func uri(s string) sip.URI {
	u, err := sip.ParseURI(s)
	if err != nil {
		panic(err)
	}
	return u
}

// hears waits for the next thing that the owner is told.
func (w *world) hears(want string) {
	w.Helper()
	select {
	case got := <-w.news:
		if got != want {
			w.Fatalf("the owner heard %q, want %q", got, want)
		}
	case <-time.After(patience):
		w.Fatalf("the owner did not hear %q", want)
	}
}

func (w *world) tell(format string, args ...any) { w.news <- fmt.Sprintf(format, args...) }

func (w *world) Progressed(_ *Leg, p Progress) {
	s := fmt.Sprintf("progressed %d %s %s", p.Code, p.Dialog, short(p.SDP))
	if p.Reliable {
		s += " reliable"
	}
	if p.Offer {
		s += " offer"
	}
	w.tell("%s", s)
	if w.onProgress != nil {
		w.onProgress(p)
	}
}

func (w *world) Answered(l *Leg, _ *sip.Response, sdp []byte) {
	w.tell("answered %s %s", l.RemoteTag(), short(sdp))
	if w.onAnswer != nil {
		w.onAnswer(sdp)
	}
}

func (w *world) Failed(_ *Leg, f Failure) {
	w.failure = f
	w.tell("failed %d", f.Status)
}

func (w *world) Cancelled(_ *Leg, why []string) { w.tell("cancelled [%s]", strings.Join(why, "|")) }
func (w *world) Acknowledged(_ *Leg, sdp []byte) {
	w.tell("acknowledged %s", short(sdp))
}
func (w *world) Agreed(_ *Leg, sdp []byte) { w.tell("agreed %s", short(sdp)) }

func (w *world) Offered(_ *Leg, o *Offer) {
	w.tell("offered %s %s", o.Method, short(o.SDP))
	if w.onOffer != nil {
		w.onOffer(o)
	}
}

func (w *world) Requested(_ *Leg, in *Incoming) {
	w.tell("requested %s", in.Request.Method)
	if w.onIncoming != nil {
		w.onIncoming(in)
	}
}

func (w *world) Ended(_ *Leg, e End) {
	w.tell("ended %s %d [%s]", e.Cause, e.Status, strings.Join(e.Why, "|"))
}

// offered is for Leg.Offer.
func (w *world) offered(sdp []byte, err *Failure) {
	if err != nil {
		w.tell("offer failed %d", err.Status)
		return
	}
	w.tell("offer answered %s", short(sdp))
}

func (w *world) newPeer(host string) *peer {
	w.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host)})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { c.Close() })
	return &peer{
		world: w, conn: c, at: c.LocalAddr().(*net.UDPAddr).AddrPort(), seen: map[string]bool{},
		tag: "peer", callID: "c1", contact: "sip:bob@" + c.LocalAddr().String(), cseq: 100,
	}
}

func itoa(n int) string { return fmt.Sprint(n) }
