package sip

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"
)

// from is a connection from an address of ours that goes no further than TCP.
func from(t *testing.T, host string, to netip.AddrPort) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(host)}}
	c, err := d.DialContext(t.Context(), "tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// A crowd that says nothing leaves room for others, whether it waits before the
// handshake or after.
func TestSilentCrowdKeepsNobodyOut(t *testing.T) {
	const crowd = 1000
	for _, network := range streams {
		t.Run(network, func(t *testing.T) {
			s, at := listening(t, withCertificate(t, Config{}), network, "127.0.0.1:0")
			for range crowd {
				from(t, "127.0.0.2", at)
			}
			until(t, "accepting them", func() bool { return s.Stats().Connections == crowd })
			if _, err := from(t, "127.0.0.2", at).Read(make([]byte, 1)); err == nil {
				t.Error("one more of them was let in")
			}
			ask(t, call(t, network, at), lines(optionsText))
		})
	}
}

// When the table is full, who has been there without being registered makes
// room; phones and newcomers stay.
func TestStrangersMakeRoom(t *testing.T) {
	for _, c := range []struct {
		name   string
		config Config
		host   string // of the stranger
		reason string
	}{
		{"in all", Config{Connections: 2}, "127.0.0.2", "connections"},
		{"of one source", Config{PerSource: 2}, "127.0.0.1", "connections_per_source"},
	} {
		t.Run(c.name, func(t *testing.T) {
			full := func(newcomer time.Duration) (*Stack, netip.AddrPort, net.Conn, net.Conn) {
				c.config.limits.newcomer = newcomer
				s, at := listeningWith(t, c.config, "tcp", "127.0.0.1:0", func(s *Stack) Handler {
					return func(req *Request, f Flow) {
						if callID(req) == "registered" {
							f.Keep(time.Hour)
						}
						s.answer(req, f)
					}
				})
				registered := from(t, "127.0.0.1", at)
				ask(t, registered, callIDOf("registered"))
				stranger := from(t, c.host, at)
				ask(t, stranger, callIDOf("stranger"))
				return s, at, registered, stranger
			}
			t.Run("a newcomer stays", func(t *testing.T) {
				s, at, _, stranger := full(time.Hour)
				if _, err := from(t, "127.0.0.1", at).Read(make([]byte, 1)); err == nil {
					t.Error("one more was let in")
				}
				ask(t, stranger, callIDOf("stranger"))
				if got := s.Stats(); got.Drops[c.reason] != 1 || got.Connections != 2 {
					t.Errorf("%+v", got)
				}
			})
			t.Run("others go", func(t *testing.T) {
				s, at, registered, stranger := full(1)
				more := from(t, "127.0.0.1", at)
				ask(t, more, callIDOf("registered"))
				if _, err := stranger.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("the stranger's connection: %v", err)
				}
				if _, err := from(t, "127.0.0.1", at).Read(make([]byte, 1)); err == nil {
					t.Error("one more was let in beside two phones")
				}
				ask(t, registered, callIDOf("registered"))
				ask(t, more, callIDOf("registered"))
				if got := s.Stats(); got.Drops["connections_evicted"] != 1 || got.Drops[c.reason] != 1 || got.Connections != 2 {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

// A connection that we have opened, to a trunk, is no stranger's.
func TestStrangersDoNotTakeWhatWeHaveOpened(t *testing.T) {
	_, far := listening(t, Config{}, "tcp", "127.0.0.1:0")
	s, at := listening(t, Config{Connections: 2, limits: limits{newcomer: 1}}, "tcp", "127.0.0.1:0")
	f, err := s.Flow("tcp", netip.AddrPort{}, far)
	if err != nil {
		t.Fatal(err)
	}
	first := from(t, "127.0.0.2", at)
	ask(t, first, lines(optionsText))
	ask(t, from(t, "127.0.0.2", at), lines(optionsText))
	if _, err := first.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the stranger's connection: %v", err)
	}
	if again, err := s.Flow("tcp", netip.AddrPort{}, far); err != nil || again != f {
		t.Errorf("ours has gone: %v, %v", again, err)
	}
}

// callIDOf is a request of that Call-ID.
func callIDOf(id string) string { return registerOf(id, "Content-Length: 0\n", "") }

func TestConnTableForgetsSources(t *testing.T) {
	s, at := listening(t, Config{}, "tcp", "127.0.0.1:0")
	for _, host := range []string{"127.0.0.1", "127.0.0.2", "127.0.0.2"} {
		ask(t, from(t, host, at), lines(optionsText))
	}
	s.conns.mu.RLock()
	sources, strangers := len(s.conns.sources), s.conns.oldest.Len()
	all := make([]*stream, 0, len(s.conns.all))
	for c := range s.conns.all {
		all = append(all, c)
	}
	s.conns.mu.RUnlock()
	if sources != 2 || strangers != 3 {
		t.Errorf("%d sources, %d strangers", sources, strangers)
	}
	for _, c := range all {
		_ = c.line.Close()
	}
	until(t, "forgetting them", func() bool { return s.Stats().Connections == 0 })
	if left := &s.conns; len(left.sources) != 0 || left.oldest.Len() != 0 || len(left.byRemote) != 0 {
		t.Error("not all is forgotten")
	}
}
