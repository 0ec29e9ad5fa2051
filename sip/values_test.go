package sip

import (
	"slices"
	"testing"
)

func TestSplitAddress(t *testing.T) {
	for name, c := range map[string]struct{ value, uri, params string }{
		"in brackets":                     {"<sip:1@192.0.2.1;transport=tcp>;q=0.5", "sip:1@192.0.2.1;transport=tcp", ";q=0.5"},
		"with a name":                     {"Desk <sip:1@192.0.2.1> ;q=0.5", "sip:1@192.0.2.1", " ;q=0.5"},
		"with a name that looks like one": {`"<sip:2@192.0.2.2>\";" <sip:1@192.0.2.1>`, "sip:1@192.0.2.1", ""},
		"bare":                            {"sip:1@192.0.2.1 ;q=0.5", "sip:1@192.0.2.1", ";q=0.5"},
		"bare and alone":                  {"sip:1@192.0.2.1", "sip:1@192.0.2.1", ""},
		"a quote that does not end":       {`"sip:1@192.0.2.1`, `"sip:1@192.0.2.1`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if uri, params := SplitAddress(c.value); uri != c.uri || params != c.params {
				t.Errorf("got %q and %q", uri, params)
			}
		})
	}
}

func TestNextParam(t *testing.T) {
	for text, want := range map[string][]string{
		"":                    nil,
		";q=0.5;expires=60":   {"q", "0.5", "expires", "60"},
		" ; q = 0.5 ; ob ":    {"q", "0.5", "ob", ""},
		`;n="a;\";b=1";ob`:    {"n", `"a;\";b=1"`, "ob", ""},
		`;n="a quote;without`: {"n", `"a quote`, "without", ""},
	} {
		var got []string
		for rest := text; rest != ""; {
			var name, value string
			name, value, rest = NextParam(rest)
			got = append(got, name, value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q", text, got)
		}
	}
}

func TestLiteral(t *testing.T) {
	for host, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "[2001:db8::1]": "2001:db8::1", "2001:db8::1": "2001:db8::1", "::ffff:192.0.2.1": "::ffff:192.0.2.1",
		"": "invalid IP", "example.net": "invalid IP", "192.example.net": "invalid IP", "192.0.2": "invalid IP", "[::1": "::1", "[]": "invalid IP",
	} {
		if a, ok := Literal(host); a.String() != want || ok != a.IsValid() {
			t.Errorf("%q: %s", host, a)
		}
	}
}
