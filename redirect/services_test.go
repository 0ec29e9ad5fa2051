package redirect

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// services are all that we can speak to.
var services = []struct {
	name, service, path string
	speak               func(*standIn, *http.Request, []byte) (int, string)
	key                 func(phone.MAC) string // what a device is called there
	noURL               bool                   // it does not say where it sends a device
	blind               bool                   // it does not tell what is somebody else's
}{
	{"Snom", phone.RedirectSnom, "/xmlrpc/", speakXML(snomMethods), upper, false, false},
	{"Snom SRAPS", phone.RedirectSnom, "/api/v1/", speakSRAPS("setting_server"), lower, false, false},
	{"Yealink RPS", phone.RedirectYealink, "/xmlrpc", speakXML(yealinkMethods), lower, true, false},
	{"Yealink YMCS", phone.RedirectYealink, "", speakYMCS, lower, false, true},
	{"Grandstream GAPS", phone.RedirectGrandstream, "/api/provision", speakGAPS, upper, true, false},
	{"Grandstream GDMS", phone.RedirectGrandstream, "/oapi", speakGDMS, colons, true, true},
	{"Gigaset", phone.RedirectGigaset, "/apxml/rpc.do", speakXML(gigasetMethods), upper, true, true},
	{"Gigaset GRAPE", phone.RedirectGigaset, "/api/v1/", speakSRAPS("ProvisioningServer"), lower, false, false},
}

func upper(m phone.MAC) string { return string(m) }
func lower(m phone.MAC) string { return strings.ToLower(string(m)) }

const desk phone.MAC = "000413AB0001"

const (
	first  = "https://prov.example/first-token/"
	second = "https://prov.example/second-token/"
)

// each plays with every service.
func each(t *testing.T, play func(t *testing.T, s *standIn, to Redirector, i int)) {
	for i, c := range services {
		t.Run(c.name, func(t *testing.T) {
			s := newStandIn(t, c.speak, c.path)
			to, err := Open(c.service, s.account)
			if err != nil {
				t.Fatal(err)
			}
			play(t, s, to, i)
		})
	}
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func TestADeviceIsRegisteredAndTakenAway(t *testing.T) {
	each(t, func(t *testing.T, s *standIn, to Redirector, i int) {
		ctx, c := t.Context(), services[i]
		status := func(what string, registered bool, url string) {
			t.Helper()
			got, err := to.Status(ctx, desk)
			must(t, what, err)
			if c.noURL {
				url = ""
			}
			if want := (State{registered, url}); got != want {
				t.Errorf("%s: %+v, want %+v", what, got, want)
			}
		}
		if c.name != "Grandstream GAPS" { // there is no other way to ask than to register
			status("before", false, "")
		}
		must(t, "register", to.Register(ctx, desk, "S1", first))
		status("registered", true, first)
		must(t, "register once more", to.Register(ctx, desk, "S1", second))
		status("sent elsewhere", true, second)
		must(t, "take away", to.Unregister(ctx, desk))
		if is := s.has(c.key(desk)); is != "" {
			t.Errorf("it is still there: %s", is)
		}
		if err := to.Unregister(ctx, desk); err != nil && !is(err, Unknown, Malformed) {
			t.Errorf("take away once more: %v", err)
		}
	})
}

func TestADeviceOfSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, s *standIn, to Redirector, i int) {
		c := services[i]
		s.put(c.key(desk), elsewhere)
		if err := to.Register(t.Context(), desk, "S1", first); !is(err, Owned) {
			t.Errorf("register: %v", err)
		}
		if is := s.has(c.key(desk)); is != elsewhere {
			t.Errorf("it was taken: %s", is)
		}
		if _, err := to.Status(t.Context(), desk); !c.blind && !is(err, Owned) || c.blind && err != nil {
			t.Errorf("status: %v", err)
		}
	})
}

func TestWhatGoesWrong(t *testing.T) {
	for name, c := range map[string]struct {
		how  http.HandlerFunc
		kind Kind
		text string
	}{
		"it is broken":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, Temporary, "answered 500"},
		"it wants a rest":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, Temporary, "answered 429"},
		"it does not let in": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, Credentials, "the service refuses our credentials"},
		"it says nonsense": {func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<html>" + r.URL.String())) },
			Temporary, "the answer is not what was expected"},
		"it leads elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/", http.StatusTemporaryRedirect)
		}, Temporary, "answered 307"},
		"it hangs up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Temporary, "the connection was broken"},
		"it hangs":    {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Temporary, "no answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *standIn, to Redirector, _ int) {
				s.breaks(c.how)
				ctx := t.Context()
				if name == "it hangs" {
					ending, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
					defer cancel()
					ctx = ending
				}
				err := to.Register(ctx, desk, "S1", first)
				if got := kindOf(err); err == nil || got != c.kind || err.Error() != c.text && c.kind == Temporary {
					t.Errorf("kind %d, %v; want kind %d, %s", got, err, c.kind, c.text)
				}
				secretFree(t, err)
			})
		})
	}
}

// secretFree holds an error against what nobody may read in it.
func secretFree(t *testing.T, err error) {
	t.Helper()
	for _, word := range []string{password, secret, "token", "http"} {
		if err != nil && strings.Contains(err.Error(), word) {
			t.Errorf("%q has %q in it", err, word)
		}
	}
}

