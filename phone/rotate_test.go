package phone

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

var midday = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// old are credentials that last for so many hours from midday.
func old(name string, hours int) OldCredentials {
	return OldCredentials{Username: name, Password: "p" + name, Until: midday.Add(time.Duration(hours) * time.Hour)}
}

func TestRotate(t *testing.T) {
	for name, c := range map[string]struct {
		before  []OldCredentials
		overlap time.Duration
		want    []OldCredentials
	}{
		"without an overlap the old ones end":   {nil, 0, nil},
		"and so do those of an earlier overlap": {[]OldCredentials{old("a", 1)}, 0, nil},
		"with an overlap they stay":             {nil, 2 * time.Hour, []OldCredentials{old("now", 2)}},
		"beside those that the phone may still have": {[]OldCredentials{old("a", 1)}, 2 * time.Hour,
			[]OldCredentials{old("now", 2), old("a", 1)}},
		"but not beside those whose time is over": {[]OldCredentials{old("a", 1), old("b", 0)}, 2 * time.Hour,
			[]OldCredentials{old("now", 2), old("a", 1)}},
		"the oldest makes room": {[]OldCredentials{old("a", 3), old("b", 2), old("c", 1)}, 4 * time.Hour,
			[]OldCredentials{old("now", 4), old("a", 3), old("b", 2)}},
	} {
		t.Run(name, func(t *testing.T) {
			before := &Phone{Username: "now", Password: "pnow", Old: c.before}
			p := before.Clone()
			if err := p.Rotate(rand.Reader, midday, c.overlap); err != nil {
				t.Fatal(err)
			}
			if len(p.Username) != 32 || len(p.Password) != 32 || p.Username == p.Password {
				t.Errorf("made %q and %q", p.Username, p.Password)
			}
			if !slices.Equal(p.Old, c.want) {
				t.Errorf("kept %v, want %v", p.Old, c.want)
			}
			if revoked := (Change{Before: before, After: p}).Revoked(); revoked != (c.overlap == 0) {
				t.Errorf("revoked: %v", revoked)
			}
		})
	}
}

func TestRotateChangesNothingWithoutRandomness(t *testing.T) {
	broken := errors.New("no randomness")
	for _, enough := range []int64{0, 40} { // for nothing; for not more than a username
		p := &Phone{Username: "now", Password: "pnow"}
		random := io.MultiReader(io.LimitReader(rand.Reader, enough), iotest.ErrReader(broken))
		if err := p.Rotate(random, midday, time.Hour); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		if p.Username != "now" || p.Password != "pnow" || p.Old != nil {
			t.Errorf("left %+v", p)
		}
	}
}

func TestTheEndOfOldCredentialsRevokesAndConfiguresNothing(t *testing.T) {
	before := &Phone{Username: "u", Password: "p", Old: []OldCredentials{old("a", 1)}}
	after := before.Clone()
	after.Old = nil
	if c := (Change{Before: before, After: after}); c.Revoked() || c.ConfigChanged() {
		t.Errorf("revoked %v, configuration changed %v", c.Revoked(), c.ConfigChanged())
	}
}

func TestOldCredentialsAreNotShown(t *testing.T) {
	b, err := json.Marshal(&Phone{Username: "u", Old: []OldCredentials{old("secret", 1)}})
	if err != nil || strings.Contains(string(b), "secret") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestABookFindsAPhoneByItsOldCredentials(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	p := &Phone{ID: "1", PBXCluster: Production, Username: "u", Password: "p", Old: []OldCredentials{old("a", 1), old("b", 2)}}
	b.PutPhone(p)
	a := b.ByUsername("b")
	if a == nil || !reflect.DeepEqual(a.Phone, p) || a.Login != "b" || a.HA1 != NewHA1("b", "example.net", "pb") {
		t.Fatalf("found %+v", a)
	}
	if own := b.ByUsername("u"); own.Login != "u" || !own.Until.IsZero() || !reflect.DeepEqual(b.ByID("1"), own) {
		t.Errorf("its own: %+v", own)
	}
	if !a.Until.Equal(p.Old[1].Until) {
		t.Errorf("until %s", a.Until)
	}
	if b.Len() != 1 {
		t.Errorf("%d phones", b.Len())
	}
	ended := p.Clone()
	ended.Old = ended.Old[:1]
	b.PutPhone(ended)
	if b.ByUsername("b") != nil || b.ByUsername("a") == nil {
		t.Error("not those that are left")
	}
	b.DropPhone("1")
	if b.ByUsername("a") != nil || b.ByUsername("u") != nil {
		t.Error("the phone is gone, and still found")
	}
}

func TestABindingIsNamedByItsContact(t *testing.T) {
	one := Binding{Contact: "sip:u@192.0.2.1", CSeq: 1}
	refreshed, other := Binding{Contact: one.Contact, CSeq: 2, Username: "new"}, Binding{Contact: "sip:u@192.0.2.2"}
	if _, ok := ParseID(string(one.ID())); !ok || one.ID() != refreshed.ID() || one.ID() == other.ID() {
		t.Errorf("got %s, %s, %s", one.ID(), refreshed.ID(), other.ID())
	}
}

func TestAPhoneIsKnownAsItRegistered(t *testing.T) {
	a := &Account{Phone: &Phone{Username: "new"}}
	for registered, want := range map[string]string{"old": "old", "": "new"} {
		if got := a.KnownAs(&Binding{Username: registered}); got != want {
			t.Errorf("registered as %q it is known as %q", registered, got)
		}
	}
}
