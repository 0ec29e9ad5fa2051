package mgmt

import (
	"crypto/sha256"
	"time"

	"ringfence/phone"
)

// enter finds who makes a request, and counts it: against the rate of its token
// or, when that is nobody's, against the rate of the address that it came from.
// An address that has guessed too much is refused unheard, but for the tokens of
// logins in use: those nobody guesses. The admin token has no rate: it is the
// operator's own, for imports among others.
func (s *Server) enter(c *call) error {
	token, cookie := tokenOf(c.Context)
	if token == "" {
		return errNoToken
	}
	if cookie && crossOrigin(c.Request) {
		return errCrossOrigin
	}
	key, now := guesser(sha256.Sum256([]byte(token))), s.Now()
	wait, known := s.rates.take(key, now)
	if wait > 0 {
		return rateExceeded(wait)
	}
	if !known && !s.guesses.idle() {
		if wait = s.guesses.peek(addressGuesser(c.from), now); wait > 0 {
			return rateExceeded(wait)
		}
	}
	var err error
	c.caller, err = s.callerOf(c.Request.Context(), key)
	switch {
	case phone.KindOf(err) == phone.Unauthorized:
		s.rates.forget(key)
		s.guesses.charge(addressGuesser(c.from), now)
	case err == nil && !known && c.caller.employee != "":
		s.rates.charge(key, now)
	}
	return err
}

func rateExceeded(wait time.Duration) error {
	return tooMany("Too many requests, try again later", wait)
}
