package sip

import (
	"net/netip"
	"strconv"
	"strings"
)

// maxLiteral is the longest IPv6 address between brackets that the message
// model reads.
const maxLiteral = 40

// SplitURI reads a sip or sips URI. What it takes ParseURI takes too, and finds
// the same user, host and port; it is stricter with what nobody writes (an
// empty user or password, port 0, slashes before the host, bytes that are not
// ASCII). It allocates nothing.
func SplitURI(s string) (u URIParts, ok bool) {
	if len(s) > maxParams && strings.Count(s, ";")+strings.Count(s, "&") > maxParams {
		return URIParts{}, false
	}
	if u.Scheme, s = cutScheme(s); u.Scheme == "" || strings.HasPrefix(s, "//") {
		return URIParts{}, false
	}
	if at := strings.IndexByte(s, '@'); at >= 0 {
		if u.User, s = s[:at], s[at+1:]; !plainUser(u.User) {
			return URIParts{}, false
		}
	}
	if u.Host, s, ok = cutHost(s); !ok {
		return URIParts{}, false
	}
	if u.Port, s, ok = cutPort(s); !ok {
		return URIParts{}, false
	}
	if u.Rest = s; !plainRest(&u) {
		return URIParts{}, false
	}
	return u, true
}

// plainRest: without a user, the message model takes the first bracket for that
// of the host.
func plainRest(u *URIParts) bool {
	switch {
	case u.Rest == "":
		return true
	case u.Rest[0] != ';' && u.Rest[0] != '?' || !all(u.Rest, inRest):
		return false
	}
	return u.User != "" || u.Host[0] == '[' || strings.IndexByte(u.Rest, '[') < 0
}

// AppendTo writes the URI.
func (u URIParts) AppendTo(dst []byte) []byte {
	dst = append(dst, u.Scheme...)
	dst = append(dst, ':')
	if u.User != "" {
		dst = append(dst, u.User...)
		dst = append(dst, '@')
	}
	dst = append(dst, u.Host...)
	if u.Port != 0 {
		dst = append(dst, ':')
		dst = strconv.AppendUint(dst, uint64(u.Port), 10)
	}
	return append(dst, u.Rest...)
}

// String is the URI.
func (u URIParts) String() string { return string(u.AppendTo(nil)) }

// cutScheme gives "" for a scheme that is not ours.
func cutScheme(s string) (scheme, rest string) {
	switch {
	case strings.HasPrefix(s, "sip:"):
		return "sip", s[4:]
	case len(s) > 4 && s[3] == ':' && strings.EqualFold(s[:3], "sip"):
		return "sip", s[4:]
	case len(s) > 5 && s[4] == ':' && strings.EqualFold(s[:4], "sips"):
		return "sips", s[5:]
	}
	return "", s
}

// plainUser wants an empty password written without its colon.
func plainUser(s string) bool { return s != "" && s[len(s)-1] != ':' && all(s, inUser) }

// cutHost takes the host off the front of s, IPv6 in its brackets.
func cutHost(s string) (host, rest string, ok bool) {
	if s == "" || s[0] != '[' {
		i := span(s, 0, inHost)
		return s[:i], s[i:], i > 0
	}
	i := span(s, 1, inLiteral)
	if i == len(s) || s[i] != ']' || i > maxLiteral+1 {
		return "", "", false
	}
	a, err := netip.ParseAddr(s[1:i])
	return s[:i+1], s[i+1:], err == nil && a.Is6()
}

// cutPort takes a colon and a port off the front of s. Without them the port is
// 0, and that is all right.
func cutPort(s string) (port uint16, rest string, ok bool) {
	if s == "" || s[0] != ':' {
		return 0, s, true
	}
	n, i := 0, 1
	for i < len(s) && i <= 5 && '0' <= s[i] && s[i] <= '9' {
		n = 10*n + int(s[i]-'0')
		i++
	}
	return uint16(n), s[i:], i > 1 && s[1] != '0' && n <= 65535
}

// plainURI is SplitURI for what Scan understands: what the message model writes
// as it was.
func plainURI(s string) (u URIParts, ok bool) {
	u, ok = SplitURI(s)
	return u, ok && strings.HasPrefix(s, u.Scheme) && plainParams(u.Rest)
}

func plainParams(s string) bool {
	w := paramWalk{text: s}
	for w.next() {
		if strings.IndexByte(w.value, '?') >= 0 || strings.ContainsFunc(w.name, isUpper) {
			return false
		}
	}
	return w.over()
}

func isUpper(c rune) bool { return 'A' <= c && c <= 'Z' }
