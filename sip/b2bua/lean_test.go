package b2bua

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
)

// lean is a phone that keeps nothing: it answers what comes by the text of it, so
// that what a call costs is the server's.
type lean struct {
	conn   *net.UDPConn
	server netip.AddrPort
	heard  chan []byte // what its own calls get
	port   int         // of its media
}

func newLean(tb testing.TB, server netip.AddrPort) *lean {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		tb.Fatal(err)
	}
	l := &lean{conn: conn, server: server, heard: make(chan []byte, 1024), port: 20000}
	go l.listen()
	tb.Cleanup(func() { conn.Close() })
	return l
}

func (l *lean) at() netip.AddrPort { return l.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (l *lean) listen() {
	b := make([]byte, 8192)
	for {
		n, err := l.conn.Read(b)
		if err != nil {
			return
		}
		switch m := b[:n]; {
		case bytes.HasPrefix(m, []byte("INVITE ")):
			l.answer(m, 180, nil)
			l.answer(m, 200, l.sdp())
		case bytes.HasPrefix(m, []byte("ACK ")):
		case bytes.HasPrefix(m, []byte("SIP/2.0 ")):
			l.heard <- bytes.Clone(m)
		default:
			l.answer(m, 200, nil)
		}
	}
}

// answer copies what a response has of its request.
func (l *lean) answer(req []byte, code int, sdp []byte) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "SIP/2.0 %d OK\r\n", code)
	for line := range bytes.SplitSeq(req, []byte("\r\n")) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		switch string(name) {
		case "Via", "From", "Call-ID", "CSeq":
			out.Write(line)
			out.WriteString("\r\n")
		case "To":
			out.Write(line)
			if !bytes.Contains(line, []byte("tag=")) {
				out.WriteString(";tag=lean")
			}
			out.WriteString("\r\n")
		}
	}
	fmt.Fprintf(&out, "Contact: <sip:lean@%s>\r\n", l.at())
	l.finish(&out, sdp)
}

func (l *lean) finish(out *bytes.Buffer, sdp []byte) {
	if sdp != nil {
		out.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(out, "Content-Length: %d\r\n\r\n%s", len(sdp), sdp)
	_, _ = l.conn.WriteToUDPAddrPort(out.Bytes(), l.server)
}

func (l *lean) sdp() []byte {
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"+
		"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n", l.port)
}

func (l *lean) request(method, uri, id, to string, seq int, sdp []byte) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s%s%d;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:user-of-alice@ringfence.test>;tag=%s\r\nTo: <sip:102@ringfence.test>%s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n"+
		"Contact: <sip:lean@%s>\r\nUser-Agent: Lean\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\nSupported: timer, replaces\r\n",
		method, uri, l.at(), method, id, seq, id, to, id, seq, method, l.at())
	l.finish(&out, sdp)
}

// call makes a call, up to its ACK, and gives what a BYE needs.
func (l *lean) call(tb testing.TB, id string) (contact, tag string) {
	l.request("INVITE", "sip:102@ringfence.test", id, "", 1, l.sdp())
	res := l.await(tb, "INVITE", 200)
	contact, tag = between(res, "\r\nContact: <", ">"), ";tag="+between(res, "\r\nTo: <sip:102@ringfence.test>;tag=", "\r\n")
	l.request("ACK", contact, id, tag, 1, nil)
	return contact, tag
}

func (l *lean) await(tb testing.TB, method string, code int) []byte {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case m := <-l.heard:
			if !bytes.Contains(m, []byte(" "+method+"\r\n")) || m[8] < '2' {
				continue
			}
			if !bytes.HasPrefix(m, []byte("SIP/2.0 "+strconv.Itoa(code))) {
				tb.Fatalf("not %d but\n%s", code, m)
			}
			return m
		case <-late.C:
			tb.Fatalf("no %d for %s", code, method)
		}
	}
}

