package registrar

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

const (
	hello = "REGISTER sip:example.net\nContact: <sip:desk@192.0.2.10:5062>;expires=60\nUser-Agent: ExamplePhone/1.0"
	bye   = "REGISTER sip:example.net\nContact: *\nExpires: 0"
)

var home = flow("udp", "127.0.0.1:40000")

func wants(t *testing.T, res *sip.Response, code int) {
	t.Helper()
	if res.StatusCode != code {
		t.Fatalf("%d %s, want %d", res.StatusCode, res.Reason, code)
	}
}

func equal[T any](t *testing.T, what string, got, want []T, same func(a, b T) bool) {
	t.Helper()
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func heard(t *testing.T, w *world, want ...string) {
	t.Helper()
	equal(t, "events", w.told(), want, func(a, b string) bool { return a == b })
}

func TestStatus(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.wait(20 * time.Second)
	want := phone.Status{
		Online: true, Expires: 40, LocalIPAddress: "192.0.2.10", PublicIPAddress: "127.0.0.1",
		UserAgent: "ExamplePhone/1.0", Country: "DK", Transport: "udp",
	}
	if got := w.Status("desk"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}

	wants(t, w.ask(t, "desk", flow("tcp", "127.0.0.1:41000"), 2, "REGISTER sip:example.net\nContact: <sip:desk@phone.example.net>;expires=900;q=0.1"), 200)
	want = phone.Status{Online: true, Expires: 900, PublicIPAddress: "127.0.0.1", Country: "DK", Transport: "tcp"}
	if got := w.Status("desk"); got != want {
		t.Errorf("the newest binding: got %+v, want %+v", got, want)
	}
	equal(t, "bindings by preference", contacts(w.Bindings("desk")), []string{"sip:desk@192.0.2.10:5062", "sip:desk@phone.example.net"},
		func(a, b string) bool { return a == b })

	w.wait(time.Hour) // and nobody has come to take them away
	if got := w.Status("desk"); got != (phone.Status{Expires: -1}) || len(w.Bindings("desk")) > 0 {
		t.Errorf("offline: got %+v", got)
	}
	if got := w.Status("nobody"); got != (phone.Status{Expires: -1}) {
		t.Errorf("unknown: got %+v", got)
	}
}

func TestAnEventTellsWhereThePhoneIs(t *testing.T) {
	w := newWorld(nil)
	var told []phone.Event
	w.Registrar.Publish = func(e phone.Event) { told = append(told, e) }
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.Forget("desk", "credentials revoked")
	if len(told) != 2 {
		t.Fatalf("told %v", told)
	}
	for i, want := range []string{
		`{"address":"127.0.0.1","country":"DK","customer":"acme","expires":60,"phone":"desk","time":"2030-01-02T12:00:00Z","transport":"udp","type":"phone.registered","userAgent":"ExamplePhone/1.0"}`,
		`{"address":"127.0.0.1","country":"DK","customer":"acme","expires":0,"phone":"desk","reason":"credentials revoked","time":"2030-01-02T12:00:00Z","transport":"udp","type":"phone.unregistered","userAgent":"ExamplePhone/1.0"}`,
	} {
		if got, err := told[i].MarshalJSON(); err != nil || string(got) != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
}

// running gives the world a Run of its own, which ends with the test.
func running(t *testing.T, w *world) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestABindingExpiresAtItsSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(time.Now)
		defer running(t, w)()
		wants(t, w.ask(t, "desk", home, 1, hello), 200)
		wants(t, w.ask(t, "office", home, 2, "REGISTER sip:example.net\nContact: <sip:office@192.0.2.11>;expires=90"), 200)
		w.told()

		time.Sleep(60*time.Second - time.Nanosecond)
		synctest.Wait()
		heard(t, w)
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		heard(t, w, "phone.expired desk")
		if s := w.Stats(); s.Phones != 1 || s.Bindings != 1 || s.Expired != 1 || s.Unsaved != 0 || len(w.stored("desk")) != 0 || len(w.stored("office")) != 1 {
			t.Errorf("%+v, on disk %v and %v", s, w.stored("desk"), w.stored("office"))
		}

		wants(t, w.ask(t, "office", home, 3, "REGISTER sip:example.net\nContact: <sip:office@192.0.2.11>;expires=90"), 200)
		time.Sleep(89 * time.Second)
		synctest.Wait()
		heard(t, w, "phone.refreshed office")
		time.Sleep(time.Second)
		synctest.Wait()
		heard(t, w, "phone.expired office")
		if s := w.Stats(); s.Entries != 0 || len(w.disk) != 0 {
			t.Errorf("%+v, on disk %v", s, w.disk)
		}
	})
}

func TestAnExpiryIsTriedAgainUntilTheDiskTakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(time.Now)
		defer running(t, w)()
		wants(t, w.ask(t, "desk", home, 1, hello), 200)
		w.breaks(errors.New("disk full"))
		time.Sleep(time.Minute)
		synctest.Wait()
		if w.Status("desk").Online || w.Stats().Unsaved != 1 {
			t.Errorf("%+v", w.Stats())
		}
		w.breaks(nil)
		time.Sleep(2 * rest)
		synctest.Wait()
		if w.Stats().Unsaved != 0 || len(w.disk) != 0 {
			t.Errorf("%+v, on disk %v", w.Stats(), w.disk)
		}
	})
}

func TestWhatHasGoneIsSavedWhenRunEnds(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.Forget("desk", "deleted")
	running(t, w)()
	if len(w.disk) != 0 || w.Stats().Unsaved != 0 {
		t.Errorf("on disk %v", w.disk)
	}
}

