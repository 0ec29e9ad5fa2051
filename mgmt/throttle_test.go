package mgmt

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

func newThrottle(now *time.Time) *throttle {
	return &throttle{now: func() time.Time { return *now }, tries: map[guesser][]time.Time{}}
}

func TestGuessesAreCountedByUserAndByAddress(t *testing.T) {
	now := time.Unix(0, 0)
	alice, bob := userGuesser("alice"), userGuesser("bob")
	home, away := addressGuesser("192.0.2.1"), addressGuesser("192.0.2.2")
	th := newThrottle(&now)
	for range maxGuesses {
		if wait := th.try(alice, home); wait != 0 {
			t.Fatal("a guess within the limit waits", wait)
		}
		now = now.Add(time.Second)
	}
	for _, c := range []struct {
		name string
		keys []guesser
		want time.Duration
	}{
		{"the user from the same address waits for the first guess to be forgotten", []guesser{alice, home}, 55 * time.Second},
		{"the user from another address waits too", []guesser{alice, away}, 55 * time.Second},
		{"another user from the address waits too", []guesser{bob, home}, 55 * time.Second},
		{"another user from another address does not", []guesser{bob, away}, 0},
	} {
		if got := th.try(c.keys...); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if th.refused != 3 {
		t.Errorf("%d refusals were counted, want 3", th.refused)
	}
	now = now.Add(55 * time.Second)
	if wait := th.try(alice, home); wait != 0 {
		t.Error("a minute after the first guess the user still waits", wait)
	}
	if wait := th.try(alice, home); wait != time.Second {
		t.Error("after one more guess the user waits", wait, "for the second one to be forgotten")
	}
}

func TestTheRightPasswordClearsTheGuesses(t *testing.T) {
	now := time.Unix(0, 0)
	th := newThrottle(&now)
	alice, home := userGuesser("alice"), addressGuesser("192.0.2.1")
	for range 3 * maxGuesses {
		if wait := th.try(alice, home); wait != 0 {
			t.Fatal("waits", wait)
		}
		th.proven(alice, home)
	}
	if len(th.tries) != 0 {
		t.Errorf("%d are remembered", len(th.tries))
	}
}

// Who has an account of their own could else guess at all the others.
func TestOnesOwnPasswordIsNoLeaveToGuessAnothers(t *testing.T) {
	now := time.Unix(0, 0)
	th := newThrottle(&now)
	mallory, home := userGuesser("mallory"), addressGuesser("192.0.2.1")
	for i := range maxGuesses {
		if wait := th.try(userGuesser(fmt.Sprint(i)), home); wait != 0 {
			t.Fatal("a guess within the limit waits", wait)
		}
		if th.try(mallory, home) == 0 {
			th.proven(mallory, home)
		}
	}
	if th.try(userGuesser("next"), home) == 0 {
		t.Error("the address guesses on")
	}
}

func TestGuessersAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	th := newThrottle(&now)
	known := userGuesser("0")
	for i := range maxGuessers {
		if wait := th.try(userGuesser(fmt.Sprint(i))); wait != 0 {
			t.Fatal("there is room, and it waits", wait)
		}
	}
	if th.try(userGuesser("new")) == 0 || len(th.tries) != maxGuessers {
		t.Errorf("%d are remembered, want no more than %d", len(th.tries), maxGuessers)
	}
	if wait := th.try(known); wait != 0 {
		t.Error("one that is known waits", wait)
	}
	now = now.Add(guessWindow)
	if wait := th.try(userGuesser("new")); wait != 0 || len(th.tries) != 1 {
		t.Errorf("a minute later a new one waits %v beside %d others", wait, len(th.tries)-1)
	}
}

func TestWhoCountsAsOneGuesser(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b guesser
		same bool
	}{
		{"a user name in either case", userGuesser("Alice"), userGuesser("aLICE"), true},
		{"two user names", userGuesser("alice"), userGuesser("bob"), false},
		{"a user name that looks like an address", userGuesser("192.0.2.1"), addressGuesser("192.0.2.1"), false},
		{"two IPv4 addresses", addressGuesser("192.0.2.1"), addressGuesser("192.0.2.2"), false},
		{"two addresses of one IPv6 host", addressGuesser("2001:db8::1"), addressGuesser("2001:db8::ffff:0:1"), true},
		{"two IPv6 hosts", addressGuesser("2001:db8:0:1::1"), addressGuesser("2001:db8:0:2::1"), false},
		{"IPv4 written as IPv6", addressGuesser("::ffff:192.0.2.1"), addressGuesser("::ffff:192.0.2.2"), false},
	} {
		if (c.a == c.b) != c.same {
			t.Errorf("%s: one guesser is %v, want %v", c.name, c.a == c.b, c.same)
		}
	}
}

func TestOnlySoManyPasswordsAreHashedAtOnce(t *testing.T) {
	s := &Server{hashing: make(chan struct{}, maxHashing)}
	var done func()
	for range maxHashing {
		var err error
		if done, err = s.takeTurn(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.takeTurn(); !errors.Is(err, errBusy) {
		t.Errorf("one more gets %v", err)
	}
	done()
	if _, err := s.takeTurn(); err != nil {
		t.Error("a place that was given back is not given again:", err)
	}
}

// An unknown user must not be told by the time that the answer takes.
func TestNobodysPasswordTakesAsLongAsAnothers(t *testing.T) {
	if cost, err := bcrypt.Cost([]byte(nobodysHash)); err != nil || cost != passwordCost {
		t.Errorf("cost %d, %v; want %d", cost, err, passwordCost)
	}
}
