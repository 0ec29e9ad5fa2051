package registrar

import (
	"testing"

	"ringfence/sip"
)

func TestSameURI(t *testing.T) {
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		// The examples of RFC 3261 section 19.1.4.
		"escapes, case of host and of parameters": {"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp", true},
		"other parameters against none":           {"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
		"other parameters against each other":     {"sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true},
		"the order of parameters and headers":     {"sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true},
		"the order of headers":                    {"sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true},
		"case of the user":                        {"SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false},
		"the default port against none":           {"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false},
		"the default transport against none":      {"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
		"port and transport":                      {"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false},
		"a header against none":                   {"sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false},
		"a name against its address":              {"sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false},
		"both like a third, but not each other":   {"sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on", false},

		"another scheme":              {"sip:1@192.0.2.1", "sips:1@192.0.2.1", false},
		"another user":                {"sip:1@192.0.2.1", "sip:2@192.0.2.1", false},
		"a user against none":         {"sip:1@192.0.2.1", "sip:192.0.2.1", false},
		"another port":                {"sip:1@192.0.2.1:5060", "sip:1@192.0.2.1:5062", false},
		"a password against none":     {"sip:1:x@192.0.2.1", "sip:1@192.0.2.1", false},
		"a maddr against none":        {"sip:1@192.0.2.1;maddr=192.0.2.2", "sip:1@192.0.2.1", false},
		"a parameter without value":   {"sip:1@192.0.2.1;lr", "sip:1@192.0.2.1;lr", true},
		"IPv6 in two spellings":       {"sip:1@[2001:db8::1]:5060", "sip:1@[2001:DB8:0:0:0:0:0:1]:5060", true},
		"another IPv6 address":        {"sip:1@[2001:db8::1]", "sip:1@[2001:db8::2]", false},
		"an @ in a parameter":         {"sip:1@example.net;a=b@c", "sip:1@EXAMPLE.net;a=b@c", true},
		"a header with another value": {"sip:1@192.0.2.1?a=1", "sip:1@192.0.2.1?a=2", false},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := sip.ParseURI(c.a)
			if err != nil {
				t.Fatal(err)
			}
			b, err := sip.ParseURI(c.b)
			if err != nil {
				t.Fatal(err)
			}
			if sameURI(a, b) != c.want || sameURI(b, a) != c.want {
				t.Errorf("%s and %s: %v and %v, want %v", c.a, c.b, sameURI(a, b), sameURI(b, a), c.want)
			}
			partsOfA, _ := sip.SplitURI(c.a)
			if one := (contact{text: c.a, parts: partsOfA}); one.boundTo(c.b) != c.want {
				t.Errorf("a contact %s is taken for %s, or is not", c.a, c.b)
			}
			if !sameURI(a, a) || !sameURI(b, b) {
				t.Error("one is not like itself")
			}
		})
	}
}
