package phone

import (
	"strings"
	"testing"
	"time"
)

func TestParseBanned(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1":             "192.0.2.1",
		"192.0.2.1/32":          "192.0.2.1",
		"192.0.2.77/24":         "192.0.2.0/24",
		"::ffff:192.0.2.1":      "192.0.2.1",
		"::ffff:192.0.2.77/120": "192.0.2.0/24",
		"::ffff:192.0.2.77/90":  "",
		"2001:DB8::1":           "2001:db8::/64",
		"2001:db8::1/128":       "2001:db8::1/128",
		"2001:db8::1/33":        "2001:db8::/33",
		"fe80::1%eth0":          "",
		"192.0.2":               "",
		"192.0.2.1/33":          "",
		"example.com":           "",
		"":                      "",
	} {
		got := ""
		if p, ok := ParseBanned(text); ok {
			got = BannedText(p)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		if p, ok := ParseBanned(want); want != "" && (!ok || BannedText(p) != want) {
			t.Errorf("%q is not read as it is written", want)
		}
	}
}

func TestValidateBan(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		ban  Ban
		want string
	}{
		"for ever":             {Ban{Address: "192.0.2.1"}, ""},
		"for a second":         {Ban{Address: "192.0.2.1", Until: now.Add(time.Second)}, ""},
		"the widest network":   {Ban{Address: "10.0.0.0/8"}, ""},
		"a wider one":          {Ban{Address: "10.0.0.0/7"}, "address: Network is wider than /8, or /16 of IPv6"},
		"the widest of IPv6":   {Ban{Address: "2001::/16"}, ""},
		"a wider one of IPv6":  {Ban{Address: "2000::/15"}, "address: Network is wider than /8, or /16 of IPv6"},
		"of nobody":            {Ban{}, "address: Address is missing"},
		"of somebody's name":   {Ban{Address: "example.com"}, "address: Address is invalid, must be an IP address or a network such as 198.51.100.0/24"},
		"that is over":         {Ban{Address: "192.0.2.1", Until: now}, "until: Time is in the past"},
		"with a long story":    {Ban{Address: "192.0.2.1", Reason: strings.Repeat("x", maxReason+1)}, "reason: Value is invalid, must be at most 200 bytes"},
		"with all that it may": {Ban{Address: "192.0.2.1", Reason: strings.Repeat("x", maxReason)}, ""},
	} {
		got := ""
		if err := c.ban.Validate(now); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