// between is what stands between two texts of a message.
func between(m []byte, from, to string) string {
	_, rest, _ := bytes.Cut(m, []byte(from))
	value, _, _ := bytes.Cut(rest, []byte(to))
	return string(value)
}

// leanWorld is a switch with alice and bob as lean phones.
func leanWorld(tb testing.TB) (s *Switch, alice *lean) {
	book := phone.NewBook("ringfence.test", []int{1})
	book.PutCustomer(&phone.Customer{ID: customer, Name: "Test", State: phone.CustomerActive})
	engine, err := media.NewEngine(media.EngineConfig{Ports: media.NewPorts(44000, 59999, time.Millisecond, nil)})
	if err != nil {
		tb.Fatal(err)
	}
	var serves atomic.Pointer[Switch]
	stack := sip.New(sip.Config{Inline: true, Handler: func(req *sip.Request, f sip.Flow) { serves.Load().Serve(req, f) }})
	at, err := stack.Listen("udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	bob := newLean(tb, at)
	var id phone.ID
	for i, name := range []string{"alice", "bob"} {
		x := phone.NewExtension(customer)
		x.ID, x.Number, x.Name = phone.ID(fmt.Sprintf("e%023d", i+1)), strconv.Itoa(101+i), name
		book.PutExtension(x)
		p := phone.New(customer)
		p.ID, p.Extension, p.Username, p.Password = phone.ID(fmt.Sprintf("%d%023d", i+1, 0)), x.ID, "user-of-"+name, "secret"
		p.IP = phone.Fence{Mode: phone.Locked, Address: "127.0.0.1"}
		book.PutPhone(p)
		id = p.ID
	}
	bindings := []phone.Binding{{
		Phone: id, Contact: "sip:lean@" + bob.at().String(), Transport: "udp", Local: at, Target: bob.at(),
	}}
	var n atomic.Int64
	s = New(Config{
		Stack: stack, Door: &fakeDoor{book: book}, Book: book, Media: engine, Domain: "ringfence.test", Ledger: quickLedger{},
		Bindings: func(which phone.ID) []phone.Binding {
			if which == id {
				return bindings
			}
			return nil
		},
		NewID: func() (phone.ID, error) { return phone.ID(fmt.Sprintf("%024x", n.Add(1))), nil },
		Log:   slog.New(slog.DiscardHandler),
	})
	serves.Store(s)
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = s.Close(ctx)
		if err := stack.Close(ctx); err != nil {
			tb.Error(err)
		}
		if err := engine.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s, newLean(tb, at)
}

// quickLedger forgets at once.
type quickLedger struct{}

func (quickLedger) Note(_ *phone.CDR, done func(error)) { go done(nil) }

// A call that is held keeps no messages, whoever made them.
func TestMemoryOfAHeldCall(t *testing.T) {
	_, alice := leanWorld(t)
	const calls = 300
	type held struct{ contact, tag string }
	all := make([]held, calls)
	for i := range 20 { // what is made once
		id := "warm" + strconv.Itoa(i)
		contact, tag := alice.call(t, id)
		alice.request("BYE", contact, id, tag, 2, nil)
		alice.await(t, "BYE", 200)
	}
	before := inUse()
	for i := range all {
		all[i].contact, all[i].tag = alice.call(t, "call"+strconv.Itoa(i))
	}
	each := (inUse() - before) / calls
	t.Logf("%d bytes for each call", each)
	if each > 30<<10 {
		t.Errorf("a held call keeps %d bytes, more than 30 KiB", each)
	}
	for i := range all {
		alice.request("BYE", all[i].contact, "call"+strconv.Itoa(i), all[i].tag, 2, nil)
		alice.await(t, "BYE", 200)
	}
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkCall(b *testing.B) {
	_, alice := leanWorld(b)
	b.ReportAllocs()
	for i := range b.N {
		id := "call" + strconv.Itoa(i)
		contact, tag := alice.call(b, id)
		alice.request("BYE", contact, id, tag, 2, nil)
		alice.await(b, "BYE", 200)
	}
}
