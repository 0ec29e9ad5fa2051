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

// names returns by what the description names its own side: the hosts of o=, c=
// and a=rtcp. A line that has one of them in it is not passed on, whatever it is
// about.
func (s *session) names(room []string) []string {
	all := collect(room, s.all)
	slices.Sort(all)
	return slices.Compact(all)
}

func collect(all []string, lines []line) []string {
	for _, l := range lines {
		rtcp := l.kind == 'a' && strings.HasPrefix(l.value, "rtcp:")
		if l.kind != 'o' && l.kind != 'c' && !rtcp {
			continue
		}
		host := ""
		for f := range strings.FieldsSeq(l.value) {
			host = f
		}
		if ip, err := netip.ParseAddr(host); (err == nil && !ip.IsUnspecified()) || (err != nil && strings.Contains(host, ".")) {
			all = append(all, host)
		}
	}
	return all
}

// leaks reports whether a text has an address in it, or a name of the
// describer.
func (e *editor) leaks(text string) bool {
	for _, a := range e.hidden {
		if strings.Contains(text, a) {
			return true
		}
	}
	return hasAddress(text)
}

// hasAddress reports whether a text has a numeric IP address in it, of
// whomever: four numbers with dots, or what netip takes for IPv6. A version
// number that looks like one is no loss.
func hasAddress(text string) bool {
	for at := 0; at < len(text); {
		end := at
		dots, colons := 0, 0
		for end < len(text) && ofAddress(text[end]) {
			switch text[end] {
			case '.':
				dots++
			case ':':
				colons++
			}
			end++
		}
		if (dots >= 3 && dotted(text[at:end])) || (colons >= 2 && colonSeparated(text[at:end])) {
			return true
		}
		at = end + 1
	}
	return false
}

func ofAddress(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' || c == '.' || c == ':'
}

// dotted reports whether four numbers of up to three digits stand in a row.
func dotted(s string) bool {
	row, digits := 0, 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i < len(s) && '0' <= s[i] && s[i] <= '9':
			digits++
			continue
		case digits < 1 || digits > 3:
			row = 0
		default:
			row++
		}
		if row == 4 {
			return true
		}
		if i < len(s) && s[i] != '.' {
			row = 0
		}
		digits = 0
	}
	return false
}

// longestIPv6 is how long one is in text: six groups of four digits, and IPv4.
const longestIPv6 = 45

// colonSeparated reports whether an IPv6 address begins at any colon-separated
// part of a text: "rtcp:7000:2001:db8::1" has one. It goes up to the end of the
// text, with the colons and dots there or without.
func colonSeparated(s string) bool {
	end := len(strings.TrimRight(s, ".:"))
	for at := 0; ; {
		if isIPv6(s[at:max(at, end)]) || isIPv6(s[at:]) {
			return true
		}
		i := strings.IndexByte(s[at:], ':')
		if i < 0 {
			return false
		}
		at += i + 1
	}
}

func isIPv6(s string) bool {
	if len(s) > longestIPv6 {
		return false
	}
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Is6()
}