func TestWrongCredentials(t *testing.T) {
	for _, c := range services {
		s := newStandIn(t, c.speak, c.path)
		s.account.Password = "wrong-secret"
		to, err := Open(c.service, s.account)
		must(t, c.name, err)
		err = to.Register(t.Context(), desk, "S1", first)
		if !is(err, Credentials) || strings.Contains(err.Error(), "wrong-secret") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestHabitsOfServices(t *testing.T) {
	open := func(i int) (*standIn, Redirector) {
		c := services[i]
		s := newStandIn(t, c.speak, c.path)
		to, err := Open(c.service, s.account)
		must(t, c.name, err)
		return s, to
	}
	calls := func(s *standIn, want ...string) {
		t.Helper()
		if got := s.told(); !slices.Equal(got, want) {
			t.Errorf("called\n%q, want\n%q", got, want)
		}
	}
	s, to := open(2)
	must(t, "Yealink", to.Register(t.Context(), desk, "", first))
	must(t, "Yealink", to.Register(t.Context(), "000413AB0002", "", second))
	calls(s,
		"redirect.addServer ringfence https://prov.example/", // without the token
		"redirect.registerDeviceWithUniqueUrl 000413ab0001 ringfence "+first+" 0",
		"redirect.registerDeviceWithUniqueUrl 000413ab0002 ringfence "+second+" 0")
	s.servers = map[string]bool{}
	if err := to.Register(t.Context(), desk, "", first); !is(err, Refused) {
		t.Errorf("a server that was deleted: %v", err)
	}
	must(t, "Yealink makes it anew", to.Register(t.Context(), desk, "", first))

	s, to = open(6)
	must(t, "Gigaset", to.Register(t.Context(), desk, "AB12", first))
	must(t, "Gigaset", to.Register(t.Context(), "000413AB0002", "a real serial", first))
	calls(s, "autoprov.registerDevice 000413AB0001-AB12 "+first+" ringfence", "autoprov.registerDevice 000413AB0002 "+first+" ringfence")

	for _, i := range []int{3, 5} {
		if _, to = open(i); !errors.Is(to.Register(t.Context(), desk, "", first), errSerial) {
			t.Errorf("%s does not ask for the serial", services[i].name)
		}
	}
	if _, to = open(5); kindOf(to.Register(t.Context(), desk, "wrong", first)) != Malformed {
		t.Error("GDMS takes a wrong serial")
	}

	s, to = open(1)
	must(t, "SRAPS", to.Register(t.Context(), desk, "", first))
	must(t, "SRAPS", to.Register(t.Context(), desk, "", second))
	device := "PUT /api/v1/companies/9/endpoints/000413ab0001"
	calls(s, "GET /api/v1/settings/", "GET /api/v1/settings/", "GET /api/v1/tokens/acme", "GET /api/v1/companies/9", device, device)
}

func TestAccountsThatAreNotComplete(t *testing.T) {
	for name, c := range map[string]struct {
		service string
		account Account
		says    string
	}{
		"no URL":              {phone.RedirectSnom, Account{User: user, Password: password}, "URL"},
		"credentials in it":   {phone.RedirectSnom, Account{URL: "https://u:p@snom.example/", User: user, Password: password}, "URL"},
		"no password":         {phone.RedirectSnom, Account{URL: "https://snom.example/", User: user}, "password"},
		"no service":          {"mitel", Account{URL: "https://rcs.example/", User: user, Password: password}, "mitel"},
		"a name with a space": {phone.RedirectYealink, Account{URL: "https://y.example/xmlrpc", User: user, Password: password, Name: "a b"}, "name"},
		"no provider":         {phone.RedirectGigaset, Account{URL: "https://g.example/rpc.do", User: user, Password: password}, "provider"},
		"no site":             {phone.RedirectGrandstream, Account{URL: "https://g.example/oapi", User: user, Password: password, ID: "1", Secret: secret}, "site"},
	} {
		_, err := Open(c.service, c.account)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), password) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWordsOfAService(t *testing.T) {
	for text, want := range map[string]string{
		"Error:quota_exceeded":                 "the service refuses: quota_exceeded",
		"url_wrong:https://prov.example/token": "the service refuses: url_wrong",
		"https://prov.example/token":           "the service refuses",
		"":                                     "the service refuses",
		"<b>no</b>":                            "the service refuses: bno",
		strings.Repeat("x", 100):               "the service refuses: " + strings.Repeat("x", maxCode),
	} {
		if got := refused(text).Error(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzMethodResponse(f *testing.F) {
	f.Add([]byte(`<methodResponse><params><param><value><array><data><value><boolean>1</boolean></value><value>Ok</value></data></array></value></param></params></methodResponse>`))
	f.Add([]byte(`<methodResponse><params><param><value><boolean>1</boolean></value></param></params></methodResponse>`))
	f.Add([]byte(`<methodResponse><fault><value><struct/></value></fault></methodResponse>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := methodResponse(body)
		if err != nil && (v.ok || kindOf(err) != Temporary) {
			t.Errorf("%+v, %v", v, err)
		}
		if err := snomCases.judge(v); err != nil && len(err.Error()) > 100 {
			t.Errorf("says too much: %s", err)
		}
	})
}

// The hash is that of the example of Hawk's own documentation, and the mac is from:
// printf 'hawk.1.header\n1353832234\nj4h3g2\nPOST\n/resource/1?b=1&a=2\nexample.com\n8000\nYi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=\n\n' |
// openssl dgst -sha256 -hmac werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn -binary | base64
func TestHawk(t *testing.T) {
	h := hawk{id: "dh37fgj492je", key: "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn",
		now: func() time.Time { return time.Unix(1353832234, 0) }, nonce: func() string { return "j4h3g2" }}
	body := []byte("Thank you for flying Hawk")
	r, err := request(t.Context(), http.MethodPost, "http://example.com:8000/resource/1?b=1&a=2", "text/plain; charset=utf-8", body)
	must(t, "request", err)
	h.sign(r, body)
	want := `Hawk id="dh37fgj492je", ts="1353832234", nonce="j4h3g2", hash="Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=", mac="xMQacUaeJiezHpLu67V4Zc90BK53KGSS4VNYp2M3E3o="`
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
