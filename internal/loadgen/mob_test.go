package main

import (
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
)

// Everything is sent, liars answer their challenges, and nobody is in two sorts.
func TestMob(t *testing.T) {
	var invites, wrong atomic.Int64
	m := mob{
		opening: opening{domain: "example.com", transport: "UDP"}, count: 120, sources: 100, ports: 4, rate: 10_000, // so few that no socket overflows
		known: []account{{user: "alice", password: "secret"}},
		server: registrarThat(t, func(_ int, message string) string {
			switch {
			case strings.HasPrefix(message, "INVITE "):
				invites.Add(1)
			case strings.Contains(message, "\r\nAuthorization: "):
				wrong.Add(1)
			case !strings.HasSuffix(message, "\r\n\r\n"):
				return "" // garbage
			}
			return "401 Unauthorized"
		}),
	}
	if err := m.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.run(); err != nil {
		t.Fatal(err)
	}
	sent := func(k kind) int64 { return m.counts.sent[k].Load() }
	if all := sent(asks) + sent(calls) + sent(lies) + sent(garbage); all != 120 {
		t.Errorf("%d messages, want 120", all)
	}
	if sent(calls) != invites.Load() || m.counts.challenged[calls].Load() != sent(calls) {
		t.Errorf("%d INVITEs sent, %d arrived, %d challenged", sent(calls), invites.Load(), m.counts.challenged[calls].Load())
	}
	if sent(liar) != sent(lies) || wrong.Load() != sent(liar) {
		t.Errorf("%d liars, %d of them lied, %d lies arrived", sent(lies), sent(liar), wrong.Load())
	}
}

func TestGarbageIsNoRequest(t *testing.T) {
	m := mob{opening: opening{domain: "example.com", transport: "UDP"}, known: []account{{user: "alice", password: "secret"}}}
	whole := string(m.append(nil, m.request(asks, 3, 0, 5060)))
	dice := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		if got := string(m.garbage(nil, dice, 3, 0, 5060)); got == whole {
			t.Fatalf("%q is as it should be", got)
		}
	}
}

// Phones and strangers never have the same address, and none is 127.0.0.1.
func TestAddresses(t *testing.T) {
	for n, want := range map[int][2]string{
		0:       {"127.16.0.0", "127.128.0.0"},
		257:     {"127.16.1.1", "127.128.1.1"},
		4194303: {"127.79.255.255", "127.191.255.255"},
	} {
		if got := [2]string{address(ofPhones, n).String(), address(ofStrangers, n).String()}; got != want {
			t.Errorf("address %d is %v, want %v", n, got, want)
		}
	}
}
