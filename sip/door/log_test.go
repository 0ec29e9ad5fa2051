package door

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip/digest"
)

// On a full disk each phone that has yet to be locked asks again and again, and
// the log may be on the same disk.
func TestAPhoneThatCannotBeJudgedIsLoggedOnceAMinute(t *testing.T) {
	h := newHouse()
	h.Book.PutPhone(desk("secret", phone.Fence{Mode: phone.Open}))
	h.lock = errors.New("disk full")
	for minute := 1; minute <= 2; minute++ {
		for range 3 {
			if got := h.Admit(t.Context(), h.identity("desk"), home, phone.ViaRegister); got != Unjudged {
				t.Errorf("got %d", got)
			}
		}
		if got := h.log.String(); strings.Count(got, "\n") != minute || !strings.Contains(got, "disk full") {
			t.Errorf("in minute %d: %q", minute, got)
		}
		h.now = h.now.Add(time.Minute)
	}
}

func TestOnlyAKnownPhonesWrongPasswordIsLoggedAndNoSecretIs(t *testing.T) {
	h := newHouse()
	ghost, wrong := signature{username: "ghost"}.value(t, h), signature{password: "guess"}.value(t, h)
	for _, v := range []string{ghost, wrong, wrong} {
		h.Authenticate(register(t, v), home)
	}
	got := h.log.String()
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, `msg="wrong password" phone=1 username=desk method=REGISTER source=udp:192.0.2.1:5060`) {
		t.Errorf("logged %q", got)
	}
	h.now = h.now.Add(time.Minute)
	if h.Authenticate(register(t, wrong), home); strings.Count(h.log.String(), "\n") != 2 {
		t.Errorf("after a minute: %q", h.log.String())
	}
	h.guard.held = map[string]bool{"desk": true, "ghost": true}
	for _, v := range []string{ghost, wrong, signature{}.value(t, h)} {
		h.Authenticate(register(t, v), home)
	}
	if got := h.log.String(); strings.Count(got, "\n") != 3 || !strings.Contains(got, `msg="password not judged, held off" phone=1 username=desk method=REGISTER`) {
		t.Errorf("held off: %q", got)
	}
	c, err := digest.ParseCredentials(wrong)
	if err != nil || strings.Contains(got, c.Response) || strings.Contains(got, c.Nonce) {
		t.Errorf("a secret in the log, or %v", err)
	}
}
