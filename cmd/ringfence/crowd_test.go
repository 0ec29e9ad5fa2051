package main

import (
	"io"
	"net/http"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

func TestTooManyConnectionsAreClosed(t *testing.T) {
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for _, c := range []struct {
		name  string
		limit func(*crowd)
		fit   int
	}{
		{"from one address", func(c *crowd) { c.maxAddress = 3 }, 3},
		{"in all", func(c *crowd) { c.max = 5 }, 5},
		{"in all, from a proxy", func(c *crowd) {
			c.max, c.maxAddress, c.proxies = 5, 3, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := serveWeb(t, ok, func(w *webServer) { c.limit(w.listener) })
			var open []client
			for i := range c.fit {
				conn := dial(t, web.addr())
				io.WriteString(conn, ask+"\r\n")
				if got := conn.status(); got != "200" {
					t.Fatalf("connection %d is answered %s", i, got)
				}
				open = append(open, conn)
			}
			if got := dial(t, web.addr()).status(); got != "closed" {
				t.Error("one more is answered", got)
			}
			if got := web.listener.stats(); got != (crowdStats{c.fit, 1}) {
				t.Errorf("counted: %+v", got)
			}
			io.WriteString(open[0], ask+"Connection: close\r\n\r\n")
			if first, then := open[0].status(), open[0].status(); first != "200" || then != "closed" {
				t.Errorf("one that closes is answered %s, then %s", first, then)
			}
			if !eventually(func() bool { return web.listener.stats().Connections == c.fit-1 }) {
				t.Fatal("one that is closed is still counted")
			}
			conn := dial(t, web.addr())
			io.WriteString(conn, ask+"\r\n")
			if got := conn.status(); got != "200" {
				t.Error("with room again it is answered", got)
			}
		})
	}
}

// eventually waits for what another goroutine does.
func eventually(done func() bool) bool {
	for deadline := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(deadline) {
			return false
		}
		runtime.Gosched()
	}
	return true
}

func TestWhoseConnectionItIs(t *testing.T) {
	c := newCrowd(nil, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")})
	for remote, want := range map[string]string{
		"192.0.2.1:1":           "192.0.2.1/32",
		"[::ffff:192.0.2.1]:1":  "192.0.2.1/32",
		"[2001:db8:1:2:3::4]:1": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1":      "fe80::/64",
		"10.1.2.3:1":            "invalid Prefix",
		"[::ffff:10.1.2.3]:1":   "invalid Prefix",
		"[fd00::1]:1":           "invalid Prefix",
	} {
		if got := c.hostOf(netip.MustParseAddrPort(remote)).String(); got != want {
			t.Errorf("%s counts for %s, want %s", remote, got, want)
		}
	}
}
