package door

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ringfence/phone"
)

// renewed is a house whose phone has new credentials, and keeps the old ones of
// desk for a minute. What is ended is noted.
func renewed(t *testing.T) (*house, *[]string) {
	t.Helper()
	h, ended := newHouse(), new([]string)
	p := desk("new secret", phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"})
	p.Username = "fresh"
	p.Old = []phone.OldCredentials{{Username: "desk", Password: "secret", Until: noon.Add(time.Minute)}}
	h.Book.PutPhone(p)
	h.EndOld = func(_ context.Context, id phone.ID, username string) error {
		*ended = append(*ended, string(id)+" "+username)
		return nil
	}
	return h, ended
}

var fresh = signature{username: "fresh", password: "new secret"}

func TestOldCredentialsProveThePhoneForTheirTime(t *testing.T) {
	for name, c := range map[string]struct {
		sign  signature
		after time.Duration
		want  string
	}{
		"the old ones":                           {signature{}, 0, "phone 1"},
		"the new ones":                           {fresh, 0, "phone 1"},
		"the old ones just before their end":     {signature{}, time.Minute - 1, "phone 1"},
		"the old ones when their time is over":   {signature{}, time.Minute, "challenged"},
		"the old username with the new password": {signature{password: "new secret"}, 0, "challenged"},
		"the new username with the old password": {signature{username: "fresh"}, 0, "challenged"},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := renewed(t)
			h.now = h.now.Add(c.after)
			if got := told(h.Authenticate(register(t, c.sign.value(t, h)), home)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheNewCredentialsEndTheOld(t *testing.T) {
	for name, c := range map[string]struct {
		login string
		from  string
		want  []string
	}{
		"the phone comes in with the new ones": {"fresh", "home", []string{"1 fresh"}},
		"the phone still has the old ones":     {"desk", "home", nil},
		"a copy of it is not let in":           {"fresh", "away", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h, ended := renewed(t)
			flow := home
			if c.from == "away" {
				flow = away
			}
			h.Admit(t.Context(), h.identity(c.login), flow, phone.ViaRegister)
			if !slices.Equal(*ended, c.want) {
				t.Errorf("ended %q, want %q", *ended, c.want)
			}
		})
	}
}

func TestWhatCannotBeEndedShutsNobodyOut(t *testing.T) {
	h, _ := renewed(t)
	h.EndOld = func(context.Context, phone.ID, string) error { return errors.New("disk full") }
	if r := h.Admit(t.Context(), h.identity("fresh"), home, phone.ViaCall); r != Proven {
		t.Errorf("got %v", r)
	}
}

func TestOldCredentialsThatEndMeanwhileDoNotLetIn(t *testing.T) {
	h, _ := renewed(t)
	who := h.identity("desk")
	h.now = h.now.Add(time.Minute)
	if r := h.Admit(t.Context(), who, home, phone.ViaRegister); r != Refused {
		t.Errorf("got %v", r)
	}
}
