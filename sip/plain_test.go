package sip

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzPlain holds the short ways of reading a URI and parameters against the long
// ones.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{
		"sip:200@pbx.example.org;user=phone", "sips:[2001:db8::1]:5061;transport=tls;lr", "sip:a:b@c", "SIP:a@B;LR", "sip:a@b?x=y",
		";branch=z9hG4bK;rport", "; a = b ;c", ";a=b;A=c", `;a="b;c";d`, ";;a", ";a=", ";a=b=c", ";a,b", ";tag=1;", "sip:a@b;c;d=[1]", "sip:b;x=@y",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u, ok := (*kit)(nil).plainModel(s); ok {
			v, err := parseAnyURI(s)
			if got, want := fmt.Sprintf("%#v", u), fmt.Sprintf("%#v", v); err != nil || got != want {
				t.Errorf("%q: %v\n got %s\nwant %s", s, err, got, want)
			}
		}
		if s = trim(s); !strings.HasPrefix(s, ";") || strings.Contains(s, `"`) {
			return
		}
		if ps, ok := plainList(nil, s); ok {
			qs, err := parseEach(nil, s)
			if got, want := fmt.Sprint(ps), fmt.Sprint(qs); err != nil || got != want {
				t.Errorf("%q: %v\n got %s\nwant %s", s, err, got, want)
			}
		}
	})
}
