package registrar

import (
	"strings"
	"testing"
	"time"
)

func TestQValue(t *testing.T) {
	for text, want := range map[string]int{
		"0": 0, "0.": 0, "0.0": 0, "0.000": 0, "0.5": 500, "0.05": 50, "0.123": 123, "1": 1000, "1.": 1000, "1.000": 1000,
		"": -1, "2": -1, "1.001": -1, "0.1234": -1, "-0.1": -1, ".5": -1, "0,5": -1, "0.5x": -1, "00.5": -1, "0.5.5": -1,
	} {
		got, ok := parseQ(text)
		if ok != (want >= 0) || ok && int(got) != want {
			t.Errorf("q=%s is %d, %v; want %d", text, got, ok, want)
		}
	}
	for q, want := range map[uint16]string{0: "0", 5: "0.005", 50: "0.05", 500: "0.5", 999: "0.999"} {
		if got := string(appendQ(nil, q)); got != want {
			t.Errorf("%d is written %s, want %s", q, got, want)
		}
	}
}

func TestLifetime(t *testing.T) {
	usual := newWorld(nil).Registrar
	odd := New(Config{MinExpires: 2 * time.Hour, MaxExpires: 3 * time.Hour, DefaultExpires: time.Hour})
	for name, c := range map[string]struct {
		r       *Registrar
		expires string
		want    time.Duration
	}{
		"none is the default":                           {usual, "", time.Hour},
		"zero removes":                                  {usual, "0", 0},
		"what is asked for":                             {usual, "600", 10 * time.Minute},
		"what is too brief is judged elsewhere":         {usual, "1", time.Second},
		"what is too long is cut":                       {usual, "7201", 2 * time.Hour},
		"more than 32 bits is cut":                      {usual, "4294967296", 2 * time.Hour},
		"a word counts as an hour":                      {usual, "soon", time.Hour},
		"a negative number counts as an hour":           {usual, "-1", time.Hour},
		"the default is never too brief":                {odd, "", 2 * time.Hour},
		"what cannot be read is never too brief either": {odd, "soon", 2 * time.Hour},
	} {
		if got := time.Duration(c.r.lifetime(c.expires)) * time.Second; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestInstance(t *testing.T) {
	for name, c := range map[string]struct{ value, want string }{
		"in quotes":              {`"<urn:uuid:1>"`, "<urn:uuid:1>"},
		"bare":                   {`urn:uuid:1`, "urn:uuid:1"},
		"with an escape":         {`"a\"b"`, ""},
		"with a control":         {"\"a\x01b\"", ""},
		"longer than any device": {`"` + strings.Repeat("x", 257) + `"`, ""},
		"empty":                  {`""`, ""},
	} {
		if got := instance(c.value); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAUserAgentIsCutAndCleaned(t *testing.T) {
	for name, c := range map[string]struct{ value, want string }{
		"plain":               {"ExamplePhone/1.0 (desk)", "ExamplePhone/1.0 (desk)"},
		"controls are gone":   {"a\x00\x1b[31mb\u202ec", "a[31mbc"},
		"broken UTF-8 goes":   {"a\xffb", "ab"},
		"cut at 256 bytes":    {strings.Repeat("x", 300), strings.Repeat("x", 256)},
		"cut between letters": {strings.Repeat("x", 255) + "ø", strings.Repeat("x", 255)},
	} {
		if got := printable(c.value, maxUserAgent); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatIsTooLongIsRefused(t *testing.T) {
	w := newWorld(nil)
	f := flow("udp", "127.0.0.1:40000")
	for name, short := range map[string]string{
		"a contact": "Contact: <sip:" + strings.Repeat("x", maxURI) + "@192.0.2.10>",
		"a Call-ID": "Call-ID: " + strings.Repeat("x", maxCallID+1),
	} {
		if res := w.ask(t, "desk", f, 1, "REGISTER sip:example.net\n"+short); res.StatusCode != 400 {
			t.Errorf("%s: %d %s", name, res.StatusCode, res.Reason)
		}
	}
	if s := w.Stats(); s.Entries != 0 {
		t.Errorf("%+v", s)
	}
}
