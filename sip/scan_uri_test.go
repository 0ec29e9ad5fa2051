package sip

import "testing"

func TestSplitURI(t *testing.T) {
	for _, c := range []struct {
		uri  string
		want URIParts
	}{
		{"sip:example.org", URIParts{Scheme: "sip", Host: "example.org"}},
		{"SIPS:al@example.org:5061", URIParts{Scheme: "sips", User: "al", Host: "example.org", Port: 5061}},
		{"sip:al:secret@192.0.2.1", URIParts{Scheme: "sip", User: "al:secret", Host: "192.0.2.1"}},
		{"sip:a%20b;c?d,e/f@h", URIParts{Scheme: "sip", User: "a%20b;c?d,e/f", Host: "h"}},
		{"sip:al@[2001:db8::1]:5060;transport=tcp?a=b", URIParts{Scheme: "sip", User: "al", Host: "[2001:db8::1]", Port: 5060, Rest: ";transport=tcp?a=b"}},
		{"sip:a@h;maddr=[::1]", URIParts{Scheme: "sip", User: "a", Host: "h", Rest: ";maddr=[::1]"}},
		{"sip:h;maddr=[::1]", URIParts{}},
		{"sip:h;LR;x=<", URIParts{}},
		{"sip:h;LR;x=@", URIParts{}},
		{"sip:h?a@b", URIParts{Scheme: "sip", User: "h?a", Host: "b"}},
		{"tel:+49301234567", URIParts{}},
		{"sip:", URIParts{}},
		{"sip:@h", URIParts{}},
		{"sip:a:@h", URIParts{}},
		{"sip://h", URIParts{}},
		{"sip:h:0", URIParts{}},
		{"sip:h:05060", URIParts{}},
		{"sip:h:655360", URIParts{}},
		{"sip:[::1", URIParts{}},
		{"sip:[fe80::1%25eth0]", URIParts{}},
		{"sip:ü@h", URIParts{}},
		{"", URIParts{}},
	} {
		t.Run(c.uri, func(t *testing.T) {
			got, ok := SplitURI(c.uri)
			if got != c.want || ok != (c.want != URIParts{}) {
				t.Errorf("got %+v, %t", got, ok)
			}
		})
	}
}

func FuzzSplitURI(f *testing.F) {
	f.Add("sip:a:b@[2001:db8::1]:5060;transport=tcp?a=b")
	f.Add("SIPS:h")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := SplitURI(s)
		if !ok {
			return
		}
		u, err := ParseURI(s)
		if err != nil {
			t.Fatalf("ParseURI refuses it: %v", err)
		}
		want := partsOf(u)
		if again, ok := SplitURI(got.String()); !ok || again != got {
			t.Fatalf("written and read again it is %+v", again)
		}
		if got.Rest = want.Rest; got != want { // the model's parameters are other text
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}
