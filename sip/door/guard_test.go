package door

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ringfence/guard"
	"ringfence/phone"
	"ringfence/sip"
)

// witness is a guard that writes down what it is told.
type witness struct {
	held  map[string]bool // by username
	heard []string
}

func (w *witness) Held(_ netip.Addr, username string) bool { return w.held[username] }

func (w *witness) Wrong(source netip.Addr, username string, kind guard.Kind) {
	names := map[guard.Kind]string{guard.WrongPassword: "wrong", guard.UnknownUser: "unknown", guard.FormerPassword: "former"}
	w.heard = append(w.heard, fmt.Sprintf("%s %s %s", names[kind], username, source))
}

func (w *witness) Right(source netip.Addr, username string) {
	w.heard = append(w.heard, fmt.Sprintf("right %s %s", username, source))
}

func (w *witness) Sign(source netip.Addr, userAgent, fromUser, toUser string) {
	w.heard = append(w.heard, fmt.Sprintf("sign %s %s %s %s", userAgent, fromUser, toUser, source))
}

// take returns what was written since it was asked last.
func (w *witness) take() string {
	defer func() { w.heard = nil }()
	return strings.Join(w.heard, ", ")
}

// suspects is a house that knows, beside desk, a username and a password of
// before.
func suspects() *house {
	h := newHouse()
	h.Book.PutFormer("1", []phone.Former{
		{Phone: "1", Username: "desk", HA1: phone.NewHA1("desk", realm, "last"), Ended: noon},
		{Phone: "1", Username: "once", HA1: phone.NewHA1("once", realm, "secret"), Ended: noon},
		{Phone: "1", Username: "long", HA1: phone.NewHA1("long", realm, "secret"), Ended: noon.Add(-phone.FormerFor)},
	})
	return h
}

func TestWhatTheGuardHears(t *testing.T) {
	ghost, wrong := signature{username: "ghost"}, signature{password: "guess"}
	last, once, long := signature{password: "last"}, signature{username: "once"}, signature{username: "long"}
	for name, c := range map[string]struct {
		sign  *signature
		late  bool // the nonce is old
		from  sip.Flow
		held  string
		want  string // what the guard hears
		count Stats
	}{
		"no credentials":               {nil, false, home, "", "sign Scanner desk 100 192.0.2.1", Stats{Challenges: 1}},
		"the right password":           {&signature{}, false, home, "", "", Stats{Proven: 1}},
		"a wrong password":             {&wrong, false, home, "", "wrong desk 192.0.2.1", Stats{Wrong: 1}},
		"an unknown user":              {&ghost, false, home, "", "unknown ghost 192.0.2.1", Stats{Unknown: 1}},
		"the password of before":       {&last, false, home, "", "former desk 192.0.2.1", Stats{Former: 1}},
		"the username of before":       {&once, false, home, "", "former once 192.0.2.1", Stats{Former: 1}},
		"the username of long before":  {&long, false, home, "", "unknown long 192.0.2.1", Stats{Unknown: 1}},
		"a wrong password, late":       {&wrong, true, home, "", "", Stats{Wrong: 1}},
		"an unknown user, late":        {&ghost, true, home, "", "", Stats{Unknown: 1}},
		"the password of before, late": {&last, true, home, "", "", Stats{Former: 1}},
		"the right password, late":     {&signature{}, true, home, "", "", Stats{Stale: 1}},
		"a nonce made for another":     {&wrong, false, away, "", "sign Scanner desk 100 198.51.100.7", Stats{Challenges: 1}},
		"a wrong password, held off":   {&wrong, false, home, "desk", "", Stats{Held: 1}},
		"the right one, held off":      {&signature{}, false, home, "desk", "", Stats{Held: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			h := suspects()
			h.guard.held[c.held] = true
			var values []string
			if c.sign != nil {
				values = append(values, c.sign.value(t, h))
			}
			if c.late {
				h.now = h.now.Add(2 * time.Minute)
			}
			h.Authenticate(sip.OutlineOf(request(t, "REGISTER", "User-Agent: Scanner\nTo: <sip:100@example.net>", values...)), c.from)
			if got := strings.Join(h.guard.heard, ", "); got != c.want || h.Stats() != c.count {
				t.Errorf("heard %q, counted %+v\nwant  %q, %+v", got, h.Stats(), c.want, c.count)
			}
		})
	}
}

