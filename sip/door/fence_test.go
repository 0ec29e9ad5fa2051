package door

import (
	"errors"
	"testing"

	"ringfence/phone"
	"ringfence/sip"
)

// identity is whose a username is, the zero Identity for nobody's.
func (h *house) identity(username string) phone.Identity {
	who, _ := h.Book.Identity(username)
	return who
}

func TestAdmit(t *testing.T) {
	locked := phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}
	for name, c := range map[string]struct {
		meanwhile func(*house) // between the password and the fence
		flow      sip.Flow
		want      Result
		refused   uint64
	}{
		"a phone at its address passes":                  {func(*house) {}, home, Proven, 0},
		"a phone elsewhere is refused":                   {func(*house) {}, away, Refused, 1},
		"a fence that has moved meanwhile holds already": {func(h *house) { h.Book.PutPhone(desk("secret", phone.Fence{Mode: phone.Locked, Address: "192.0.2.9"})) }, home, Refused, 1},
		"a fence that has opened meanwhile does too":     {func(h *house) { h.Book.PutPhone(desk("secret", phone.Fence{Mode: phone.Open})) }, away, Proven, 0},
		"a password that has changed meanwhile does too": {func(h *house) { h.Book.PutPhone(desk("new", locked)) }, home, Refused, 1},
		"a phone that is gone is refused":                {func(h *house) { h.Book.DropPhone("1") }, home, Refused, 1},
		"a fence that cannot be locked lets nobody pass": {func(h *house) {
			h.Book.PutPhone(desk("secret", phone.Fence{Mode: phone.Open}))
			h.lock = errors.New("disk full")
		}, home, Unjudged, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			who := h.identity("desk")
			c.meanwhile(h)
			got := h.Admit(t.Context(), who, c.flow, phone.ViaRegister)
			if got != c.want || h.Stats().Refused != c.refused {
				t.Errorf("got %d, %+v; want %d", got, h.Stats(), c.want)
			}
		})
	}
}

// The whole phone is of the one that has proven itself, or there is none.
func TestAPhoneThatChangesWhileItProvesItselfIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*house)
		found     bool
	}{
		"not at all":   {func(*house) {}, true},
		"its fence":    {func(h *house) { h.Book.PutPhone(desk("secret", phone.Fence{Mode: phone.Open})) }, true},
		"its password": {func(h *house) { h.Book.PutPhone(desk("new", phone.Fence{Mode: phone.Open})) }, false},
		"it is gone":   {func(h *house) { h.Book.DropPhone("1") }, false},
		"another has its name": {func(h *house) {
			h.Book.DropPhone("1")
			p := desk("secret", phone.Fence{})
			p.ID = "2"
			h.Book.PutPhone(p)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			who := h.identity("desk")
			c.meanwhile(h)
			if a := h.account(who); (a != nil) != c.found || a != nil && a.ID != "1" || (h.Stats().Refused == 0) != c.found {
				t.Errorf("got %v, counted %+v", a, h.Stats())
			}
		})
	}
}

func TestGlance(t *testing.T) {
	locked := phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}
	renewing := desk("secret", locked)
	renewing.Old = []phone.OldCredentials{{Username: "old", Password: "old", Until: noon.Add(1)}}
	for name, c := range map[string]struct {
		phone   *phone.Phone
		login   string
		flow    sip.Flow
		want    Result
		decided bool
	}{
		"at its address":                      {desk("secret", locked), "desk", home, Proven, true},
		"elsewhere":                           {desk("secret", locked), "desk", away, Refused, true},
		"its fence is to be locked":           {desk("secret", phone.Fence{Mode: phone.Open}), "desk", home, Unjudged, false},
		"its old credentials are to be ended": {renewing, "desk", home, Unjudged, false},
		"it still has the old ones":           {renewing, "old", home, Proven, true},
		"a copy of it elsewhere":              {renewing, "desk", away, Refused, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.Book.PutPhone(c.phone)
			got, decided := h.Glance(h.identity(c.login), c.flow, phone.ViaRegister)
			if got != c.want || decided != c.decided || (h.Stats().Refused == 1) != (c.want == Refused) {
				t.Errorf("got %v, %t, %+v; want %v, %t", got, decided, h.Stats(), c.want, c.decided)
			}
		})
	}
}
