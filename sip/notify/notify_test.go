package notify

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

const desk phone.ID = "aaaaaaaaaaaaaaaaaaaaaaaa"

// world is a notifier and the phone desk, with as many bindings as a test says.
type world struct {
	*Notifier
	t        *testing.T
	at       netip.AddrPort
	bindings []phone.Binding

	mu    sync.Mutex // guards heard
	heard []string   // the requests, as they came
}

func newWorld(t *testing.T, m phone.Model) *world {
	w := &world{t: t}
	book := phone.NewBook("ringfence.test", []int{1})
	m.ID = "bbbbbbbbbbbbbbbbbbbbbbbb"
	book.PutModel(&m)
	book.PutPhone(&phone.Phone{
		ID: desk, PBXCluster: 1, Model: m.ID, Username: "user", Password: "secret",
		Old: []phone.OldCredentials{{Username: "olduser", Password: "oldsecret", Until: time.Now().Add(time.Hour)}},
	})
	w.Notifier = New(Config{
		Stack: w.stack(nil), Book: book, Domain: "ringfence.test",
		Bindings: func(phone.ID) []phone.Binding { return w.bindings },
	})
	var err error
	if w.at, err = w.Stack.Listen("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) stack(h sip.Handler) *sip.Stack {
	s := sip.New(sip.Config{Handler: h, Workers: 1})
	w.t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			w.t.Error(err)
		}
	})
	return s
}

// suspicious binds a device that wants the request signed with its own
// credentials.
func (w *world) suspicious(username, password string, code int) *phone.Binding {
	return w.bind("udp", func(req *sip.Request, f sip.Flow) {
		asks, has := "WWW-Authenticate", "Authorization"
		if code == 407 {
			asks, has = "Proxy-Authenticate", "Proxy-Authorization"
		}
		res := sip.Reply(req, code, "Who Asks", sip.NewHeader(asks, `Digest realm="desk", nonce="n1", algorithm=MD5, qop="auth"`))
		if h := req.GetHeader(has); h != nil {
			c, err := digest.ParseCredentials(h.Value())
			if err == nil && c.Verify(digest.HA1(digest.MD5, username, "desk", password), "NOTIFY") && c.URI == req.Recipient.String() {
				res = sip.Reply(req, 200, "OK")
			}
		}
		if err := f.Reply(res); err != nil {
			w.t.Error(err)
		}
	})
}

// register binds a device over UDP or TCP that answers with these statuses; none
// is silence.
func (w *world) register(network string, codes ...int) *phone.Binding {
	w.t.Helper()
	return w.bind(network, func(req *sip.Request, f sip.Flow) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.heard = append(w.heard, req.String())
		for _, code := range codes {
			if err := f.Reply(sip.Reply(req, code, "As the Test Says")); err != nil {
				w.t.Error(err)
			}
		}
	})
}

// bind binds a device.
func (w *world) bind(network string, serve sip.Handler) *phone.Binding {
	w.t.Helper()
	device := w.stack(serve)
	at, err := device.Listen(network, "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	b := phone.Binding{
		Phone: desk, Username: "user", Contact: "sip:user@" + at.String() + ";line=1?Subject=none",
		Transport: network, Target: at, Remote: at,
	}
	if network == "udp" {
		b.Local = w.at
	}
	w.bindings = append(w.bindings, b)
	return &w.bindings[len(w.bindings)-1]
}

// said is the one request that a device got.
func (w *world) said() string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.heard) != 1 {
		w.t.Fatalf("heard %q", w.heard)
	}
	return w.heard[0]
}

var snom = phone.Model{Brand: "SNOM", Capabilities: phone.ModelCapabilities{SIPConfigReload: true}}

