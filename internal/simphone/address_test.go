package simphone

import (
	"net/netip"
	"testing"
)

func TestResolve(t *testing.T) {
	v4, v6 := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")
	tests := []struct {
		name, server string
		own          netip.Addr
		want         string
	}{
		{"address and port", "127.0.0.3:5070", v4, "127.0.0.3:5070"},
		{"5060 when no port is given", "127.0.0.3", v4, "127.0.0.3:5060"},
		{"IPv6 in brackets", "[::1]:5070", v6, "[::1]:5070"},
		{"IPv6 without port", "::1", v6, "[::1]:5060"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := resolve(t.Context(), tt.server, tt.own)
			if err != nil || got.String() != tt.want {
				t.Errorf("got %v, %v, want %s", got, err, tt.want)
			}
		})
	}
	for _, server := range []string{"127.0.0.1:no", "127.0.0.1:70000", "[::1]:5060", ""} {
		if got, err := resolve(t.Context(), server, v4); err == nil {
			t.Errorf("%q gives %v, want an error", server, got)
		}
	}
}

func TestSIPURI(t *testing.T) {
	tests := []struct{ name, user, domain, want string }{
		{"a number", "101", "ringfence.local", "sip:101@ringfence.local"},
		{"a feature code", "*21#", "ringfence.local", "sip:*21%23@ringfence.local"},
		{"a domain with its port", "+4512", "127.0.0.1:5070", "sip:+4512@127.0.0.1:5070"},
		{"an IPv6 domain", "a b", "::1", "sip:a%20b@[::1]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := sipURI(tt.user, tt.domain)
			if got := u.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if got := unescapeUser(u.User); got != tt.user {
				t.Errorf("read back it is %q", got)
			}
		})
	}
}

func TestDisplayName(t *testing.T) {
	escaped := escapeName("Anna \"Ann\" \\ Ø\r\nVia: x")
	if want := `Anna \"Ann\" \\ ØVia: x`; escaped != want {
		t.Errorf("escaped is %s, want %s", escaped, want)
	}
	if got, want := unescapeName(escaped), `Anna "Ann" \ ØVia: x`; got != want {
		t.Errorf("read back it is %s, want %s", got, want)
	}
}
