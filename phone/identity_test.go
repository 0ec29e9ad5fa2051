package phone

import (
	"reflect"
	"testing"
	"time"
)

// TestAnIdentityIsThatOfThePhone reads phones of every kind in both ways.
func TestAnIdentityIsThatOfThePhone(t *testing.T) {
	phones := []*Phone{
		{ID: "1", Username: "u"},
		{ID: "1", Username: "u", Password: "p", Old: []OldCredentials{old("a", 1)}},
		{ID: "1", Username: "u", Password: "p", IP: Fence{Mode: Locked, Address: "2001:db8::1"}},
		{ID: "1", Username: "u", IP: Fence{Mode: Roaming, Countries: "DK,SE"}, Old: []OldCredentials{old("a", 1), old("b", 2)}},
		{ID: "1", Username: "u", Customer: acme, IP: Fence{Mode: "ODD", Countries: "DK", Address: "192.0.2.1"}},
	}
	for n := range 40 {
		f, p := filler{n}, &Phone{}
		f.fill(t, reflect.ValueOf(p).Elem())
		phones = append(phones, p)
	}
	for _, p := range phones {
		b := NewBook("example.net", []int{p.PBXCluster})
		b.PutPhone(p)
		logins := []OldCredentials{{Username: p.Username, Password: p.Password}}
		for _, pair := range append(logins, p.Old...) {
			got, found := b.Identity(pair.Username)
			want := Identity{
				ID: p.ID, Customer: p.Customer, IP: p.IP, Login: pair.Username,
				HA1: NewHA1(pair.Username, "example.net", pair.Password), Until: pair.Until, HasOld: len(p.Old) > 0,
			}
			if !found || !reflect.DeepEqual(got, want) {
				t.Errorf("%s is %+v\nwant %+v", pair.Username, got, want)
			}
			if again := b.ByUsername(pair.Username).Identity(); !reflect.DeepEqual(again, want) {
				t.Errorf("%s unpacked is %+v\nwant %+v", pair.Username, again, want)
			}
		}
	}
}

func TestAnIdentityIsOfAClusterThatIsServed(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	b.PutPhone(&Phone{ID: "1", PBXCluster: Development, Username: "u"})
	for _, username := range []string{"u", "nobody", ""} {
		if who, found := b.Identity(username); found || who != (Identity{}) {
			t.Errorf("%q is %+v", username, who)
		}
	}
}

func TestHowLongAnIdentityIsValid(t *testing.T) {
	for _, c := range []struct {
		until, now time.Time
		want       bool
	}{
		{time.Time{}, midday.AddDate(9, 0, 0), true},
		{midday, midday.Add(-1), true},
		{midday, midday, false},
	} {
		if got := (&Identity{Until: c.until}).Valid(c.now); got != c.want {
			t.Errorf("until %s, at %s: %t", c.until, c.now, got)
		}
	}
}

func TestWhatMakesAnIdentityTheSame(t *testing.T) {
	is := Identity{ID: "1", HA1: NewHA1("u", "r", "p")}
	for name, c := range map[string]struct {
		other Identity
		want  bool
	}{
		"with another fence":  {Identity{ID: "1", HA1: is.HA1, IP: Fence{Mode: Locked}, HasOld: true}, true},
		"another phone":       {Identity{ID: "2", HA1: is.HA1}, false},
		"with another secret": {Identity{ID: "1", HA1: NewHA1("u", "r", "q")}, false},
	} {
		if got := is.Same(&c.other); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
