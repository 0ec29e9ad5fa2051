//go:build unix

package sip

import (
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// BenchmarkIdleConnection tells what a phone's connection costs between two
// messages: the heap and the stack of its goroutine, without the kernel's share.
func BenchmarkIdleConnection(b *testing.B) {
	for _, network := range streams {
		b.Run(network, func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(costOfIdle(b, network, 500)), "B/conn")
			}
		})
	}
}

// No buffer stays with a connection that is idle. The bounds have room for the
// race detector.
func TestIdleConnectionsAreSmall(t *testing.T) {
	for network, most := range map[string]int{"tcp": 12 << 10, "tls": 32 << 10, "ws": 12 << 10, "wss": 32 << 10} {
		got := costOfIdle(t, network, 200)
		t.Logf("%s: %d bytes", network, got)
		if got > most {
			t.Errorf("an idle %s connection costs %d bytes", network, got)
		}
	}
}

func costOfIdle(t testing.TB, network string, n int) int {
	t.Helper()
	g := &guests{users: map[string]bool{}}
	s := New(withCertificate(t, Config{PerSource: n, Express: g.express}))
	defer s.Close(t.Context())
	at, err := s.Listen(network, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	phones := make([]int, n)
	before := inUse()
	for i := range phones {
		phones[i] = park(t, network, at.String())
	}
	cost := (inUse() - before) / n
	for _, fd := range phones {
		_ = syscall.Close(fd)
	}
	until(t, "forgetting them", func() bool { return s.Stats().Connections == 0 })
	return cost
}

// park connects a phone that says something, and keeps nothing of it but its
// open socket.
func park(t testing.TB, network, to string) (fd int) {
	t.Helper()
	c, err := net.Dial("tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	phone := greet(t, network, unmapped(c.RemoteAddr().(*net.TCPAddr).AddrPort()), c)
	if _, err := phone.Write([]byte(callIDOf("parked"))); err != nil {
		t.Fatal(err)
	}
	if _, err := phone.Read(make([]byte, 4096)); err != nil {
		t.Fatal(err)
	}
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if raw.Control(func(open uintptr) { fd, err = syscall.Dup(int(open)) }) != nil || err != nil {
		t.Fatal("no copy of the socket")
	}
	return fd
}

// inUse is heap and stacks without what is garbage or in pools.
func inUse() int {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}