// A password that is stolen must not make the address of the thief one that is
// known to be right.
func TestTheGuardHearsOfAProofThatTheFenceHasLetIn(t *testing.T) {
	locked, open := phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}, phone.Fence{Mode: phone.Open}
	for name, c := range map[string]struct {
		fence  phone.Fence
		from   sip.Flow
		lock   error
		glance string // what it hears when nobody waits,
		admit  string // and when somebody does
	}{
		"at its address":                  {locked, home, nil, "right desk 192.0.2.1", "right desk 192.0.2.1"},
		"elsewhere":                       {locked, away, nil, "", ""},
		"where it will be locked to":      {open, away, nil, "", "right desk 198.51.100.7"},
		"where it could not be locked to": {open, away, errors.New("disk full"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.lock = c.lock
			h.Book.PutPhone(desk("secret", c.fence))
			h.Glance(h.identity("desk"), c.from, phone.ViaRegister)
			glance := h.guard.take()
			h.Admit(t.Context(), h.identity("desk"), c.from, phone.ViaRegister)
			if admit := h.guard.take(); glance != c.glance || admit != c.admit {
				t.Errorf("heard %q and %q, want %q and %q", glance, admit, c.glance, c.admit)
			}
		})
	}
}

// Nobody learns from an answer whether a user exists or existed, or is held off.
func TestWhoIsNotProvenGetsTheSameAnswer(t *testing.T) {
	nonce := regexp.MustCompile(`nonce="[^"]{32}"`)
	answers := map[string]bool{}
	for name, sign := range map[string]signature{
		"unknown": {username: "ghost"}, "wrong": {password: "guess"}, "former": {password: "last"},
		"renamed": {username: "once"}, "held": {}, "held and wrong": {password: "guess"},
	} {
		h := suspects()
		h.guard.held["desk"] = strings.HasPrefix(name, "held")
		o := register(t, sign.value(t, h))
		_, r := h.Authenticate(o, home)
		text := h.appendAnswer(nil, o, home, r)
		if len(nonce.FindAll(text, -1)) != 2 {
			t.Errorf("%s: no nonces in %q", name, text)
		}
		answers[string(nonce.ReplaceAll(text, nil))] = true
	}
	if len(answers) != 1 {
		t.Errorf("%d different answers: %v", len(answers), answers)
	}
}

func TestAPhoneThatHasNotReloadedIsLoggedOnceAMinute(t *testing.T) {
	h := suspects()
	for range 3 {
		h.Authenticate(register(t, signature{password: "last"}.value(t, h)), home)
		h.now = h.now.Add(25 * time.Second)
	}
	want := `msg="former password" phone=1 username=desk method=REGISTER source=udp:192.0.2.1:5060`
	if got := h.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, want) {
		t.Errorf("logged %q", got)
	}
}

func TestOldCredentialsWhoseTimeIsOverAreFormer(t *testing.T) {
	h, _ := renewed(t)
	h.now = h.now.Add(time.Minute)
	h.Authenticate(register(t, signature{}.value(t, h)), home)
	if !slices.Equal(h.guard.heard, []string{"former desk 192.0.2.1"}) || h.Stats().Former != 1 {
		t.Errorf("heard %q, counted %+v", h.guard.heard, h.Stats())
	}
}

func TestTheLogOfWrongPasswordsHasABound(t *testing.T) {
	q := newQuiet()
	lines := 0
	for i := range 100_000 {
		if q.speak("wrong password", phone.ID(fmt.Sprint(i)), noon) {
			lines++
		}
	}
	if lines == 0 || lines > len(q.places) {
		t.Errorf("%d lines in a minute", lines)
	}
}

// The guard that the server has is one.
var _ Guard = (*guard.Guard)(nil)
