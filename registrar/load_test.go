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
	if most != 1 || len(w.disk) != 0 || w.Stats().Entries != 0 {
		t.Errorf("%d at once, on disk %v, %+v", most, w.disk, w.Stats())
	}
}

func another(i int) string {
	return fmt.Sprintf("REGISTER sip:example.net\nCall-ID: %d\nContact: <sip:%d@192.0.2.10>", i, i)
}

func TestAPhoneThatFloodsUsIsToldToWait(t *testing.T) {
	w := newWorld(nil)
	answers := make(chan string, 2*crowd)
	put := func(user string, n int) {
		nonce := string(w.Door.Nonces.AppendIssue(nil, home.Source().Addr()))
		text, err := message(user, another(n), n, nonce, digest.SHA256, password(user))
		if err != nil {
			t.Fatal(err)
		}
		w.put(t, text, sip.NewFlow("udp", home.Local, home.Remote, func(message []byte) error {
			answers <- strings.Fields(string(message))[1]
			return nil
		}))
	}
	put("office", 1) // goes to the disk, and those behind it wait
	for n := range crowd {
		put("office", 2+n)
	}
	if len(answers) != 0 {
		t.Fatalf("%s, before anything is durable", <-answers)
	}
	put("office", 2+crowd)
	if code := <-answers; code != "503" {
		t.Errorf("the one too many got %s", code)
	}
	for len(answers) < crowd+1 {
		w.save(t.Context())
	}
	if s := w.Stats(); s.Crowded != 1 || s.Entries != 1 {
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
			nonce = string(w.Door.Nonces.AppendIssue(nil, f.Source().Addr()))
		}
		text, err := message(user, "REGISTER sip:example.net\nCall-ID: "+user+"\nContact: <sip:x@192.0.2.10>", i+1, nonce, digest.SHA256, "x")
		if err != nil {
			t.Fatal(err)
		}
		code := ""
		w.put(t, text, sip.NewFlow("udp", f.Local, f.Remote, func(message []byte) error {
			code = strings.Fields(string(message))[1]
			return nil
		}))
		if code != "401" {
			t.Fatal(code)
		}
	}
	if grown := int64(heap()) - int64(before); grown > 1<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	if w.Stats() != (Stats{}) || !w.table.empty() {
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
	nonce := string(w.Door.Nonces.AppendIssue(nil, netip.MustParseAddr("127.0.0.1")))
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

// A phone that hangs up while its REGISTER waits for the disk: FlowClosed comes
// before the binding.
func TestARegisterOfAConnectionThatHasGoneLeavesNoBinding(t *testing.T) {
	w := newWorld(nil)
	gone := make(chan struct{})
	stack := sip.New(sip.Config{Express: w.express, Closed: func(f sip.Flow) {
		w.FlowClosed(f)
		close(gone)
	}})
	defer func() { _ = stack.Close(context.Background()) }()
	at, err := stack.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	nonce := string(w.Door.Nonces.AppendIssue(nil, netip.MustParseAddr("127.0.0.1")))
	text, err := message("office", hello, 1, nonce, digest.SHA256, password("office"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-gone
	w.save(t.Context())
	heard(t, w, "phone.registered office", "phone.unregistered office: connection closed")
	if s := w.Stats(); s.Entries != 0 || s.Unsaved != 1 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkRefresh is one REGISTER that refreshes a binding, from its text to its
// answer, with a disk that costs nothing.
func BenchmarkRefresh(b *testing.B) {
	w := newWorld(nil)
	w.Registrar.Journal = nil
	w.Registrar.Wanted = func(phone.EventType) bool { return false }
	w.live("desk", "acme", phone.Fence{Mode: phone.Locked, Address: "127.0.0.1"})
	cseq := 0
	texts := make([]string, 4096)
	write := func() {
		ch := digest.Challenge{Realm: domain, Nonce: string(w.Door.Nonces.AppendIssue(nil, home.Source().Addr())), Algorithm: string(digest.MD5), QOP: "auth"}
		for i := range texts {
			cseq++
			text, err := message("desk", hello, cseq, "", "", "")
			if err != nil {
				b.Fatal(err)
			}
			proof, err := digest.Answer(ch, "desk", password("desk"), "REGISTER", "sip:example.net", "cnonce", uint32(i+1))
			if err != nil {
				b.Fatal(err)
			}
			texts[i] = strings.Replace(text, "Content-Length", "Authorization: "+proof+"\r\nContent-Length", 1)
		}
	}
	refused := 0
	f := sip.NewFlow("udp", home.Local, home.Remote, func(message []byte) error {
		if string(message[8:11]) != "200" {
			refused++
		}
		return nil
	})
	var o sip.Outline
	var out sip.Mail
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		if n%len(texts) == 0 {
			b.StopTimer()
			write()
			b.StartTimer()
		}
		if !sip.Scan(texts[n%len(texts)], &o) {
			b.Fatal(texts[n%len(texts)])
		}
		w.Serve(&o, f, &out)
		out.Send()
		n++
	}
	if refused > 0 {
		b.Fatalf("%d of %d were refused", refused, n)
	}
}

// empty says whether nothing is left of anybody.
func (t *table) empty() bool {
	for i := range t.shards {
		s := &t.shards[i]
		for _, e := range s.wheel.slots {
			if e != nil {
				return false
			}
		}
		if len(s.phones)+len(s.routes)+len(s.batch.waiting) > 0 {
			return false
		}
	}
	return true
}
