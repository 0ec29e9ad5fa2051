package registrar

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// A crowd of REGISTERs of one phone at once, each with another contact and
// Call-ID: the disk must never be behind or ahead of the table.
func TestTheRequestsOfOnePhoneAreServedOneAfterAnother(t *testing.T) {
	w := newWorld(nil)
	var inside, most int
	w.during = func() {
		w.mu.Lock()
		inside++
		most = max(most, inside)
		w.mu.Unlock()
		runtime.Gosched()
		w.mu.Lock()
		inside--
		w.mu.Unlock()
	}
	const rounds = 20
	for range rounds {
		var all sync.WaitGroup
		for i := range crowd {
			all.Go(func() {
				res := w.ask(t, "office", home, 1, another(i))
				if res.StatusCode != 200 {
					t.Errorf("%d %s", res.StatusCode, res.Reason)
				}
			})
		}
		all.Wait()
		wants(t, w.ask(t, "office", home, 2, bye), 200)
	}
	if most != 1 || w.writes != rounds*(crowd+1) || len(w.disk) != 0 || w.Stats().Entries != 0 {
		t.Errorf("%d at once, %d writes, on disk %v, %+v", most, w.writes, w.disk, w.Stats())
	}
}

func another(i int) string {
	return fmt.Sprintf("REGISTER sip:example.net\nCall-ID: %d\nContact: <sip:%d@192.0.2.10>", i, i)
}

func TestAPhoneThatFloodsUsIsToldToWait(t *testing.T) {
	w := newWorld(nil)
	var waiting []*visit
	for range crowd {
		e, err := w.table.enter("office", "acme")
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, &visit{t: w.table, e: e})
	}
	wants(t, w.ask(t, "office", home, 1, hello), 503)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	for _, v := range waiting {
		v.t.leave(v.e)
	}
	wants(t, w.ask(t, "office", home, 1, hello), 200)
	if s := w.Stats(); s.Crowded != 1 || s.Entries != 2 {
		t.Errorf("%+v", s)
	}
}

func TestWhoWaitsTooLongForItsTurnGivesUp(t *testing.T) {
	w := newWorld(nil)
	v, err := w.table.begin(t.Context(), "desk", "acme")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.table.begin(ctx, "desk", "acme"); err == nil {
		t.Error("two have the turn")
	}
	v.end()
	if s := w.Stats(); s.Entries != 0 {
		t.Errorf("%+v", s)
	}
}

// Ten thousand strangers from as many addresses, with and without a password,
// leave nothing behind.
func TestStrangersLeaveNothingBehind(t *testing.T) {
	w := newWorld(nil)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range 10_000 {
		user := fmt.Sprint("ghost", i)
		f := sip.Flow{Network: "udp", Remote: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 5060)}
		nonce := ""
		if i%2 == 0 {
			nonce = w.Door.Nonces.Issue(f.Source().Addr())
		}
		text, err := message(user, "REGISTER sip:example.net\nCall-ID: "+user+"\nContact: <sip:x@192.0.2.10>", i+1, nonce, digest.SHA256, "x")
		if err != nil {
			t.Fatal(err)
		}
		m, err := sip.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		wants(t, w.register(m.(*sip.Request), f), 401)
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	if w.Stats() != (Stats{}) || len(w.table.phones)+len(w.table.routes)+len(w.table.dirty)+cap(w.table.due) != 0 {
		t.Errorf("%+v", w.Stats())
	}
	if s := w.Door.Stats(); s.Challenges != 5000 || s.Unknown != 5000 {
		t.Errorf("%+v", s)
	}
	heard(t, w)
}

// A phone on a real TCP connection is offline when the connection goes.
func TestAConnectionThatGoesTakesThePhoneOffline(t *testing.T) {
	w := newWorld(nil)
	gone := make(chan struct{})
	w.Registrar.Publish = func(e phone.Event) {
		if e.Type == phone.PhoneUnregistered && e.Data["reason"] == byConnection {
			close(gone)
		}
	}
	at := w.listen(t, "tcp")
	c, err := net.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	nonce := w.Door.Nonces.Issue(netip.MustParseAddr("127.0.0.1"))
	text, err := message("desk", hello, 1, nonce, digest.SHA256, password("desk"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4096)
	if n, err := c.Read(answer); err != nil || !strings.HasPrefix(string(answer[:n]), "SIP/2.0 200 OK\r\n") {
		t.Fatalf("%s, %v", answer[:n], err)
	}
	if s := w.Status("desk"); !s.Online || s.Transport != "tcp" {
		t.Errorf("%+v", s)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Fatal("still online")
	}
	if w.Status("desk").Online {
		t.Error("still online after the event")
	}
}

// A phone that hangs up while its REGISTER is still in the queue: FlowClosed comes
// before the binding.
func TestARegisterOfAConnectionThatHasGoneLeavesNoBinding(t *testing.T) {
	w := newWorld(nil)
	type arrival struct {
		req *sip.Request
		f   sip.Flow
	}
	arrived, gone := make(chan arrival, 1), make(chan struct{})
	stack := sip.New(sip.Config{
		Handler: func(req *sip.Request, f sip.Flow) { arrived <- arrival{req, f} },
		Closed:  func(sip.Flow) { close(gone) },
	})
	defer func() { _ = stack.Close(context.Background()) }()
	at, err := stack.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	nonce := w.Door.Nonces.Issue(netip.MustParseAddr("127.0.0.1"))
	text, err := message("office", hello, 1, nonce, digest.SHA256, password("office"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	got := <-arrived
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-gone
	w.Serve(got.req, got.f)
	heard(t, w, "phone.registered office", "phone.unregistered office: connection closed")
	if s := w.Stats(); s.Entries != 0 || s.Unsaved != 1 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkRefresh is one REGISTER that refreshes a binding, from the parsed
// message to the response, with a disk that costs nothing.
func BenchmarkRefresh(b *testing.B) {
	w := newWorld(nil)
	w.Registrar.Publish = func(phone.Event) {}
	nonce := w.Door.Nonces.Issue(home.Source().Addr())
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		b.StopTimer()
		text, err := message("desk", hello, n, nonce, digest.SHA256, password("desk"))
		if err != nil {
			b.Fatal(err)
		}
		m, err := sip.Parse([]byte(text))
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if res := w.register(m.(*sip.Request), home); res.StatusCode != 200 {
			b.Fatal(res.StatusCode)
		}
	}
}
