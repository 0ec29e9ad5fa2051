package phone

import "testing"

func TestWhoControlsWhom(t *testing.T) {
	b := NewBook("ringfence.test", []int{1})
	b.PutGroup(&Group{ID: "g1", Controllers: []ID{"boss"}, Members: []ID{"a", "b"}, Pickup: true})
	b.PutGroup(&Group{ID: "g2", Controllers: []ID{"chief"}, Members: []ID{"a"}, Steal: true})
	for _, c := range []struct {
		controller, member ID
		pickUp, steal      bool
	}{
		{"boss", "a", true, false},
		{"boss", "c", false, false},
		{"chief", "a", false, true},
		{"a", "boss", false, false},
		{"a", "b", false, false},
		{"a", "a", true, true},
		{"", "", false, false},
		{"", "a", false, false},
	} {
		if p, s := b.Controls(c.controller, c.member, MayPickUp), b.Controls(c.controller, c.member, MaySteal); p != c.pickUp || s != c.steal {
			t.Errorf("%q over %q: pickup %v, steal %v", c.controller, c.member, p, s)
		}
	}
	b.DropGroup("g1")
	if b.Controls("boss", "a", MayPickUp) {
		t.Error("a right outlives its group")
	}
}
