package feed

import (
	"testing"

	"ringfence/phone"
)

func TestARefreshIsWantedWhileSomebodyWishesIt(t *testing.T) {
	f := New(10)
	wanted := func(want bool) {
		t.Helper()
		if got := f.Wanted(phone.PhoneRefreshed); got != want {
			t.Errorf("wanted: %v", got)
		}
		if !f.Wanted(phone.PhoneRegistered) {
			t.Error("a registration is not wanted")
		}
	}
	wanted(false)
	all := f.Wish(nil) // means all but refreshes
	wanted(false)
	one, other := f.Wish([]phone.EventType{phone.PhoneRefreshed}), f.Wish(phone.EventTypes())
	wanted(true)
	one()
	all()
	wanted(true)
	other()
	wanted(false)
}