func TestTheWholeRequest(t *testing.T) {
	w := newWorld(t, snom)
	b := w.register("udp", 200)
	if err := w.Reload(t.Context(), desk); err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(branch=z9hG4bK|tag=|Call-ID: )[A-Z2-7]{26}`).ReplaceAllString(w.said(), "${1}*")
	want := strings.ReplaceAll(`NOTIFY sip:user@DEVICE;line=1 SIP/2.0
Via: SIP/2.0/UDP SERVER;branch=z9hG4bK*;rport=PORT;received=127.0.0.1
Max-Forwards: 70
From: <sip:user@ringfence.test>;tag=*
To: <sip:user@ringfence.test>
Call-ID: *
CSeq: 1 NOTIFY
Contact: <sip:user@SERVER;transport=udp>
Event: check-sync;reboot=false
Subscription-State: terminated
Content-Length: 0

`, "\n", "\r\n")
	_, port, _ := strings.Cut(w.at.String(), ":")
	want = strings.NewReplacer("DEVICE", b.Target.String(), "SERVER", w.at.String(), "PORT", port).Replace(want)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The request goes to where the REGISTER came from all the same.
func TestThePathOfAPhoneIsTheRouteToIt(t *testing.T) {
	w := newWorld(t, snom)
	w.register("udp", 200).Path = "<sip:edge.example.net;lr>, <sip:10.1.1.1;lr>"
	if err := w.Reload(t.Context(), desk); err != nil {
		t.Fatal(err)
	}
	if got := w.said(); !strings.Contains(got, "Route: <sip:edge.example.net;lr>\r\nRoute: <sip:10.1.1.1;lr>\r\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestAPhoneIsAddressedAsItRegistered(t *testing.T) {
	w := newWorld(t, snom)
	w.register("udp", 200).Username = "olduser"
	if err := w.Reload(t.Context(), desk); err != nil {
		t.Fatal(err)
	}
	if got := w.said(); !strings.Contains(got, "To: <sip:olduser@ringfence.test>") {
		t.Errorf("got\n%s", got)
	}
}

func TestWhatBecomesOfIt(t *testing.T) {
	const silent, refused = "SIP phone did not answer", "SIP phone refused with status "
	for name, c := range map[string]struct {
		register func(*world)
		want     string // "" is success
	}{
		"it says yes":                        {func(w *world) { w.register("udp", 200) }, ""},
		"it says yes over TCP":               {func(w *world) { w.register("tcp", 200) }, ""},
		"it says yes in the end":             {func(w *world) { w.register("udp", 100, 202) }, ""},
		"it is offline":                      {func(*world) {}, "SIP phone is offline"},
		"it is silent":                       {func(w *world) { w.register("udp") }, silent},
		"it only says that it tries":         {func(w *world) { w.register("udp", 100) }, silent},
		"it asks back without a challenge":   {func(w *world) { w.register("udp", 401) }, refused + "401"},
		"it wants to know who asks":          {func(w *world) { w.suspicious("user", "secret", 401) }, ""},
		"it wants to know it as a proxy":     {func(w *world) { w.suspicious("user", "secret", 407) }, ""},
		"it has other credentials":           {func(w *world) { w.suspicious("user", "another", 401) }, refused + "401"},
		"it has its old credentials still":   {func(w *world) { w.suspicious("olduser", "oldsecret", 401).Username = "olduser" }, ""},
		"it does not know the event":         {func(w *world) { w.register("udp", 489) }, refused + "489"},
		"it points elsewhere":                {func(w *world) { w.register("udp", 302) }, refused + "302"},
		"one contact is a leftover":          {func(w *world) { w.register("udp"); w.register("udp", 200) }, ""},
		"one contact refuses":                {func(w *world) { w.register("udp", 200); w.register("udp", 481) }, ""},
		"one is silent and one refuses":      {func(w *world) { w.register("udp"); w.register("udp", 481) }, refused + "481"},
		"its connection is gone":             {func(w *world) { w.register("tcp", 200).Target = nowhere() }, silent},
		"its contact cannot be asked at all": {func(w *world) { w.register("udp", 200).Contact = "sip:" }, silent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, snom)
			c.register(w)
			if strings.Contains(c.want, "answer") || strings.Contains(name, "silent") {
				w.Patience = 100 * time.Millisecond
			}
			told(t, w.Reboot(t.Context(), desk), "reboot", c.want)
			if got := w.Stats(); got != counted(c.want) {
				t.Errorf("counted %+v", got)
			}
		})
	}
}

// counted is what an outcome adds to the counters.
func counted(outcome string) (s Stats) {
	switch {
	case outcome == "":
		s.Accepted++
	case strings.Contains(outcome, "refused"):
		s.Refused++
	case strings.Contains(outcome, "answer"):
		s.Silent++
	}
	return s
}

// nowhere is an address at which nobody listens.
func nowhere() netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:1") }

// told compares an error; "" is none.
func told(t *testing.T, err error, key, text string) {
	t.Helper()
	var e *phone.Error
	switch {
	case text == "" && err != nil:
		t.Errorf("got %v", err)
	case text == "":
	case !errors.As(err, &e) || e.Kind != phone.Conflict || e.Key != key || e.Text != text:
		t.Errorf("got %v, want %s: %s", err, key, text)
	}
}

func TestEventsByModel(t *testing.T) {
	const unsupported = ""
	for name, c := range map[string]struct {
		model          phone.Model
		reload, reboot string
	}{
		"Snom desk phone":  {phone.Model{Brand: "SNOM"}, "check-sync;reboot=false", "check-sync;reboot=true"},
		"Snom DECT base":   {base("SNOM"), "check-sync;reboot=true", "check-sync;reboot=true"},
		"Yealink":          {phone.Model{Brand: "YEALINK"}, "check-sync;reboot=false", "check-sync;reboot=true"},
		"Cisco":            {phone.Model{Brand: "CISCO"}, "resync", "reboot"},
		"Mitel":            {phone.Model{Brand: "MITEL"}, "check-sync", "check-sync"},
		"Grandstream":      {phone.Model{Brand: "GRANDSTREAM"}, "check-sync", "check-sync;reboot=true"},
		"Gigaset base":     {base("GIGASET"), "check-sync", unsupported},
		"a brand unknown":  {phone.Model{Brand: "ACME"}, unsupported, unsupported},
		"a program":        {phone.Model{Brand: phone.BrandGeneric}, unsupported, unsupported},
		"no brand at all":  {phone.Model{}, unsupported, unsupported},
		"a name in itself": {phone.Model{Brand: "SNOM2"}, unsupported, unsupported},
	} {
		c.model.Capabilities.SIPConfigReload = true
		got := [2]string{eventOf(&c.model, reload), eventOf(&c.model, reboot)}
		if want := [2]string{c.reload, c.reboot}; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func base(brand string) phone.Model {
	return phone.Model{Brand: brand, Capabilities: phone.ModelCapabilities{MultipleHandsets: true}}
}

// Nobody's call ends because somebody else was renamed.
func TestWhoMayBeAskedAtAnyTime(t *testing.T) {
	can := phone.ModelCapabilities{SIPConfigReload: true}
	base := can
	base.MultipleHandsets = true
	for _, c := range []struct {
		m    phone.Model
		want bool
	}{
		{phone.Model{Brand: "SNOM", Capabilities: can}, true},
		{phone.Model{Brand: "SNOM", Capabilities: base}, false},
		{phone.Model{Brand: "SNOM"}, false},
		{phone.Model{Brand: "GIGASET", Capabilities: base}, true},
		{phone.Model{Brand: "GENERIC", Capabilities: can}, false},
	} {
		if got := Resyncs(&c.m); got != c.want {
			t.Errorf("%+v: %v", c.m, got)
		}
	}
}

func TestEveryBuiltInModelThatCanReloadHasAnEvent(t *testing.T) {
	models, err := phone.BuiltInModels()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if has := eventOf(m, reload) != ""; has != m.Capabilities.SIPConfigReload {
			t.Errorf("%s %s: sipConfigReload is %v, an event is there: %v", m.BrandName, m.Model, m.Capabilities.SIPConfigReload, has)
		}
	}
}

func TestWhoCannotBeAsked(t *testing.T) {
	w := newWorld(t, phone.Model{Brand: "SNOM"}) // a model that says it cannot reload
	w.register("udp", 200)
	told(t, w.Reload(t.Context(), desk), "configreload", "SIP phone model does not support it")
	if err := w.Reload(t.Context(), "cccccccccccccccccccccccc"); phone.KindOf(err) != phone.NotFound {
		t.Errorf("a phone that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Reboot(ctx, desk); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that is gone: %v", err)
	}
}
