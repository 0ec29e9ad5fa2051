package door

import (
	"regexp"
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/sip"
)

// The two ways to answer say the same.
func TestWhatIsAnswered(t *testing.T) {
	const sha, md5 = `WWW-Authenticate: Digest realm="example.net", nonce="N", algorithm=SHA-256, qop="auth"`, `WWW-Authenticate: Digest realm="example.net", nonce="N", algorithm=MD5, qop="auth"`
	for name, c := range map[string]struct {
		value  func(*testing.T, *house) string
		agent  string
		status string
		fields []string
	}{
		"a challenge, the strong algorithm first": {nil, "snomD785", "401 Unauthorized", []string{sha, md5}},
		"a challenge to an old client":            {nil, "Old v1.2", "401 Unauthorized", []string{md5}},
		"a nonce that was used": {func(t *testing.T, h *house) string {
			value := signature{}.value(t, h)
			h.Authenticate(sip.OutlineOf(request(t, "REGISTER", "Call-ID: 2", value)), home)
			return value
		}, "", "401 Unauthorized", []string{sha + ", stale=true", md5 + ", stale=true"}},
		"credentials that cannot be read": {func(*testing.T, *house) string { return "Digest x" }, "", "400 Malformed Authorization", nil},
		"credentials for another request": {signature{uri: "sip:example.org"}.value, "", "400 Authorization Is for Another Request", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.MD5Only = []string{"Old v1."}
			var values []string
			if c.value != nil {
				values = append(values, c.value(t, h))
			}
			req := request(t, "REGISTER", "User-Agent: "+c.agent, values...)
			o := sip.OutlineOf(req)
			_, r := h.Authenticate(o, home)
			text := string(h.appendAnswer(nil, o, home, r))
			_, res := h.AuthenticateRequest(req, home)
			for way, text := range map[string]string{"outline": text, "model": res.String()} {
				if got, fields := read(text); got != "SIP/2.0 "+c.status || strings.Join(fields, "\n") != strings.Join(c.fields, "\n") {
					t.Errorf("%s: got %s\n%s", way, got, strings.Join(fields, "\n"))
				}
				if !strings.HasSuffix(text, "\r\nContent-Length: 0\r\n\r\n") || strings.Count(text, "\r\n\r\n") != 1 {
					t.Errorf("%s: %q does not end as a message", way, text)
				}
			}
		})
	}
}

// read is the status line of a response and its challenges without their nonces.
func read(text string) (status string, challenges []string) {
	nonce := regexp.MustCompile(`nonce="[^"]{32}"`)
	for line := range strings.SplitSeq(text, "\r\n") {
		switch {
		case status == "":
			status = line
		case strings.HasPrefix(line, "WWW-"):
			challenges = append(challenges, nonce.ReplaceAllString(line, `nonce="N"`))
		}
	}
	return status, challenges
}

func TestTheOtherAnswers(t *testing.T) {
	h := newHouse()
	for r, want := range map[Result]string{Refused: "403 Forbidden", Unjudged: "500 Server Internal Error"} {
		if got, _ := read(string(h.appendAnswer(nil, register(t), home, r))); got != "SIP/2.0 "+want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	req := request(t, "INVITE", "")
	a := h.Book.ByUsername("desk")
	if res := h.AdmitRequest(t.Context(), req, a, home, phone.ViaCall); res != nil {
		t.Errorf("at home: %d", res.StatusCode)
	}
	if res := h.AdmitRequest(t.Context(), req, a, away, phone.ViaCall); res == nil || res.StatusCode != 403 {
		t.Errorf("away: %v", res)
	}
}

// Whatever stands in the header, only the password proves the phone.
func FuzzAuthenticate(f *testing.F) {
	for _, s := range []string{
		`Digest username="desk", realm="example.net", nonce="n", uri="sip:example.net", response="00", algorithm=MD5, qop=auth, cnonce="c", nc=00000001`,
		`Digest username="desk",realm="example.net",nonce="",uri="sip:example.net",response=""`, `Basic x`, `Digest `,
	} {
		f.Add(s, "sip:example.net", "User")
	}
	h := newHouse()
	f.Fuzz(func(t *testing.T, value, target, agent string) {
		o := register(t)
		o.Authorization, o.Text, o.UserAgent = []string{value}, target, agent
		if u, ok := sip.SplitURI(target); ok {
			o.URI = u
		}
		who, r := h.Authenticate(o, home)
		if who != (phone.Identity{}) || r == Proven {
			t.Fatalf("%q proves %v", value, who)
		}
		if text := string(h.appendAnswer(nil, o, home, r)); strings.Count(text, "\r\n\r\n") != 1 {
			t.Errorf("answered %q", text)
		}
	})
}
