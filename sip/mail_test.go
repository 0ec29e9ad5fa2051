package sip

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/net/ipv4"
)

// courierBag is a sender that notes what it gets.
type courierBag struct{ got []string }

func (c *courierBag) send(_, remote netip.AddrPort, message []byte) error {
	c.got = append(c.got, remote.String()+" "+string(message))
	return nil
}

// wireTap is a socket of which a test says how it sends. It keeps what it sent.
type wireTap struct {
	batcher
	sent  []string
	calls int
	how   func(call, flags int, ms []ipv4.Message) (int, error)
}

func (w *wireTap) WriteBatch(ms []ipv4.Message, flags int) (int, error) {
	w.calls++
	n, err := len(ms), error(nil)
	if w.how != nil {
		n, err = w.how(w.calls, flags, ms)
	}
	if err != nil {
		return -1, err // as sendmmsg has it
	}
	for _, m := range ms[:n] {
		w.sent = append(w.sent, fmt.Sprintf("%s %s", m.Addr, m.Buffers[0]))
	}
	return n, nil
}

// tapped is a stack with one UDP socket, and a flow of it.
func tapped(t testing.TB, w *wireTap) (*Stack, Flow) {
	t.Helper()
	s := New(Config{Readers: 1})
	opened, err := listenUDP(s, netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = opened.close()
		_ = s.Close(t.Context())
	})
	l := opened.(*udpListener)
	w.batcher = l.sockets[0].batch
	l.sockets[0].batch = w
	return s, Flow{Network: "udp", Local: l.bound, Remote: netip.MustParseAddrPort("192.0.2.1:5060"), sender: l}
}

func TestMailPostsInPlaceAndGrown(t *testing.T) {
	var m Mail
	bag := &courierBag{}
	f := Flow{sender: bag}
	var want []string
	for _, n := range []int{1, 5000, 3, 0, 200_000, 7} {
		text := strings.Repeat(fmt.Sprint(n%10), n)
		want = append(want, f.Remote.String()+" "+text)
		m.Post(f, append(m.Room(), text...))
	}
	m.Post(f, []byte("elsewhere"))
	want = append(want, f.Remote.String()+" elsewhere")
	if m.Len() != len(want) {
		t.Errorf("%d letters", m.Len())
	}
	m.Send()
	if !slices.Equal(bag.got, want) {
		t.Errorf("got %.100q", bag.got)
	}
	if m.Len() != 0 || len(m.Room()) != 0 || cap(m.Room()) == 0 {
		t.Error("not emptied, or its room was lost")
	}
}

func TestMailLetsGoOfMuchRoom(t *testing.T) {
	var m Mail
	f := Flow{sender: &courierBag{}}
	for _, c := range []struct {
		name string
		size int
		kept bool
	}{
		{"little", 100_000, true},
		{"much, and used", 4 * keptMail, true},
		{"much, and not used", 100, false},
	} {
		m.Post(f, make([]byte, c.size))
		m.Send()
		if kept := cap(m.bytes) > 0; kept != c.kept {
			t.Errorf("%s: kept is %v", c.name, kept)
		}
	}
	m.Post(f, []byte("x"))
	m.Send()
	if l := m.letters[:1][0]; l.flow.sender != nil {
		t.Error("an empty Mail keeps a flow")
	}
}

func TestMailErrorOfOneIsNoOthers(t *testing.T) {
	s, at := listening(t, Config{Readers: 1}, "udp", "127.0.0.1:0")
	peer, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	var m Mail
	for i, to := range []string{
		peer.LocalAddr().String(),
		"127.0.0.1:0", // EINVAL
		peer.LocalAddr().String(),
		"[2001:db8::1]:5060", // EAFNOSUPPORT
		peer.LocalAddr().String(),
	} {
		f, err := s.Flow("udp", at, at)
		if err != nil {
			t.Fatal(err)
		}
		f.Remote = netip.MustParseAddrPort(to)
		m.Post(f, fmt.Append(m.Room(), i))
		m.Post(f, make([]byte, maxMessage)) // EMSGSIZE
	}
	m.Send()
	b := make([]byte, 10)
	for _, want := range []string{"0", "2", "4"} {
		n, _, err := peer.ReadFrom(b)
		if err != nil || string(b[:n]) != want {
			t.Errorf("got %q, %v, want %s", b[:n], err, want)
		}
	}
	if got := s.Stats(); got.Out != 3 || got.Drops["send_error"] != 7 {
		t.Errorf("%+v", got)
	}
}

