package sip

import (
	"slices"
	"strings"
	"testing"
)

func TestSessionTimer(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"usual", "Session-Expires: 1800;refresher=uas", "1800;refresher=uas"},
		{"in compact form", "x: 90", "90"},
		{"in capitals", "SESSION-EXPIRES: 90 ; Refresher=UAC ; other", "90;refresher=uac"},
		{"somebody unheard of refreshes", "x: 90;refresher=me", "90"},
		{"for ever", "x: 99999999999999999999", "2147483648"},
		{"none", "Subject: x", "none"},
		{"two", "x: 90\nx: 90", "none"},
		{"a word", "x: soon", "none"},
		{"a sign", "x: -90", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			timer, given := SessionTimerOf(with(t, c.fields))
			got := timer.Header().Value()
			if !given {
				got = "none"
			}
			same(t, "Session-Expires", got, c.want)
		})
	}
	for text, want := range map[string]string{"Min-SE: 120": "2m0s", "Min-SE: 120;a=b": "2m0s", "Min-SE: x": "0s", "Subject: x": "0s"} {
		same(t, text, MinSEOf(with(t, text)).String(), want)
	}
}

func TestReasons(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"usual", `Reason: SIP ;cause=200 ;text="Call completed elsewhere"`, `SIP;cause=200;text="Call completed elsewhere"`},
		{"two of a list and one alone", "Reason: Q.850;cause=16;text=\"a, b; c\", SIP;cause=480\nReason: FOO",
			`Q.850;cause=16;text="a, b; c" | SIP;cause=480 | FOO`},
		{"quotes within quotes", `Reason: SIP;text="say \"no\""`, `SIP;text="say \"no\""`},
		{"what cannot be read is left out", "Reason: ;cause=1, SIP;cause=x, SIP;cause=99999, SIP;cause=487", "SIP;cause=487"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for v := range Tokens(with(t, c.fields), "Reason") {
				if r, ok := ParseReason(v); ok {
					got = append(got, r.String())
				}
			}
			same(t, "reasons", strings.Join(got, " | "), c.want)
		})
	}
	same(t, "a text with a line break", Reason{Protocol: "SIP", Text: "a\r\nb\x00"}.Header().Value(), `SIP;text="ab"`)
}

func TestCaller(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"nobody vouches", "Subject: x", "nobody"},
		{"asserted", "P-Asserted-Identity: \"Al\" <sip:al@b>, <tel:+12015550123>", `"Al" <sip:al@b>`},
		{"asserted, not the other", "Remote-Party-ID: <sip:x@b>\nP-Asserted-Identity: tel:+12015550123", "<tel:+12015550123>"},
		{"the first cannot be read", "P-Asserted-Identity: <sip:>, <sip:al@b>", "<sip:al@b>"},
		{"by Remote-Party-ID", `Remote-Party-ID: "Bo" <sip:bo@b>;party=called, "Al" <sip:al@b>;party=calling;screen=yes`, `"Al" <sip:al@b>;party=calling;screen=yes`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := "nobody"
			if all := Callers(with(t, c.fields)); len(all) > 0 {
				got = all[0].String()
			}
			same(t, "caller", got, c.want)
		})
	}
}

func TestAnonymous(t *testing.T) {
	for _, c := range []struct {
		name, fields string
		want         bool
	}{
		{"nothing said", "Subject: x", false},
		{"id", "Privacy: id", true},
		{"id among others", "Privacy: critical;ID", true},
		{"with a comma", "Privacy: critical, id", true},
		{"none", "Privacy: none\nRemote-Party-ID: <sip:a@b>;privacy=full", false},
		{"history alone", "Privacy: history", false},
		{"Remote-Party-ID", "Remote-Party-ID: <sip:a@b>;privacy=full", true},
		{"of the called one", "Remote-Party-ID: <sip:a@b>;party=called;privacy=full", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Anonymous(with(t, c.fields)); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
	req := with(t, "Subject: x")
	req.From().Address.Host = "anonymous.invalid"
	if !Anonymous(req) {
		t.Error("From anonymous.invalid")
	}
	same(t, "Privacy", strings.Join(slices.Collect(Privacy(with(t, "Privacy: Header; id;;user"))), " "), "header id user")
}

func TestNumber(t *testing.T) {
	for uri, want := range map[string]string{
		"tel:+1-201-555-0123":                       "+12015550123",
		"tel:+1(201)555.0123;ext=22":                "+12015550123",
		"tel:7042;phone-context=example.com":        "7042",
		"tel:*21#;phone-context=+1":                 "*21#",
		"sip:+12015550123@b;user=phone":             "+12015550123",
		"sip:200@b":                                 "200",
		"sip:%2A98@b":                               "*98",
		"sip:+1-201-555-0123;npdi=yes@b;user=phone": "+12015550123",
		"sips:%23%3231@b":                           "#231",
		"tel:+":                                     "none",
		"tel:+1*2":                                  "none",
		"tel:1+2":                                   "none",
		"tel:;phone-context=b":                      "none",
		"sip:al@b":                                  "none",
		"sip:b":                                     "none",
		"mailto:1@b":                                "none",
		"tel:12٣4":                                  "none",
	} {
		u, err := ParseURI(uri)
		if err != nil {
			t.Fatal(uri, err)
		}
		got, ok := Number(u)
		if !ok {
			got = "none"
		}
		same(t, uri, got, want)
	}
}

func TestTokens(t *testing.T) {
	req := with(t, "k: timer, 100rel", "Supported: replaces", "Require: 100rel,  X, y", "Allow: INVITE, ACK,", "Require: x")
	same(t, "Supported", strings.Join(slices.Collect(Tokens(req, "Supported")), " "), "timer 100rel replaces")
	same(t, "unsupported", strings.Join(Unsupported(req, "100REL"), " "), "X y")
	for token, want := range map[string]bool{"100REL": true, "replaces": true, "path": false} {
		if HasToken(req, "supported", token) != want {
			t.Errorf("%s: %t", token, !want)
		}
	}
	if !HasToken(req, "Allow", "ACK") || HasToken(req, "Allow", "") {
		t.Error("Allow")
	}
}
