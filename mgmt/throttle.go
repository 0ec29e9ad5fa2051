package mgmt

import (
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"
)

const (
	maxGuesses  = 5           // wrong passwords of one key within guessWindow
	guessWindow = time.Minute // after that they are forgotten
	maxGuessers = 10_000      // keys that are remembered
)

// guesser is whose wrong passwords are counted: a user name or an address, as a
// hash, since both are what a stranger sends.
type guesser [sha256.Size]byte

func userGuesser(username string) guesser {
	return sha256.Sum256([]byte("user " + strings.ToLower(username))) // as the login compares it
}

// addressGuesser takes the /64 of an IPv6 address, which one host has whole.
func addressGuesser(address string) guesser {
	if a, err := netip.ParseAddr(address); err == nil && a.Unmap().Is6() {
		p, _ := a.WithZone("").Prefix(64) // 64 is a length of every IPv6 prefix
		address = p.String()
	}
	return sha256.Sum256([]byte("address " + address))
}

// throttle slows down who guesses passwords.
type throttle struct {
	now func() time.Time

	mu      sync.Mutex // guards the rest
	tries   map[guesser][]time.Time
	refused uint64
}

// try books an attempt for every key before its password is compared, so that
// no number of them at once gets past the limit. It returns how long to wait
// when a key has had its guesses; then nothing is booked.
func (t *throttle) try(keys ...guesser) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.tries)+len(keys) > maxGuessers {
		t.forget(now)
	}
	wait := time.Duration(0)
	for _, k := range keys {
		wait = max(wait, t.wait(k, now))
	}
	if wait > 0 {
		t.refused++
		return wait
	}
	for _, k := range keys {
		t.tries[k] = append(t.fresh(k, now), now)
	}
	return 0
}

// wait is how long a key has to wait for its next guess. A new one waits while
// there is no room: that takes more guesses a minute than are ever hashed.
func (t *throttle) wait(k guesser, now time.Time) time.Duration {
	fresh := t.fresh(k, now)
	switch {
	case len(fresh) >= maxGuesses:
		return fresh[len(fresh)-maxGuesses].Add(guessWindow).Sub(now)
	case len(t.tries) >= maxGuessers && t.tries[k] == nil:
		return time.Second
	}
	return 0
}

// proven forgets the guesses of a user who knew the password in the end. Of the
// address it takes back as many and no more: else who has an account of their
// own could guess from there at all the others.
func (t *throttle) proven(user, address guesser) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.tries[address]
	t.tries[address] = all[:max(0, len(all)-len(t.tries[user]))]
	delete(t.tries, user)
	if len(t.tries[address]) == 0 {
		delete(t.tries, address)
	}
}

// fresh are the attempts of a key that still count.
func (t *throttle) fresh(k guesser, now time.Time) []time.Time {
	tries := t.tries[k]
	for len(tries) > 0 && now.Sub(tries[0]) >= guessWindow {
		tries = tries[1:]
	}
	return tries
}

// forget makes room.
func (t *throttle) forget(now time.Time) {
	for k := range t.tries {
		if len(t.fresh(k, now)) == 0 {
			delete(t.tries, k)
		}
	}
}
