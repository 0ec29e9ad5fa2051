package sip

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

type found struct {
	flow Flow
	err  error
}

// reaching waits for what Reach or ReachName tells.
func reaching(t *testing.T, ask func(on func(Flow, error))) found {
	t.Helper()
	c := make(chan found, 2)
	ask(func(f Flow, err error) { c <- found{f, err} })
	select {
	case got := <-c:
		return got
	case <-time.After(patience):
		t.Fatal("nothing was told")
	}
	return found{}
}

func TestReach(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			_, at := listening(t, Config{}, network, "127.0.0.1:0")
			client, _ := listening(t, Config{}, network, "127.0.0.1:0")
			got := reaching(t, func(on func(Flow, error)) { client.Reach(network, netip.AddrPort{}, at, on) })
			if got.err != nil {
				t.Fatal(got.err)
			}
			tx, err := client.NewClientTx(withoutVia(t, optionsText), got.flow)
			if err != nil {
				t.Fatal(err)
			}
			if res := <-tx.Responses(); res == nil || res.StatusCode != 200 {
				t.Errorf("got %v, %v", res, tx.Err())
			}
			told := false // at once, since it is open
			client.Reach(network, netip.AddrPort{}, at, func(f Flow, err error) { told = err == nil && f == got.flow })
			if !told {
				t.Error("another flow, or later")
			}
		})
	}
}

func TestReachFails(t *testing.T) {
	s, _ := listening(t, Config{}, "udp", "127.0.0.1:0")
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParseAddrPort(nobody.Addr().String())
	_ = nobody.Close()
	for _, c := range []struct {
		name, network string
		to            netip.AddrPort
		want          string
	}{
		{"nobody listens", "tcp", at, "connection refused"},
		{"a phone over TLS", "tls", at, "only the phone can open it"},
		{"a phone as WebSocket", "wss", at, "only the phone can open it"},
		{"no port", "udp", netip.AddrPortFrom(at.Addr(), 0), "no address"},
		{"no such transport", "sctp", at, "transport is not supported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := reaching(t, func(on func(Flow, error)) { s.Reach(c.network, netip.AddrPort{}, c.to, on) })
			if got.err == nil || !strings.Contains(got.err.Error(), c.want) {
				t.Errorf("got %v", got.err)
			}
		})
	}
	if got := reaching(t, func(on func(Flow, error)) { s.ReachName("", netip.AddrPort{}, at, on) }); got.err == nil {
		t.Error("without a name")
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := reaching(t, func(on func(Flow, error)) { s.Reach("tcp", netip.AddrPort{}, at, on) }); !errors.Is(got.err, ErrClosed) {
		t.Errorf("closed: %v", got.err)
	}
}

// Many who want one connection wait for one.
func TestReachOpensOneConnection(t *testing.T) {
	server, at := listening(t, Config{}, "tcp", "127.0.0.1:0")
	client, _ := listening(t, Config{}, "tcp", "127.0.0.1:0")
	c := make(chan found, 50)
	for range cap(c) {
		client.Reach("tcp", netip.AddrPort{}, at, func(f Flow, err error) { c <- found{f, err} })
	}
	first := <-c
	for range cap(c) - 1 {
		if got := <-c; got != first || got.err != nil {
			t.Fatalf("got %v and %v", first, got)
		}
	}
	if n := server.Stats().Connections; n > 1 {
		t.Errorf("%d connections", n)
	}
}

// authority makes a certificate for a name, and the pool of who made it.
func authority(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestReachName(t *testing.T) {
	const name = "trunk.example.net"
	cert, roots := authority(t, name)
	_, at := listening(t, Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}, "tls", "127.0.0.1:0")
	client, _ := listening(t, Config{ClientTLS: &tls.Config{RootCAs: roots}}, "udp", "127.0.0.1:0")
	reach := func(s *Stack, name string) found {
		return reaching(t, func(on func(Flow, error)) { s.ReachName(name, netip.AddrPort{}, at, on) })
	}
	got := reach(client, name)
	if got.err != nil {
		t.Fatal(got.err)
	}
	tx, err := client.NewClientTx(withoutVia(t, optionsText), got.flow)
	if err != nil {
		t.Fatal(err)
	}
	if res := <-tx.Responses(); res == nil || res.StatusCode != 200 {
		t.Fatalf("got %v, %v", res, tx.Err())
	}
	if again := reach(client, name); again != got {
		t.Errorf("another connection: %v", again)
	}
	t.Run("another name is another connection, and this host cannot show it", func(t *testing.T) {
		if got := reach(client, "bank.example.net"); got.err == nil || !strings.Contains(got.err.Error(), "bank.example.net") {
			t.Errorf("got %v", got.err)
		}
	})
	t.Run("without the name the connection is not to be had", func(t *testing.T) {
		if f, err := client.Flow("tls", netip.AddrPort{}, at); err == nil {
			t.Errorf("got %v", f)
		}
	})
	t.Run("a host that nobody vouches for", func(t *testing.T) {
		stranger, _ := listening(t, Config{}, "udp", "127.0.0.1:0")
		if got := reach(stranger, name); got.err == nil || !strings.Contains(got.err.Error(), "certificate") {
			t.Errorf("got %v", got.err)
		}
	})
}

// A call outlives the connection that it began on.
func TestAgain(t *testing.T) {
	const name = "trunk.example.net"
	cert, roots := authority(t, name)
	c := Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}
	server, at := listening(t, c, "tls", "127.0.0.1:0")
	client, _ := listening(t, Config{ClientTLS: &tls.Config{RootCAs: roots}}, "udp", "127.0.0.1:0")
	first := reaching(t, func(on func(Flow, error)) { client.ReachName(name, netip.AddrPort{}, at, on) })
	if first.err != nil {
		t.Fatal(first.err)
	}
	again := func() found { return reaching(t, func(on func(Flow, error)) { client.Again(first.flow, on) }) }
	if got := again(); got != first {
		t.Errorf("another flow, while it is open: %v", got)
	}
	if err := server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "closing", func() bool { return !first.flow.Open() })
	listening(t, c, "tls", at.String())
	got := again()
	if got.err != nil || got.flow == first.flow || got.flow.Remote != at || !got.flow.Open() {
		t.Fatalf("got %v", got)
	}
	if named := reaching(t, func(on func(Flow, error)) { client.ReachName(name, netip.AddrPort{}, at, on) }); named != got {
		t.Errorf("its name is not that of before: %v", named)
	}
}

// A host that accepts and says nothing keeps nobody waiting for ever, nor the
// stack from closing.
func TestReachOfTheSilent(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	at := netip.MustParseAddrPort(ln.Addr().String())
	s, _ := listening(t, Config{limits: limits{handshake: 50 * time.Millisecond}}, "udp", "127.0.0.1:0")
	got := reaching(t, func(on func(Flow, error)) { s.ReachName("a.example", netip.AddrPort{}, at, on) })
	if got.err == nil {
		t.Error("a flow")
	}
	patient, _ := listening(t, Config{}, "udp", "127.0.0.1:0")
	c := make(chan error, 1)
	patient.ReachName("a.example", netip.AddrPort{}, at, func(_ Flow, err error) { c <- err })
	if err := patient.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-c; err == nil {
		t.Error("no error")
	}
}
