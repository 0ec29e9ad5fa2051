package blf

import (
	"fmt"
	"runtime"
	"testing"

	"ringfence/phone"
	"ringfence/sip"
)

// fill makes n subscriptions, 100 of each phone.
func fill(tb testing.TB, w *world, n int) {
	f := sip.NewFlow("udp", w.at, w.at, func([]byte) error { return nil })
	for i := range n {
		text := fmt.Sprintf("SUBSCRIBE sip:102@ringfence.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK%d\r\n"+
			"From: \"Carol\" <sip:carol@ringfence.test>;tag=3f9a8c%06d\r\nTo: <sip:102@ringfence.test>\r\n"+
			"Call-ID: 313438353739%010d-abcdefghijkl\r\nCSeq: 1 SUBSCRIBE\r\n"+
			"Contact: <sip:carol@192.0.2.1:5060;line=abcdefgh>\r\nEvent: dialog\r\nContent-Length: 0\r\n\r\n", i, i, i)
		m, err := sip.Parse([]byte(text))
		if err != nil {
			tb.Fatal(err)
		}
		req := m.(*sip.Request)
		s, err := newSubscription(req, f, fmt.Sprintf("%026d", i))
		if err != nil {
			tb.Fatal(err)
		}
		of, by := extension(1000+i%100), extension(1000+i/100)
		s.topic, s.phone, s.by, s.until = topic{customer, line, string(of)}, by, by, 1<<60
		if err := s.pack(); err != nil {
			tb.Fatal(err)
		}
		if r := w.add(s); r != nil {
			tb.Fatal(r.code)
		}
	}
}

// What 10,000 lamps take is in docs/bench.md.
func TestMemory(t *testing.T) {
	const n = 10_000
	w := newWorld(t, Config{Look: 1 << 50})
	before := heap()
	fill(t, w, n)
	each := (heap() - before) / n
	runtime.KeepAlive(w)
	t.Logf("%d bytes for each", each)
	if each > 1300 {
		t.Errorf("a subscription takes %d bytes", each)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkDialog is what a call pays for an extension that a hundred watch.
func BenchmarkDialog(b *testing.B) {
	w := newWorld(b, Config{Gap: 1 << 40, Look: 1 << 50})
	fill(b, w, 10_000)
	w.mu.Lock()
	for _, s := range w.all {
		s.due = 1 << 60
	}
	w.mu.Unlock()
	d := phone.Dialog{ID: "0000000000000000000000c1:2", Customer: customer, Extension: extension(1000), Number: "102", Called: "102"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if d.State = phone.DialogEarly; i%2 == 1 {
			d.State = phone.DialogTerminated
		}
		w.Dialog(d)
	}
}

// BenchmarkNotification is what it costs to write one.
func BenchmarkNotification(b *testing.B) {
	w := newWorld(b, Config{Look: 1 << 50})
	fill(b, w, 1)
	s := w.all[0]
	b.ReportAllocs()
	for b.Loop() {
		w.mu.Lock()
		s.force = true
		m := w.compose(s)
		w.mu.Unlock()
		m.dialog.NewRequest(sip.NOTIFY)
	}
}

// BenchmarkLook is one part of the look at all.
func BenchmarkLook(b *testing.B) {
	w := newWorld(b, Config{Look: 1 << 50})
	fill(b, w, 10_000)
	for i := range 100 {
		x := phone.NewExtension(customer)
		x.ID, x.Number = extension(1000+i), fmt.Sprint(1000+i)
		w.book.PutExtension(x)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.look(0)
	}
}
