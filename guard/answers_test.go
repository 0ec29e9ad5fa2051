package guard

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// answer is what the door does with an answer to a challenge. It says whether it
// was looked at.
func (w *world) answer(from netip.Addr, username string, isRight bool, kind Kind) bool {
	switch {
	case w.Held(from, username):
		return false
	case isRight:
		w.Right(from, username)
	default:
		w.Wrong(from, username, kind)
	}
	return true
}

func TestAPairThatFailsIsHeldOff(t *testing.T) {
	w := newWorld()
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		want *= time.Minute
		for i := range pairMost {
			if !w.answer(stranger, "desk", false, WrongPassword) {
				t.Fatalf("before %v: attempt %d is held", want, i)
			}
		}
		w.pass(want - time.Second)
		if !w.Held(stranger, "desk") {
			t.Errorf("not held for %v", want)
		}
		if w.Held(office, "desk") || w.Held(stranger, "other") {
			t.Error("another pair is held")
		}
		w.pass(time.Second)
		if w.Held(stranger, "desk") {
			t.Errorf("held for longer than %v", want)
		}
	}
	w.pass(lastHold)
	for range pairMost {
		w.answer(stranger, "desk", false, WrongPassword)
	}
	w.pass(firstHold)
	if w.Held(stranger, "desk") {
		t.Error("after an hour of rest the hold is not the first again")
	}
}

func TestWhatDoesNotHoldAPairOff(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*world)
		want bool
	}{
		"ten within ten minutes do": {func(w *world) {
			for range 10 {
				w.answer(office, "desk", false, WrongPassword)
			}
		}, true},
		"former passwords do, too": {func(w *world) {
			for range 10 {
				w.answer(office, "desk", false, FormerPassword)
			}
		}, true},
		"and unknown users, who learn nothing from it": {func(w *world) {
			for range 10 {
				w.answer(office, "desk", false, UnknownUser)
			}
		}, true},
		"nine do not": {func(w *world) {
			for range 9 {
				w.answer(office, "desk", false, WrongPassword)
			}
		}, false},
		"nor twenty in half an hour": {func(w *world) {
			for range 20 {
				w.answer(office, "desk", false, WrongPassword)
				w.pass(90 * time.Second)
			}
		}, false},
		"nor those of who is right in between": {func(w *world) {
			for range 20 {
				w.answer(office, "desk", false, WrongPassword)
				w.answer(office, "desk", true, 0)
			}
		}, false},
		"nor somebody else's at the same address, when the phone was right lately": {func(w *world) {
			w.answer(office, "desk", true, 0)
			for range 500 {
				w.answer(office, "desk", false, WrongPassword)
			}
		}, false},
		"nor from another address": {func(w *world) {
			for range 50 {
				w.answer(stranger, "desk", false, WrongPassword)
			}
		}, false},
		"a new password ends the hold": {func(w *world) {
			for range 10 {
				w.answer(office, "desk", false, WrongPassword)
			}
			w.Forgive("desk")
		}, false},
		"also when one more of the old comes behind it": {func(w *world) {
			for range 40 {
				w.answer(office, "desk", false, WrongPassword)
				w.pass(time.Minute)
			}
			w.pass(time.Minute)
			w.Forgive("desk")
			w.pass(window)
			w.answer(office, "desk", false, WrongPassword)
		}, false},
		"but not for long": {func(w *world) {
			for range 10 {
				w.answer(office, "desk", false, WrongPassword)
			}
			w.Forgive("desk")
			w.pass(time.Second)
			for range 10 {
				w.answer(office, "desk", false, WrongPassword)
			}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			c.do(w)
			if w.Held(office, "desk") != c.want {
				t.Errorf("held is %v: %+v", !c.want, w.Stats())
			}
		})
	}
}

func TestAUsernameUnderAttackGoesOnWhereItsPhoneIs(t *testing.T) {
	w := newWorld()
	w.Right(office, "desk")
	robot := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}) }
	looked := 0
	for i := range 1000 {
		if w.answer(robot(i%200), "desk", false, WrongPassword) {
			looked++
		}
	}
	if looked != nameMost {
		t.Errorf("%d guesses were looked at, want %d", looked, nameMost)
	}
	if w.Held(office, "desk") {
		t.Error("the phone itself is held off")
	}
	if !w.Held(stranger, "desk") {
		t.Error("one more address is not")
	}
	if w.Held(stranger, "other") {
		t.Error("another username is")
	}
	w.pass(slowed)
	if w.Held(stranger, "desk") {
		t.Error("held for too long")
	}
}

// Twenty phones behind one address. One has an old password and tries every five
// seconds for an hour; the others register every minute.
func TestAnOfficeIsNotBannedForOnePhone(t *testing.T) {
	for name, kind := range map[string]Kind{"a wrong one": WrongPassword, "a former one": FormerPassword, "of a phone that is no more": UnknownUser} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			looked := 0
			for tick := range 720 {
				if w.answer(office, "old", false, kind) {
					looked++
				}
				for i := range 19 {
					if tick%12 != i%12 {
						continue
					}
					challenged, answered := w.Admit("udp", office), w.Admit("udp", office)
					if !challenged || !answered || !w.answer(office, username(i), true, 0) {
						t.Fatalf("%v: phone %d is refused", w.time, i)
					}
				}
				w.pass(5 * time.Second)
			}
			if got := w.Stats(); got.Bans != 0 || got.Limited != 0 {
				t.Errorf("%+v", got)
			}
			if looked < pairMost || looked > 80 {
				t.Errorf("%d of 720 wrong passwords were looked at", looked)
			}
		})
	}
}

// The same office before any of its phones has come in: they have all been given
// new passwords, and none has fetched its configuration.
func TestAnOfficeWithFormerPasswordsIsNotBanned(t *testing.T) {
	w := newWorld()
	for range 100 {
		for i := range 200 {
			w.answer(office, username(i), false, FormerPassword)
		}
		w.pass(5 * time.Second)
	}
	if w.banned(office) {
		t.Error("banned")
	}
}

// A scanner tries extension after extension, with a phone's patience.
func TestAScannerOfUsernamesIsBanned(t *testing.T) {
	w := newWorld()
	for i := range 1000 {
		if w.banned(stranger) {
			if i != 30 {
				t.Errorf("banned after %d", i)
			}
			return
		}
		w.answer(stranger, fmt.Sprint(100+i), false, UnknownUser)
		w.pass(2 * time.Second)
	}
	t.Error("never banned")
}

func TestAProofTakesPointsOff(t *testing.T) {
	w := newWorld()
	for i := range 29 {
		w.Wrong(stranger, username(i), WrongPassword)
	}
	for i := range 10 {
		w.Right(stranger, username(i))
		w.Right(stranger, username(0)) // not twice
	}
	s := sourceOf(stranger)
	if r := w.scores.of(w.hash(s)).find(w.hash(s)); r.points != 190 {
		t.Errorf("%d points, want 190", r.points)
	}
}

func TestAProofIsForgottenAfterARegistration(t *testing.T) {
	w := newWorld(func(c *Config) { c.Lately = 2 * time.Hour })
	w.Right(stranger, "desk")
	w.pass(2*time.Hour - time.Second)
	w.scan()
	if w.banned(stranger) {
		t.Error("banned within the time of a registration")
	}
	w.pass(time.Second)
	w.scan()
	if !w.banned(stranger) {
		t.Error("not banned")
	}
}
