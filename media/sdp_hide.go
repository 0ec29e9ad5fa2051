package media

import (
	"net/netip"
	"slices"
	"strings"
)

// hopByHop are the attributes that describe one hop and not the call: they name
// addresses and keys of their sender, or promise what the relay does not do.
var hopByHop = map[string]bool{
	// ICE (RFC 8839) and what came before it
	"candidate": true, "remote-candidates": true, "end-of-candidates": true,
	"ice-ufrag": true, "ice-pwd": true, "ice-lite": true, "ice-options": true,
	"ice-mismatch": true, "ice-pacing": true, "alt": true, "altc": true,
	// keys and encryption (RFC 4568, RFC 8122, RFC 8842, RFC 6189)
	"crypto": true, "fingerprint": true, "setup": true, "connection": true,
	"tls-id": true, "dtls-id": true, "key-mgmt": true, "zrtp-hash": true,
	// two streams, or RTP and RTCP, on one port (RFC 9143, RFC 5761): a relay
	// side has two ports and one stream
	"group": true, "bundle-only": true, "rtcp-mux": true, "rtcp-mux-only": true,
	// the port of RTCP (RFC 3605), which is ours
	"rtcp": true,
	// sources and bearers by address (RFC 5576, RFC 4570)
	"ssrc": true, "ssrc-group": true, "msid": true, "msid-semantic": true,
	"source-filter": true,
	// offers of other profiles, addresses and keys (RFC 5939, RFC 7006)
	"acap": true, "tcap": true, "pcfg": true, "acfg": true, "ccap": true,
}

// addresses returns every numeric address by which the description names its
// own side: the o=, c= and a=rtcp lines. A line that has one of them in it is
// not passed on, whatever it is about.
func (s *session) addresses() []string {
	all := collect(nil, s.lines)
	for _, m := range s.streams {
		all = collect(all, m.lines)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func collect(all []string, lines []line) []string {
	for _, l := range lines {
		rtcp := l.kind == 'a' && strings.HasPrefix(l.value, "rtcp:")
		if l.kind != 'o' && l.kind != 'c' && !rtcp {
			continue
		}
		for _, f := range strings.Fields(l.value) {
			ip, err := netip.ParseAddr(f)
			if err == nil && !ip.IsUnspecified() {
				all = append(all, f)
			}
		}
	}
	return all
}

// leaks reports whether a text has one of the describer's addresses in it.
func (e *editor) leaks(text string) bool {
	for _, a := range e.hidden {
		if strings.Contains(text, a) {
			return true
		}
	}
	return false
}
