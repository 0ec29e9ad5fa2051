package main

import (
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// registrarThat answers REGISTERs on loopback: a challenge to those without
// Authorization, and a 200 to the others. answer may say otherwise.
func registrarThat(t *testing.T, answer func(n int, message string) string) netip.AddrPort {
	t.Helper()
	return registrarThatSees(t, func(n int, _ netip.Addr, message string) string { return answer(n, message) })
}

// registrarThatSees also sees where a message comes from.
func registrarThatSees(t *testing.T, answer func(n int, from netip.Addr, message string) string) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		b := make([]byte, 4096)
		for n := 0; ; n++ {
			size, from, err := conn.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			message := string(b[:size])
			if status := answer(n, from.Addr(), message); status != "" {
				_, via, _ := strings.Cut(message, "\r\n")
				via, _, _ = strings.Cut(via, "\r\n")
				_, _ = conn.WriteToUDPAddrPort([]byte("SIP/2.0 "+status+"\r\n"+via+"\r\nWWW-Authenticate: Digest nonce=\"n\"\r\n\r\n"), from)
			}
		}
	}()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

func usual(_ int, message string) string {
	if strings.Contains(message, "\r\nAuthorization: ") {
		return "200 OK"
	}
	return "401 Unauthorized"
}

func newTestFleet(t *testing.T, phones int, answer func(int, string) string) *fleet {
	t.Helper()
	p := plan{opening: opening{domain: "example.com"}, server: registrarThat(t, answer), flights: 4}
	f, err := newFleet(t.Context(), p, make([]account, phones))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	return f
}

func (f *fleet) driven(t *testing.T, p plan) *tally {
	t.Helper()
	tally, err := f.drive(p, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func TestEachPhoneRegistersOnce(t *testing.T) {
	f := newTestFleet(t, 100, usual)
	for range 3 {
		got := f.driven(t, f.plan)
		if got.good != 100 || got.failedInAll() != 0 {
			t.Errorf("%d registered, %s", got.good, got.whyFailed())
		}
	}
}

func TestLostDatagramsAreSentAgain(t *testing.T) {
	f := newTestFleet(t, 10, func(n int, message string) string {
		if n == 3 || n == 7 {
			return ""
		}
		return usual(n, message)
	})
	got := f.driven(t, f.plan)
	if got.good != 10 || got.retransmitted != 2 {
		t.Errorf("%d registered, %d retransmissions, want 10 and 2", got.good, got.retransmitted)
	}
}

func TestRefusalsAreCounted(t *testing.T) {
	f := newTestFleet(t, 10, func(int, string) string { return "403 Forbidden" })
	got := f.driven(t, f.plan)
	if got.good != 0 || got.failures[403] != 10 {
		t.Errorf("%d registered, %s, want 10 with 403", got.good, got.whyFailed())
	}
}

func TestRate(t *testing.T) {
	f := newTestFleet(t, 10, usual)
	p := f.plan
	p.rate, p.lasting = 100, 200*time.Millisecond
	got := f.driven(t, p)
	if got.good < 1 || got.good > 20 {
		t.Errorf("%d registered in 0.2 s, want no more than 20", got.good)
	}
}

// A nonce that is known needs no second challenge, unless each is to be afresh.
func TestAfresh(t *testing.T) {
	for _, c := range []struct {
		afresh     bool
		challenged int64
	}{{false, 5}, {true, 15}} {
		var challenged atomic.Int64
		f := newTestFleet(t, 5, func(n int, message string) string {
			status := usual(n, message)
			if status != "200 OK" {
				challenged.Add(1)
			}
			return status
		})
		p := f.plan
		p.afresh = c.afresh
		for range 3 {
			f.driven(t, p)
		}
		if challenged.Load() != c.challenged {
			t.Errorf("afresh %v: %d challenges, want %d", c.afresh, challenged.Load(), c.challenged)
		}
	}
}
