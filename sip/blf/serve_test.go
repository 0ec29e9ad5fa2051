package blf

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

func TestALampFollowsItsExtension(t *testing.T) {
	w := newWorld(t, Config{})
	carol, alice := w.device("carol"), w.device("alice")
	carol.subscribe("102")
	carol.expect("terminated (active)")
	alice.subscribe("102")
	alice.expect("terminated (active)")
	d := w.bobRings()
	carol.expect("early recipient Alice sip:101@ringfence.test (active)")
	alice.expect("early recipient (active)") // who controls no group of his sees not who calls
	d.State = phone.DialogConfirmed
	w.Dialog(d)
	carol.expect("confirmed recipient Alice sip:101@ringfence.test (active)")
	alice.expect("confirmed recipient (active)")
	d.State = phone.DialogTerminated
	w.Dialog(d)
	carol.expect("terminated (active)")
	alice.expect("terminated (active)")
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.dialogs) + len(w.ringing); n != 0 {
		t.Errorf("%d dialogs are left", n)
	}
}

func TestTheWholeNotification(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	req := carol.request("102", "Event: dialog;id=7\r\nExpires: 100000\r\nRecord-Route: <sip:192.0.2.9;lr>\r\n")
	res := carol.send(req)
	if res.StatusCode != 200 || res.GetHeader("Expires").Value() != "3600" || res.Contact() == nil ||
		res.GetHeader("Allow-Events").Value() != "dialog" {
		t.Fatalf("got\n%s", res)
	}
	got := <-carol.heard
	for name, want := range map[string]string{
		"Event": "dialog;id=7", "Subscription-State": "active;expires=3599", "Content-Type": "application/dialog-info+xml",
		"CSeq": "1 NOTIFY", "Route": "<sip:192.0.2.9;lr>", "Max-Forwards": "70", "Call-ID": "carol-1",
		"To":      "<sip:carol@ringfence.test>;tag=mine1",
		"From":    "<sip:102@ringfence.test>;tag=" + tagOf(res.To().Params),
		"Contact": "<sip:102@" + w.at.String() + ";transport=udp>",
	} {
		h := got.GetHeader(name)
		if h == nil || h.Value() != want && strings.Replace(h.Value(), "3600", "3599", 1) != want {
			t.Errorf("%s is %v, want %q", name, h, want)
		}
	}
	if got.Recipient.String() != "sip:carol@"+carol.at.String() {
		t.Errorf("it is for %s", got.Recipient.String())
	}
}

func TestVersionsAndNumbersGoUp(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	dialog := carol.subscribe("102")
	for i := range 3 {
		req := <-carol.heard
		if l := read(t, req); l.Version != i || req.CSeq().SeqNo != uint32(i+1) {
			t.Errorf("version %d, CSeq %d, want %d", l.Version, req.CSeq().SeqNo, i)
		}
		carol.send(carol.renewal(dialog, "600"))
	}
}

func TestWhatIsRefused(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	for name, c := range map[string]struct {
		number, more string
		code         int
		header, want string
	}{
		"no event":                     {"102", "", 489, "Allow-Events", "dialog"},
		"another event":                {"102", "Event: message-summary\r\n", 489, "Allow-Events", "dialog"},
		"presence":                     {"102", "Event: presence\r\n", 489, "Allow-Events", "dialog"},
		"another form":                 {"102", "Event: dialog\r\nAccept: application/pidf+xml\r\n", 406, "Accept", document},
		"too short":                    {"102", dialogEvent + "Expires: 59\r\n", 423, "Min-Expires", "60"},
		"no number of seconds":         {"102", dialogEvent + "Expires: soon\r\n", 400, "", ""},
		"an extension that nobody has": {"102", dialogEvent + "Require: eventlist\r\n", 420, "Unsupported", "eventlist"},
		"nobody's number":              {"109", dialogEvent, 404, "", ""},
		"another's switch":             {"*28cccccccccccccccccccccccc.x", dialogEvent, 403, "", ""},
		"too long":                     {"102", "Event: dialog;id=" + strings.Repeat("1", longest) + "\r\n", 400, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			res := carol.send(carol.request(c.number, c.more))
			if res.StatusCode != c.code {
				t.Fatalf("got %d", res.StatusCode)
			}
			if h := res.GetHeader(c.header); c.header != "" && (h == nil || h.Value() != c.want) {
				t.Errorf("%s is %v", c.header, h)
			}
		})
	}
	if w.Stats().Watching != 0 {
		t.Error("something has become of it")
	}
}

func TestWhoIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(w *world)
		code    int
	}{
		"who does not prove who it is":   {func(w *world) { w.book.DropPhone(phoneID("Carol")) }, 401},
		"who is outside its fence":       {func(w *world) { w.set(func() { w.refused = true }) }, 403},
		"who has no extension":           {func(w *world) { w.book.DropExtension(extension(103)) }, 403},
		"who has too many already":       {func(w *world) { w.set(func() { w.PerPhone = 0 }) }, 403},
		"anybody, when there is no room": {func(w *world) { w.set(func() { w.Most = 0 }) }, 503},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Config{})
			c.arrange(w)
			carol := w.device("carol")
			if res := carol.send(carol.request("102", dialogEvent)); res.StatusCode != c.code {
				t.Errorf("got %d, want %d", res.StatusCode, c.code)
			}
		})
	}
}