func TestMailAndASocketThatTakesLittle(t *testing.T) {
	const letters = 200
	for _, c := range []struct {
		name  string
		how   func(call, flags int, ms []ipv4.Message) (int, error)
		calls int
		out   uint64
	}{
		{"everything", nil, letters / mostAtOnce, 200},
		{"seven at a time", func(_, _ int, ms []ipv4.Message) (int, error) { return min(7, len(ms)), nil }, 3*10 + 2, 200},
		{"full for a while", func(call, flags int, ms []ipv4.Message) (int, error) {
			if call%2 == 1 {
				return 0, &net.OpError{Op: "write", Err: os.NewSyscallError("sendmmsg", syscall.EAGAIN)}
			}
			if flags != 0 {
				t.Error("it does not wait")
			}
			return len(ms), nil
		}, 2 * letters / mostAtOnce, 200},
		{"full for ever, after the first", func(call, flags int, ms []ipv4.Message) (int, error) {
			switch {
			case call == 1:
				return len(ms), nil
			case flags != 0:
				return 0, &net.OpError{Op: "write", Err: os.NewSyscallError("sendmmsg", syscall.EAGAIN)}
			}
			return 0, &net.OpError{Op: "write", Err: os.ErrDeadlineExceeded}
		}, 3, mostAtOnce},
		{"closed", func(int, int, []ipv4.Message) (int, error) { return 0, net.ErrClosed }, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &wireTap{how: c.how}
			s, f := tapped(t, w)
			var m Mail
			for i := range letters {
				m.Post(f, fmt.Append(m.Room(), i))
			}
			m.Send()
			for i, got := range w.sent {
				if want := fmt.Sprint(f.Remote, " ", i); got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
			if got := s.Stats(); got.Out != c.out || got.Drops["send_error"] != letters-c.out || w.calls != c.calls {
				t.Errorf("%d calls, %d sent, %d not", w.calls, got.Out, got.Drops["send_error"])
			}
		})
	}
}

func TestMailSortsByTheWayItGoes(t *testing.T) {
	w, v, bag := &wireTap{}, &wireTap{}, &courierBag{}
	_, f := tapped(t, w)
	_, g := tapped(t, v)
	var m Mail
	for i := range 3 {
		m.Post(f, fmt.Append(m.Room(), "f", i))
		m.Post(Flow{sender: bag}, fmt.Append(m.Room(), "bag", i))
		m.Post(g, fmt.Append(m.Room(), "g", i))
		m.Post(Flow{}, []byte("nowhere"))
	}
	m.Send()
	same(t, "one socket", strings.Join(w.sent, ", "), "192.0.2.1:5060 f0, 192.0.2.1:5060 f1, 192.0.2.1:5060 f2")
	same(t, "another", strings.Join(v.sent, ", "), "192.0.2.1:5060 g0, 192.0.2.1:5060 g1, 192.0.2.1:5060 g2")
	same(t, "neither", fmt.Sprint(len(bag.got)), "3")
	if w.calls != 1 || v.calls != 1 {
		t.Errorf("%d and %d calls", w.calls, v.calls)
	}
}

func TestMailToConnections(t *testing.T) {
	flows := make(chan Flow, 2)
	s, at := listening(t, Config{Handler: func(_ *Request, f Flow) { flows <- f }}, "tcp", "127.0.0.1:0")
	a, b := dial(t, "tcp", at), dial(t, "tcp", at)
	write(t, a, lines(optionsText))
	toA := <-flows
	write(t, b, lines(optionsText))
	toB := <-flows
	_, udp := tapped(t, &wireTap{})
	var m Mail
	for i, f := range []Flow{toA, toA, udp, toA, toB, toA, toB, toB} {
		m.Post(f, fmt.Append(m.Room(), i))
	}
	m.Send()
	for _, c := range []struct {
		conn net.Conn
		want string
	}{{a, "0135"}, {b, "467"}} {
		got := make([]byte, len(c.want))
		if _, err := io.ReadFull(c.conn, got); err != nil || string(got) != c.want {
			t.Errorf("got %s, %v, want %s", got, err, c.want)
		}
	}
	if out := s.Stats().Out; out != 7 {
		t.Errorf("%d out", out)
	}
}

func TestMailNeedsNoMemory(t *testing.T) {
	w := &wireTap{}
	_, f := tapped(t, w)
	f.sender.(*udpListener).sockets[0].batch = w.batcher // the real one
	f.Remote = f.Local
	var m Mail
	text := []byte(lines(optionsText))
	if n := testing.AllocsPerRun(200, func() {
		for range 100 {
			m.Post(f, append(m.Room(), text...))
		}
		m.Send()
	}); n >= 50 { // none, but pools give less when the race detector looks on, to each system call
		t.Errorf("%v allocations for 100 letters", n)
	}
}
