//go:build linux && !portable

package media

import (
	"net/netip"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// BenchmarkPacket is a packet's whole way through the engine, socket to socket,
// while many calls are up: each burst has one packet of each call. It reports
// the processor time of the engine's thread alone, in user space (user-ns) and
// in all (cpu-ns). Nobody reads what the phones are sent.
func BenchmarkPacket(b *testing.B) {
	for _, tt := range []struct {
		name string
		a, b Policy
	}{{"plain to plain", Off, Off}, {"SRTP to plain", Required, Off}, {"plain to SRTP", Off, Required}} {
		b.Run(tt.name, func(b *testing.B) { benchmarkPacket(b, 100, tt.a, tt.b) })
	}
}

func benchmarkPacket(b *testing.B, calls int, policyA, policyB Policy) {
	e := newEngine(b, 1)
	sock, err := listen(loopback, 0, Video)
	if err != nil {
		b.Fatal(err)
	}
	defer sock.close()
	name, err := unix.Getsockname(sock.raw())
	if err != nil {
		b.Fatal(err)
	}
	from := netip.AddrPortFrom(loopback, uint16(name.(*unix.SockaddrInet4).Port))
	to := make([]rawAddr, calls)
	for i := range to {
		x, y := newEnd(b, e, EndConfig{SRTP: policyA}), newEnd(b, e, EndConfig{SRTP: policyB})
		l := e.Link(x, y)
		key := ""
		if policyA == Required {
			key = testCrypto
		}
		if _, err := l.Offer(x, describe(from, from, key)); err != nil {
			b.Fatal(err)
		}
		key = ""
		if policyB == Required {
			key = testAnswer
		}
		sink := newPhone(b, 2)
		if _, err := l.Answer(y, describe(local(sink.rtp), local(sink.rtcp), key)); err != nil {
			b.Fatal(err)
		}
		to[i] = newRawAddr(netip.AddrPortFrom(loopback, uint16(portOf(x))))
	}
	voice := rtpPacket(b, 0, 1, 1, string(make([]byte, 160)))
	voice = append(make([]byte, 0, 300), voice...)
	sealing := testSealer(b)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	out := newBatch()
	b.ReportAllocs()
	before, user := usage()
	packets := uint64(0)
	for b.Loop() {
		seq := packets/uint64(calls) + 1
		voice[2], voice[3] = byte(seq>>8), byte(seq)
		wire := voice
		if policyA == Required {
			wire, _ = sealing.seal(append(make([]byte, 0, 300), voice...), false)
		}
		for i := range to {
			if out.send(sock, &to[i], []datagram{{bytes: wire}}) == 0 {
				b.Fatal("not sent")
			}
		}
		packets += uint64(calls)
		for e.Stats().Received < packets {
			runtime.Gosched()
		}
	}
	b.StopTimer()
	after, userAfter := usage()
	b.ReportMetric(float64(after-before)/float64(packets), "cpu-ns/packet")
	b.ReportMetric(float64(userAfter-user)/float64(packets), "user-ns/packet")
	if s := e.Stats(); s.Forwarded < s.Received*99/100 {
		b.Errorf("%+v", s)
	}
}

// BenchmarkTones is one beat for a thousand peers that hear a tone: a packet to
// each, fifty times a second. Nobody reads them.
func BenchmarkTones(b *testing.B) {
	for _, tt := range []struct {
		name   string
		policy Policy
		key    string
	}{{"plain", Off, ""}, {"SRTP", Required, testCrypto}} {
		b.Run(tt.name, func(b *testing.B) { benchmarkTones(b, tt.policy, tt.key) })
	}
}

func benchmarkTones(b *testing.B, policy Policy, key string) {
	e, err := NewEngine(EngineConfig{Ports: NewPorts(10000, 65535, 0, nil), Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	const peers = 1000
	answer := newPhone(b, 2).describe()
	band, batch := new(band), newBatch()
	for range peers {
		x, y := e.NewEnd(EndConfig{Local: loopback, SRTP: policy}), e.NewEnd(EndConfig{Local: loopback})
		defer x.Close()
		defer y.Close()
		l := e.Link(x, y)
		if _, err := l.Offer(x, newPhone(b, 1).describe(key)); err != nil {
			b.Fatal(err)
		}
		if _, err := l.Answer(y, answer); err != nil {
			b.Fatal(err)
		}
		x.sound().play(usual.Ringing, 0)
		band.streams = append(band.streams, x.sound())
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.ReportAllocs()
	sent, before := 0, spent()
	for b.Loop() {
		sent += band.play(1, 0, batch)
	}
	b.ReportMetric(float64(spent()-before)/float64(sent), "cpu-ns/packet")
	if sent != peers*b.N {
		b.Errorf("%d packets in %d beats", sent, b.N)
	}
}

// spent is the processor time of this thread.
func spent() int64 {
	var own unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &own) != nil {
		panic("getrusage")
	}
	return own.Utime.Nano() + own.Stime.Nano()
}

// usage is the processor time of this process without that of this thread.
func usage() (all, user int64) {
	var self, own unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &self) != nil || unix.Getrusage(unix.RUSAGE_THREAD, &own) != nil {
		panic("getrusage")
	}
	user = self.Utime.Nano() - own.Utime.Nano()
	return user + self.Stime.Nano() - own.Stime.Nano(), user
}

// BenchmarkCall is all that the media of one call cost in processor time: two
// ends, an offer, an answer, and their end.
func BenchmarkCall(b *testing.B) {
	p := NewPorts(20000, 59999, 0, nil)
	e, err := NewEngine(EngineConfig{Ports: p})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	offer, answer := newPhone(b, 1).describe(), newPhone(b, 2).describe()
	b.ReportAllocs()
	for b.Loop() {
		x, y := e.NewEnd(EndConfig{Local: loopback}), e.NewEnd(EndConfig{Local: loopback})
		l := e.Link(x, y)
		if _, err := l.Offer(x, offer); err != nil {
			b.Fatal(err)
		}
		if _, err := l.Answer(y, answer); err != nil {
			b.Fatal(err)
		}
		x.Close()
		y.Close()
	}
}

// BenchmarkMemory is what a call holds while it lasts.
func BenchmarkMemory(b *testing.B) {
	p := NewPorts(10000, 65535, 0, nil)
	e, err := NewEngine(EngineConfig{Ports: p})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	offer, answer := newPhone(b, 1).describe(), newPhone(b, 2).describe()
	const calls = 1000
	var ends []*End
	var links []*Link
	before := heap()
	for range calls {
		x, y := e.NewEnd(EndConfig{Local: loopback}), e.NewEnd(EndConfig{Local: loopback})
		l := e.Link(x, y)
		if _, err := l.Offer(x, offer); err != nil {
			b.Fatal(err)
		}
		if _, err := l.Answer(y, answer); err != nil {
			b.Fatal(err)
		}
		ends, links = append(ends, x, y), append(links, l)
	}
	held := heap() - before
	for b.Loop() {
	}
	b.ReportMetric(float64(held)/calls, "B/call")
	for _, n := range ends {
		n.Close()
	}
	runtime.KeepAlive(links)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