// An OPEN phone may have to be locked first, which waits for the disk.
func TestAnOpenPhoneIsAdmittedElsewhere(t *testing.T) {
	w := newWorld(t, Config{})
	p := w.book.ByID(phoneID("Carol")).Clone()
	p.IP = phone.Fence{Mode: phone.Open}
	w.book.PutPhone(p)
	carol := w.device("carol")
	carol.subscribe("102")
	carol.expect("terminated (active)")
}

func TestAnEndByThePhone(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	dialog := carol.subscribe("102")
	carol.expect("terminated (active)")
	if res := carol.send(carol.renewal(dialog, "0")); res.StatusCode != 200 || res.GetHeader("Expires").Value() != "0" {
		t.Fatalf("got\n%s", res)
	}
	carol.expect("terminated (terminated;reason=timeout)")
	w.settle(0)
	if res := carol.send(carol.renewal(dialog, "600")); res.StatusCode != 481 {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestOneLookAtTheState(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	w.bobRings()
	if res := carol.send(carol.request("102", dialogEvent+"Expires: 0\r\n")); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	carol.expect("early recipient Alice sip:101@ringfence.test (terminated;reason=timeout)")
	w.settle(0)
}

func TestNobodyElseGoesOnWithIt(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	dialog := carol.subscribe("102")
	carol.expect("terminated (active)")
	old := *dialog
	old.LocalSeq = 0
	if res := carol.send(carol.renewal(&old, "600")); res.StatusCode != 500 {
		t.Errorf("an old number: %d", res.StatusCode)
	}
	forged := *dialog
	forged.RemoteTag = "guessed"
	if res := carol.send(carol.renewal(&forged, "0")); res.StatusCode != 481 {
		t.Errorf("another tag: %d", res.StatusCode)
	}
	forged = *dialog
	forged.LocalURI.User = "alice"
	if res := carol.send(carol.renewal(&forged, "0")); res.StatusCode != 403 {
		t.Errorf("another phone: %d", res.StatusCode)
	}
	w.settle(1)
}

func TestTheEndOfTime(t *testing.T) {
	w := newWorld(t, Config{Look: 50 * time.Millisecond})
	carol := w.device("carol")
	dialog := carol.subscribe("102")
	carol.expect("terminated (active)")
	w.advance(59 * time.Minute)
	carol.silent(dialog, "terminated (active)") // and renews it for ten minutes
	w.advance(9 * time.Minute)
	carol.silent(dialog, "terminated (active)")
	w.advance(10 * time.Minute)
	carol.expect("terminated (terminated;reason=timeout)")
	w.settle(0)
}

func TestWhatIsWatchedIsGone(t *testing.T) {
	w := newWorld(t, Config{Look: 50 * time.Millisecond})
	carol := w.device("carol")
	carol.subscribe("102")
	carol.expect("terminated (active)")
	w.book.DropExtension(extension(102))
	carol.expect("terminated (terminated;reason=noresource)")
	w.settle(0)
}

func TestAPhoneIsAnotherOne(t *testing.T) {
	for want, change := range map[string]func(p *phone.Phone) *phone.Phone{
		"rejected":    func(*phone.Phone) *phone.Phone { return nil },
		"deactivated": func(p *phone.Phone) *phone.Phone { p.Extension = extension(101); return p },
	} {
		w := newWorld(t, Config{})
		carol := w.device("carol")
		carol.subscribe("102")
		carol.expect("terminated (active)")
		before := w.book.ByID(phoneID("Carol")).Phone
		w.PhoneChanged(phone.Change{Before: before, After: before}) // nothing of interest
		w.PhoneChanged(phone.Change{Before: before, After: change(before.Clone())})
		carol.expect("terminated (terminated;reason=" + want + ")")
		w.settle(0)
	}
}

func TestTheCallOfAnotherSubscription(t *testing.T) {
	w := newWorld(t, Config{})
	req := w.device("carol").request("102", dialogEvent)
	req.To().Params = sip.Params{{K: "tag", V: "of-a-call"}}
	if w.Serve(req, sip.Flow{}) {
		t.Error("a SUBSCRIBE within a dialog of a call is taken")
	}
}

func TestAGoodbye(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	for _, number := range []string{"101", "102", "*8"} {
		carol.subscribe(number)
		carol.expect("terminated (active)")
	}
	w.farewell()
	for range 3 {
		l := carol.next()
		why, after, _ := strings.Cut(l.subscription, ";retry-after=")
		if n, err := strconv.Atoi(after); why != "terminated;reason=probation" || err != nil || n < comeAgain || n >= comeAgain+comeSpread {
			t.Errorf("got %q", l.subscription)
		}
	}
	if res := carol.send(carol.request("102", dialogEvent)); res.StatusCode != 503 {
		t.Errorf("got %d", res.StatusCode)
	}
	w.settle(0)
}

// What a number names is looked up again when the subscription is renewed.
func TestANumberIsAnothersNow(t *testing.T) {
	for code, taker := range map[int]phone.ID{404: "", 481: extension(101)} {
		w := newWorld(t, Config{})
		carol := w.device("carol")
		dialog := carol.subscribe("102")
		carol.expect("terminated (active)")
		w.renumber(extension(102), "112")
		if taker != "" {
			w.renumber(taker, "102")
		}
		if res := carol.send(carol.renewal(dialog, "600")); res.StatusCode != code {
			t.Errorf("got %d, want %d", res.StatusCode, code)
		}
		w.settle(0)
	}
}

func (w *world) renumber(id phone.ID, number string) {
	x := *w.book.Extension(id)
	x.Number = number
	w.book.PutExtension(&x)
}
