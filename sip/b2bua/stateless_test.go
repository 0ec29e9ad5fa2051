package b2bua

import (
	"testing"

	"ringfence/sip"
)

// parse makes a request of its lines.
func parse(t *testing.T, method, more string) *sip.Request {
	t.Helper()
	m, err := sip.Parse([]byte(method + " sip:102@ringfence.test SIP/2.0\r\n" +
		"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n" +
		"From: <sip:a@ringfence.test>;tag=1\r\nTo: <sip:102@ringfence.test>\r\n" +
		"Call-ID: 1\r\nCSeq: 1 " + method + "\r\n" + more + "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*sip.Request)
}

func TestStatelessAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		method, more string
		code         int
		header, want string
	}{
		"OPTIONS tells the methods":          {"OPTIONS", "", 200, "Allow", allowServer},
		"OPTIONS tells the body":             {"OPTIONS", "", 200, "Accept", "application/sdp"},
		"OPTIONS that has gone too far":      {"OPTIONS", "Max-Forwards: 0\r\n", 483, "", ""},
		"OPTIONS that needs what nobody has": {"OPTIONS", "Require: a, b\r\nRequire: c\r\n", 420, "Unsupported", "a, b, c"},
		"SUBSCRIBE finds no package":         {"SUBSCRIBE", "", 489, "Allow-Events", ""},
		"PUBLISH finds no package":           {"PUBLISH", "", 489, "Allow-Events", ""},
		"MESSAGE is not taken":               {"MESSAGE", "", 405, "Allow", allowOutside},
		"REFER outside a dialog":             {"REFER", "", 405, "Allow", allowOutside},
		"BYE outside a dialog":               {"BYE", "", 481, "", ""},
		"PRACK outside a dialog":             {"PRACK", "", 481, "", ""},
		"a method that nobody knows":         {"DANCE", "", 501, "Allow", allowOutside},
		"methods are case-sensitive":         {"options", "", 501, "Allow", allowOutside},
		"INFO outside a dialog is nobody":    {"INFO", "", 481, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			res := stateless(parse(t, c.method, c.more))
			if res.StatusCode != c.code {
				t.Errorf("got %d, want %d", res.StatusCode, c.code)
			}
			if c.header == "" {
				return
			}
			if h := res.GetHeader(c.header); h == nil || h.Value() != c.want {
				t.Errorf("%s is %v, want %q", c.header, h, c.want)
			}
		})
	}
}

func TestBrokenInvites(t *testing.T) {
	const contact = "Contact: <sip:a@192.0.2.1>\r\n"
	for name, c := range map[string]struct {
		more string
		code int // 0: it may pass
	}{
		"a good one":                      {contact, 0},
		"no Contact":                      {"", 400},
		"a Contact that is a star":        {"Contact: *\r\n", 400},
		"no hops left":                    {contact + "Max-Forwards: 0\r\n", 483},
		"one hop left":                    {contact + "Max-Forwards: 1\r\n", 0},
		"an extension is needed":          {contact + "Require: precondition\r\n", 420},
		"one that we have is needed":      {contact + "Require: 100rel\r\n", 0},
		"a proxy's extension is not ours": {contact + "Proxy-Require: sec-agree\r\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := 0
			if res := broken(parse(t, "INVITE", c.more)); res != nil {
				got = res.StatusCode
			}
			if got != c.code {
				t.Errorf("got %d, want %d", got, c.code)
			}
		})
	}
}

func TestUnsupportedNamesAllExtensions(t *testing.T) {
	res := unsupported(parse(t, "INVITE", "Require: path, timer, gruu\r\nRequire: outbound\r\n"))
	if got := res.GetHeader("Unsupported").Value(); got != "path, gruu, outbound" {
		t.Errorf("got %q", got)
	}
}

func TestHopsLeft(t *testing.T) {
	for more, want := range map[string]uint32{"": 70, "Max-Forwards: 70\r\n": 69, "Max-Forwards: 1\r\n": 0, "Max-Forwards: 255\r\n": 70} {
		if got := hopsLeft(parse(t, "INVITE", more)); got != want {
			t.Errorf("%q leaves %d, want %d", more, got, want)
		}
	}
}

// A call that comes back to us over a trunk, again and again, ends so.
func TestNoHopIsGivenToACallThatHasNone(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(`
		alice > INVITE 102 hops=1
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 486
		alice < 486
		carol > INVITE 070305052 hops=1
		trunk < INVITE "Carol" +4511111103 sendrecv
		trunk > 486
		carol < 486`)
	w.finish()
	for _, name := range []string{"bob", "trunk"} {
		if got := w.handsets[name].initial.MaxForwards().Val(); got != 0 {
			t.Errorf("%s may send it on %d times", name, got)
		}
	}
}
