package b2bua

import (
	"testing"

	"ringfence/sip"
)

func TestDialled(t *testing.T) {
	for name, c := range map[string]struct{ uri, want string }{
		"a plain number":                     {"sip:102@ringfence.test", "102"},
		"an escaped star":                    {"sip:%2a21@ringfence.test", "*21"},
		"an escaped hash":                    {"sip:%2321%23@ringfence.test", "#21#"},
		"a phone-context is no part of it":   {"sip:102;phone-context=ringfence.test@ringfence.test", "102"},
		"a broken escape stays as it is":     {"sip:10%zz@ringfence.test", "10%zz"},
		"escaped line breaks are left out":   {"sip:10%0d%0a2@ringfence.test", "102"},
		"escaped bytes that are no UTF-8":    {"sip:10%ff2@ringfence.test", "102"},
		"no user part":                       {"sip:ringfence.test", ""},
		"what nobody can dial is cut at 64":  {"sip:" + long("1", 100) + "@ringfence.test", long("1", 64)},
		"the cut leaves no half a character": {"sip:" + long("1", 63) + "%c3%a9@ringfence.test", long("1", 63)},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := sip.ParseURI(c.uri)
			if err != nil {
				t.Fatal(err)
			}
			if got := dialled(u); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func long(s string, n int) string {
	var b []byte
	for range n {
		b = append(b, s...)
	}
	return string(b)
}

func TestAssertedIdentity(t *testing.T) {
	for name, c := range map[string]struct {
		who  identity
		want string
	}{
		"name and number":        {identity{"Alice", "101", "ringfence.test"}, `"Alice" <sip:101@ringfence.test>`},
		"no name":                {identity{"", "101", "ringfence.test"}, `<sip:101@ringfence.test>`},
		"quotes are escaped":     {identity{`Al "Ace" \ Ice`, "101", "ringfence.test"}, `"Al \"Ace\" \\ Ice" <sip:101@ringfence.test>`},
		"letters of the world":   {identity{"Åse Ærø", "101", "ringfence.test"}, `"Åse Ærø" <sip:101@ringfence.test>`},
		"line breaks are gone":   {identity{"A\r\nTo: B", "101", "ringfence.test"}, `"ATo: B" <sip:101@ringfence.test>`},
		"a number with a hash":   {identity{"Code", "#21", "ringfence.test"}, `"Code" <sip:%2321@ringfence.test>`},
		"a number with a star":   {identity{"Code", "*21", "ringfence.test"}, `"Code" <sip:*21@ringfence.test>`},
		"bytes that are no text": {identity{"A\xffB", "101", "ringfence.test"}, `"AB" <sip:101@ringfence.test>`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.who.asserted().Value(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
