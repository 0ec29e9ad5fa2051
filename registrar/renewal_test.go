package registrar

import (
	"slices"
	"testing"
	"time"

	"ringfence/phone"
)

const (
	asOld  = "REGISTER sip:example.net\nContact: <sip:desk@192.0.2.10:5062>;expires=600"
	asNew  = "REGISTER sip:example.net\nCall-ID: new\nContact: <sip:fresh@192.0.2.10:5062>;expires=600"
	asBoth = "REGISTER sip:example.net\nTo: <sip:fresh@example.net>\nContact: <sip:desk@192.0.2.10:5062>;expires=600"
)

// renew gives desk the credentials of fresh, and keeps the old ones.
func (w *world) renew() {
	p := w.book.ByID("desk").Clone()
	p.Username, p.Password = "fresh", password("fresh")
	p.Old = []phone.OldCredentials{{Username: "desk", Password: password("desk"), Until: time.Now().Add(time.Hour)}}
	w.book.PutPhone(p)
}

func TestAPhoneRegistersWithItsOldCredentialsUntilItHasTheNew(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "desk", home, 1, asOld), 200)
	w.told()
	w.renew()
	wants(t, w.ask(t, "desk", home, 2, asOld), 200)
	heard(t, w, "phone.refreshed desk")
	if b := w.Bindings("desk")[0]; b.Username != "desk" {
		t.Errorf("registered for %q", b.Username)
	}

	wants(t, w.ask(t, "desk", home, 3, asBoth), 403) // an address of record needs its own password

	wants(t, w.ask(t, "fresh", home, 4, asNew), 200)
	heard(t, w, "phone.registered desk", "phone.unregistered desk: credentials renewed")
	if bs := w.Bindings("desk"); len(bs) != 1 || bs[0].Username != "fresh" || bs[0].Contact != "sip:fresh@192.0.2.10:5062" {
		t.Errorf("bindings %+v", bs)
	}
	equal(t, "on disk", w.stored("desk"), []string{"sip:fresh@192.0.2.10:5062"}, func(a, b string) bool { return a == b })
}

// Else whoever has the old credentials registers with their last breath, and
// gets calls for hours.
func TestABindingDoesNotOutliveItsCredentials(t *testing.T) {
	w := newWorld(nil)
	p := w.book.ByID("desk").Clone()
	p.Username, p.Password = "fresh", password("fresh")
	p.Old = []phone.OldCredentials{{Username: "desk", Password: password("desk"), Until: time.Now().Add(90 * time.Second)}}
	w.book.PutPhone(p)
	wants(t, w.ask(t, "desk", home, 1, asOld), 200)
	if b := w.Bindings("desk")[0]; b.Expires.Sub(b.Registered) > 90*time.Second {
		t.Errorf("registered for %v", b.Expires.Sub(b.Registered))
	}
	wants(t, w.ask(t, "fresh", home, 2, asNew), 200)
	if b := w.Bindings("desk")[0]; b.Expires.Sub(b.Registered) != 600*time.Second {
		t.Errorf("registered with the new ones for %v", b.Expires.Sub(b.Registered))
	}
}

func TestUnbind(t *testing.T) {
	const other = "REGISTER sip:example.net\nContact: <sip:desk@192.0.2.11:5062>;expires=60"
	same := func(a, b string) bool { return a == b }
	for name, c := range map[string]struct {
		which func([]phone.Binding) phone.ID
		gone  int
		left  []string
	}{
		"one": {func(bs []phone.Binding) phone.ID { return bs[0].ID() }, 1, []string{"sip:desk@192.0.2.10:5062"}},
		"all": {func([]phone.Binding) phone.ID { return "" }, 2, nil},
		"one not there": {func([]phone.Binding) phone.ID { return "ffffffffffffffffffffffff" }, 0,
			[]string{"sip:desk@192.0.2.11:5062", "sip:desk@192.0.2.10:5062"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(nil)
			wants(t, w.ask(t, "desk", home, 1, hello), 200)
			w.wait(time.Second)
			wants(t, w.ask(t, "desk", home, 2, other), 200)
			w.told()
			if n := w.Unbind("desk", c.which(w.Bindings("desk")), "removed"); n != c.gone {
				t.Errorf("%d are gone, want %d", n, c.gone)
			}
			equal(t, "left", contacts(w.Bindings("desk")), c.left, same)
			if told := w.told(); len(told) != c.gone || c.gone > 0 && told[0] != "phone.unregistered desk: removed" {
				t.Errorf("told %q", told)
			}
			if !w.save(t.Context()) {
				t.Error("not saved")
			}
			equal(t, "on disk", sorted(w.stored("desk")), sorted(c.left), same)
		})
	}
	if n := newWorld(nil).Unbind("desk", "", "removed"); n != 0 {
		t.Errorf("%d of a phone that is offline", n)
	}
}

// A REGISTER that is being written down when its phone is unbound does not bring
// back the bindings that it found.
func TestUnbindDuringARegister(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.during = func() { w.Unbind("desk", "", "removed") }
	wants(t, w.ask(t, "desk", home, 2, "REGISTER sip:example.net\nContact: <sip:desk@192.0.2.11:5062>;expires=60"), 200)
	w.during = nil
	equal(t, "bindings", contacts(w.Bindings("desk")), []string{"sip:desk@192.0.2.11:5062"}, func(a, b string) bool { return a == b })
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
