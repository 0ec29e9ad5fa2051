package registrar

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	"unique"

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
		if s := w.Stats(); s.Entries != 0 || len(w.stored("office")) != 0 {
			t.Errorf("%+v, on disk %v", s, w.disk)
		}
	})
}

// A phone may come in the very second in which its binding has expired, before
// Run has seen that.
func TestAPhoneThatComesRightAfterItsBindingHasExpired(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.wait(60*time.Second + 100*time.Millisecond)
	wants(t, w.ask(t, "desk", home, 2, hello), 200)
	if got := w.Bindings("desk"); len(got) != 1 || len(w.stored("desk")) != 1 {
		t.Errorf("in memory %v, on disk %v", contacts(got), w.stored("desk"))
	}
	heard(t, w, "phone.locked desk to 127.0.0.1", "phone.registered desk", "phone.expired desk", "phone.registered desk")
	if s := w.Stats(); s.Phones != 1 || s.Bindings != 1 || s.Entries != 1 {
		t.Errorf("%+v", s)
	}
}

func TestWhatHasGoneIsTriedAgainUntilTheDiskTakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(time.Now)
		defer running(t, w)()
		wants(t, w.ask(t, "desk", home, 1, hello), 200)
		w.breaks(errors.New("disk full"))
		w.Forget("desk", "deleted")
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
		b := func(contact string, over transport, left time.Duration) record {
			return record{
				username: "desk", contact: contact, transport: over, userAgent: unique.Make("x"), local: unique.Make(home.Local), callID: "home", cseq: 7, q: 1000,
				registered: now.Add(left - time.Hour).UnixMilli(), expires: now.Add(left).UnixMilli(),
			}
		}
		w := newWorld(time.Now)
		defer running(t, w)()
		desk := []record{b("sip:1@192.0.2.10", udp, time.Minute), b("sip:2@192.0.2.10", udp, 2*time.Minute), b("sip:3@192.0.2.10", udp, 0), b("sip:4@192.0.2.10", 1, time.Minute)}
		office := []record{b("sip:5@192.0.2.10", udp, time.Minute)} // with a username that is not its own
		gone := []record{b("sip:6@192.0.2.10", udp, time.Minute)}
		first := appendSet(appendSet([]byte{journalVersion}, "desk", office), "gone", gone)
		second := appendSet(appendSet([]byte{journalVersion}, "desk", desk), "office", office)
		refreshed := desk[0]
		refreshed.cseq++
		third := appendRefresh([]byte{journalVersion}, "desk", 0, &refreshed)
		err := w.Restore(func(take func([]byte) error) error { return errors.Join(take(first), take(second), take(third)) })
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := contacts(w.Bindings("desk")); len(got) != 2 || len(w.Bindings("office")) != 0 || len(w.stored("desk")) != 2 || len(w.disk) != 1 {
			t.Errorf("in memory %v, on disk %v", got, w.disk)
		}
		heard(t, w) // nothing has happened
		wants(t, w.ask(t, "desk", home, 8, "REGISTER sip:example.net\nContact: <sip:1@192.0.2.10>;expires=60"), 500)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		heard(t, w, "phone.expired desk", "phone.expired desk")
	})
}

// Wherever an entry is cut off, what comes before it and after it is there.
func TestADamagedJournalCostsOnlyWhatItHeld(t *testing.T) {
	one := bound("sip:1@192.0.2.1", "", "a", 1, 1, time.Hour)
	one.username = "desk"
	other := one
	other.username = "office"
	third := one
	third.username = "roamer"
	whole := appendSet([]byte{journalVersion}, "office", []record{other})
	for cut := range whole {
		w := newWorld(nil)
		err := w.Restore(func(take func([]byte) error) error {
			return errors.Join(
				take(appendSet([]byte{journalVersion}, "desk", []record{one})),
				take(whole[:cut]),
				take(appendSet([]byte{journalVersion}, "roamer", []record{third})))
		})
		if err != nil || !w.Online("desk") || w.Online("office") || !w.Online("roamer") {
			t.Fatalf("cut after %d bytes: %v, %v", cut, err, w.Stats())
		}
	}
	no := errors.New("no")
	if err := newWorld(nil).Restore(func(func([]byte) error) error { return no }); !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
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
	if !w.save(t.Context()) {
		t.Error("not saved")
	}
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
	if s := w.Stats(); s.Unregistered != 3 || s.Entries != 0 || !w.table.empty() {
		t.Errorf("%+v", s)
	}
}
