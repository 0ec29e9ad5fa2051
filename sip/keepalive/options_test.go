package keepalive

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/sip"
)

func at(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func TestTheWholeRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.register("desk", "sip:desk@10.0.0.5:5062;line=1?Subject=none", nat)
		w.until(time.Second)
		got := w.packets[0].text
		got = regexp.MustCompile(`probe[0-9a-f]{40};`).ReplaceAllString(got, "probe*;")
		got = regexp.MustCompile(`Call-ID: [0-9a-f]{24}\r`).ReplaceAllString(got, "Call-ID: *\r")
		got = regexp.MustCompile(`tag=[0-9a-f]{16}\r`).ReplaceAllString(got, "tag=*\r")
		want := strings.ReplaceAll(`OPTIONS sip:desk@10.0.0.5:5062;line=1 SIP/2.0
Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKprobe*;rport
Max-Forwards: 70
From: <sip:ringfence@example.net>;tag=*
To: <sip:desk@10.0.0.5:5062;line=1>
Call-ID: *
CSeq: 1 OPTIONS
Content-Length: 0

`, "\n", "\r\n")
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if n := len(w.packets[0].text); n >= 400 {
			t.Errorf("%d bytes", n)
		}
		if to := w.packets[0].flow.Remote; to != nat {
			t.Errorf("to %s", to)
		}
	})
}

func TestThePathIsItsRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.register("desk", inside, nat)
		w.bindings["desk"][0].Path = "<sip:edge.example.net;lr;ob>, <sip:10.1.1.1;lr>"
		w.until(time.Second)
		m, err := sip.Parse([]byte(w.packets[0].text))
		if err != nil {
			t.Fatal(err)
		}
		var routes []string
		for _, h := range m.GetHeaders("Route") {
			routes = append(routes, h.Value())
		}
		if got, want := strings.Join(routes, " "), "<sip:edge.example.net;lr;ob> <sip:10.1.1.1;lr>"; got != want {
			t.Errorf("routes %s", got)
		}
		if to := w.packets[0].flow.Remote; to != nat {
			t.Errorf("to %s: a route is for the proxy, and the flow leads to it", to)
		}
	})
}