func TestRestore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		b := func(id phone.ID, contact, transport string, left time.Duration) phone.Binding {
			return phone.Binding{
				Phone: id, Contact: contact, Transport: transport, CallID: "home", CSeq: 7, Q: 1000,
				Registered: now.Add(left - time.Hour), Expires: now.Add(left),
			}
		}
		w := newWorld(time.Now)
		defer running(t, w)()
		old := []phone.Binding{
			b("desk", "sip:1@192.0.2.10", "udp", time.Minute), b("desk", "sip:2@192.0.2.10", "tcp", 2*time.Minute),
			b("desk", "sip:3@192.0.2.10", "udp", 0), b("gone", "sip:4@192.0.2.10", "udp", time.Minute),
		}
		w.disk["desk"], w.disk["gone"] = old[:3], old[3:]
		w.Restore(old)
		synctest.Wait()
		if got := w.stored("desk"); len(got) != 2 || len(w.stored("gone")) != 0 || len(w.Bindings("desk")) != 2 {
			t.Errorf("on disk %v and %v, in memory %v", got, w.stored("gone"), w.Bindings("desk"))
		}
		heard(t, w) // nothing has happened
		wants(t, w.ask(t, "desk", home, 6, "REGISTER sip:example.net\nContact: <sip:1@192.0.2.10>"), 500)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		heard(t, w, "phone.expired desk", "phone.expired desk")
	})
}

func TestABrokenDiskChangesNothing(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "office", home, 1, hello), 200)
	w.told()
	before := w.Bindings("office")
	w.breaks(errors.New("disk full"))
	for _, short := range []string{hello, bye, "REGISTER sip:example.net\nContact: <sip:other@192.0.2.10>"} {
		res := w.ask(t, "office", home, 2, short)
		wants(t, res, 500)
		if header := res.GetHeader("Retry-After"); header == nil || header.Value() != "5" {
			t.Errorf("Retry-After %v", header)
		}
	}
	equal(t, "bindings", w.Bindings("office"), before, func(a, b phone.Binding) bool { return a == b })
	heard(t, w)
	if s := w.Stats(); s.Faults != 3 {
		t.Errorf("%+v", s)
	}

	w.breaks(nil) // and the same request may come again
	wants(t, w.ask(t, "office", home, 2, bye), 200)
	heard(t, w, "phone.unregistered office: requested")
}

func TestTheSameRequestAgainIsNotWrittenAgain(t *testing.T) {
	w := newWorld(nil)
	for range 3 {
		wants(t, w.ask(t, "desk", home, 1, hello), 200)
	}
	wants(t, w.ask(t, "desk", home, 2, "REGISTER sip:example.net"), 200)
	if w.writes != 1 {
		t.Errorf("%d writes", w.writes)
	}
	heard(t, w, "phone.locked desk to 127.0.0.1", "phone.registered desk")
}

// Forget is called by what writes the disk, which the REGISTER is waiting for:
// it must not wait for the REGISTER in turn, and must win.
func TestAPhoneThatIsForgottenWhileItRegistersIsNotRegistered(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.told()
	w.during = func() {
		w.during = nil
		w.Forget("desk", "credentials revoked")
	}
	wants(t, w.ask(t, "desk", home, 2, "REGISTER sip:example.net\nContact: <sip:new@192.0.2.10>"), 403)
	if len(w.Bindings("desk")) != 0 || len(w.stored("desk")) != 0 {
		t.Errorf("in memory %v, on disk %v", w.Bindings("desk"), w.stored("desk"))
	}
	heard(t, w, "phone.unregistered desk: credentials revoked")
	if s := w.Stats(); s.Entries != 0 || s.Bindings != 0 || s.Phones != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAConnectionThatClosesWhileItsPhoneRegistersTakesOnlyItsOwn(t *testing.T) {
	w := newWorld(nil)
	over := flow("tcp", "127.0.0.1:41000")
	wants(t, w.ask(t, "desk", over, 1, "REGISTER sip:example.net\nContact: <sip:tcp@192.0.2.10>"), 200)
	w.told()
	w.during = func() { w.FlowClosed(over) }
	wants(t, w.ask(t, "desk", home, 2, hello), 200)
	equal(t, "bindings", contacts(w.Bindings("desk")), []string{"sip:desk@192.0.2.10:5062"}, func(a, b string) bool { return a == b })
	heard(t, w, "phone.unregistered desk: connection closed", "phone.registered desk")
	w.during = nil
	if !w.save(t.Context()) || len(w.stored("desk")) != 1 {
		t.Errorf("on disk %v", w.stored("desk"))
	}
}

func TestAClosedConnectionTakesEveryPhoneBehindIt(t *testing.T) {
	w := newWorld(nil)
	over, other := flow("tcp", "127.0.0.1:41000"), flow("tcp", "127.0.0.1:41001")
	wants(t, w.ask(t, "desk", over, 1, hello), 200)
	wants(t, w.ask(t, "office", over, 1, hello), 200)
	wants(t, w.ask(t, "roamer", other, 1, hello), 200)
	w.FlowClosed(over)
	w.FlowClosed(over)
	w.FlowClosed(home)
	if w.Status("desk").Online || w.Status("office").Online || !w.Status("roamer").Online {
		t.Errorf("%+v", w.Stats())
	}
	w.FlowClosed(other)
	if s := w.Stats(); s.Unregistered != 3 || s.Entries != 0 || len(w.table.routes) != 0 || len(w.table.due) != 0 {
		t.Errorf("%+v, %d routes, %d due", s, len(w.table.routes), len(w.table.due))
	}
}
