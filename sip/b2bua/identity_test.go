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
		who  party
		want string
	}{
		"name and number":        {party{name: "Alice", number: "101"}, `"Alice" <sip:101@ringfence.test>`},
		"no name":                {party{name: "", number: "101"}, `<sip:101@ringfence.test>`},
		"quotes are escaped":     {party{name: `Al "Ace" \ Ice`, number: "101"}, `"Al \"Ace\" \\ Ice" <sip:101@ringfence.test>`},
		"letters of the world":   {party{name: "Åse Ærø", number: "101"}, `"Åse Ærø" <sip:101@ringfence.test>`},
		"line breaks are gone":   {party{name: "A\r\nTo: B", number: "101"}, `"ATo: B" <sip:101@ringfence.test>`},
		"a number with a hash":   {party{name: "Code", number: "#21"}, `"Code" <sip:%2321@ringfence.test>`},
		"a number with a star":   {party{name: "Code", number: "*21"}, `"Code" <sip:*21@ringfence.test>`},
		"bytes that are no text": {party{name: "A\xffB", number: "101"}, `"AB" <sip:101@ringfence.test>`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.who.asserted("ringfence.test").Value(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
