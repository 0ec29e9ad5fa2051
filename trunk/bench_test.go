package trunk

import "testing"

func BenchmarkOutbound(b *testing.B) {
	w := newWorld(b)
	k := static(1, acme, "192.0.2.1")
	k.Numbers = []string{"+4570305052"}
	w.put(k)
	o := Outgoing{Customer: acme, Phone: desk, Dialled: "70305099", Caller: Caller{Number: "+4570305052", Name: "Alice"}}
	b.ReportAllocs()
	for b.Loop() {
		if ways, r := w.lines.Outbound(o); r != nil || len(ways) != 1 {
			b.Fatal(r)
		}
	}
}

func BenchmarkInbound(b *testing.B) {
	w := newWorld(b)
	k := static(1, acme, "192.0.2.1", "192.0.2.1/32")
	k.Numbers, k.Goto = []string{"+4570305052"}, ext
	w.put(k)
	req, f := invite(b, "sip:+4570305052@x", "sip:+4570305052@x"), from("192.0.2.1:5060")
	b.ReportAllocs()
	for b.Loop() {
		if in, ok := w.lines.Inbound(req, f); !ok || in.Trunk == nil {
			b.Fatal(in)
		}
	}
}

func BenchmarkKnown(b *testing.B) {
	w := exchange(b)
	a := from("198.51.100.1:5060").Remote.Addr()
	b.ReportAllocs()
	for b.Loop() {
		if w.lines.Known(a) {
			b.Fatal("known")
		}
	}
}
