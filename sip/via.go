package sip

import (
	"net/netip"
	"strings"
)

// parseVia reads one value (RFC 3261 section 20.42); blanks may stand round
// every slash, colon and semicolon of it. With errVersion it gives what it read.
func (k *kit) parseVia(s string) (*ViaHeader, error) {
	sent, params := s, ""
	if i := strings.IndexByte(s, ';'); i >= 0 {
		sent, params = s[:i], s[i:]
	}
	name, rest, ok := strings.Cut(sent, "/")
	version, rest, ok2 := strings.Cut(rest, "/")
	name, version = strings.TrimRight(name, blanks), strings.Trim(version, blanks)
	if !ok || !ok2 || !strings.EqualFold(name, "SIP") || !token(version) {
		return nil, errVia
	}
	rest = strings.TrimLeft(rest, blanks)
	i := strings.IndexAny(rest, blanks)
	if i < 0 || !token(rest[:i]) {
		return nil, errVia
	}
	host, port, ok := sentBy(strings.Trim(rest[i:], blanks))
	if !ok {
		return nil, errVia
	}
	ps, err := k.parseParams(params, 1) // there may be a received to add
	if err != nil {
		return nil, err
	}
	v := k.newVia()
	*v = ViaHeader{ProtocolName: "SIP", ProtocolVersion: version, Transport: rest[:i], Host: host, Port: port, Params: ps}
	if version != "2.0" {
		return v, errVersion
	}
	return v, nil
}

// sentBy splits host [ COLON port ]. An IPv6 host is given without brackets,
// as the message model has it, and taken without them too. It keeps those that
// the model would not put back: of a mapped address, and of one that is to be
// mended, which the sender looks for in the answer as it wrote it.
func sentBy(s string) (host string, port int, ok bool) {
	if strings.Count(s, ":") > 1 && s[0] != '[' {
		if a, err := netip.ParseAddr(s); err == nil && a.Is6() {
			return s, 0, true
		}
	}
	host = s
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		var err error
		host = strings.TrimRight(s[:i], blanks)
		port, err = decimal(strings.TrimLeft(s[i+1:], blanks), 65535)
		if err != nil || port == 0 {
			return "", 0, false
		}
	}
	if !validHost(mended(host)) {
		return "", 0, false
	}
	if host[0] != '[' {
		return host, port, true
	}
	bare := strings.Trim(host, "[]")
	if a, err := netip.ParseAddr(bare); err != nil || a.Is4In6() {
		return host, port, true
	}
	return bare, port, true
}
