package store

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"ringfence/phone"
)

// fill sets every field below v to something that is not its zero value, so
// that a property that is forgotten on the way to the disk and back shows.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Millisecond)))
			return
		}
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.String:
		v.SetString(fmt.Sprintf("%024x", *n))
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Fatalf("a property of kind %s: teach fill", v.Kind())
	}
}

func TestEveryPropertyOfAPhoneComesBack(t *testing.T) {
	s := world(t)
	extension := addExtension(t, s, "101", "Alice")
	full := func(p *phone.Phone) {
		fill(t, reflect.ValueOf(p).Elem(), new(int))
		p.Customer, p.Model, p.Extension = acme, snomD865, extension.ID
		p.CustomConfig = "line\nline \x00 <&> \"ü\" 電話"
	}
	for name, change := range map[string]func(*phone.Phone){"all set": full, "few set": func(*phone.Phone) {}} {
		made := add(t, s, change)
		read, err := s.Phones.Get(t.Context(), made.ID)
		must(t)(read, err)
		equal(t, name, read, made)
		equal(t, name+", in the Book", s.Book.ByID(made.ID).Phone, made)
	}
}

func TestANewPhoneGetsWhatItLacks(t *testing.T) {
	s := world(t)
	p := add(t, s, func(*phone.Phone) {})
	if _, ok := phone.ParseID(string(p.ID)); !ok || len(p.Username) != 32 || len(p.Password) != 32 {
		t.Errorf("got id %q, a username of %d and a password of %d characters", p.ID, len(p.Username), len(p.Password))
	}
	kept := add(t, s, func(p *phone.Phone) { p.ID, p.Username, p.Password = absent, "user", "pass" })
	got := []string{string(kept.ID), kept.Username, kept.Password}
	equal(t, "id, username, password", got, []string{string(absent), "user", "pass"})
}

func TestAPhoneThatIsRefusedIsNotThere(t *testing.T) {
	s := world(t)
	_, err := s.Phones.Create(t.Context(), func(phone.References) (*phone.Phone, error) {
		return nil, phone.Fault(phone.BadMAC)
	})
	refused(t, err, phone.Invalid, "macAddress")
	equal(t, "phones in the Book", s.Book.Len(), 0)
}

func TestUniquePropertiesCollide(t *testing.T) {
	one, two := 1, 2
	for _, c := range []struct {
		name          string
		first, second func(*phone.Phone)
		key           string // "" is no collision
	}{
		{"two phones on one MAC", mac("0004131A2B3C", nil), mac("0004131A2B3C", nil), "macAddress"},
		{"no position is the first position", mac("0004131A2B3C", nil), mac("0004131A2B3C", new(int)), "macAddress"},
		{"two phones on one position", mac("0004131A2B3C", &one), mac("0004131A2B3C", &one), "macAddress"},
		{"two positions of one device", mac("0004131A2B3C", &one), mac("0004131A2B3C", &two), ""},
		{"two phones without a MAC", mac("", nil), mac("", nil), ""},
		{"one username", named("alice"), named("alice"), "username"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			add(t, s, c.first)
			_, err := s.Phones.Create(t.Context(), func(phone.References) (*phone.Phone, error) {
				p := phone.New(acme)
				p.Model = dectBase
				c.second(p)
				return p, nil
			})
			if c.key == "" {
				must(t)(nil, err)
				return
			}
			refused(t, err, phone.Conflict, c.key)
			equal(t, "phones in the Book", s.Book.Len(), 1)
		})
	}
}

func mac(m phone.MAC, index *int) func(*phone.Phone) {
	return func(p *phone.Phone) { p.MAC, p.HandsetIndex = m, index }
}

func named(username string) func(*phone.Phone) {
	return func(p *phone.Phone) { p.Username = username }
}

func TestAnUpdateHoldsWhenTheCallReturns(t *testing.T) {
	var changes []phone.Change
	s := world(t, func(c *Config) { c.Changed = func(c phone.Change) { changes = append(changes, c) } })
	p := add(t, s, mac("0004131A2B3C", nil))
	updated, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		p.ID, p.MAC = absent, "0004131A2B3D" // an id cannot be changed
		return nil
	})
	must(t)(updated, err)
	equal(t, "id", updated.ID, p.ID)
	equal(t, "phones with the old MAC", len(s.Book.ByMAC("0004131A2B3C")), 0)
	equal(t, "the phone with the new MAC", s.Book.ByMAC("0004131A2B3D")[0].Phone, updated)

	must(t)(nil, s.Phones.Delete(t.Context(), p.ID, func(*phone.Phone) error { return nil }))
	equal(t, "the deleted phone in the Book", s.Book.ByID(p.ID), (*phone.Account)(nil))
	equal(t, "its record", s.Record(p.ID), phone.Record{})
	equal(t, "changes", changes, []phone.Change{{After: p}, {Before: p, After: updated}, {Before: updated}})
}

func TestAnEditThatFailsChangesNothing(t *testing.T) {
	s := world(t)
	p := add(t, s, func(*phone.Phone) {})
	_, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		p.Notes = "half done"
		return phone.Fault(phone.AccessDenied)
	})
	refused(t, err, phone.Denied, "access_denied")
	err = s.Phones.Delete(t.Context(), p.ID, func(*phone.Phone) error { return phone.Fault(phone.AccessDenied) })
	refused(t, err, phone.Denied, "access_denied")
	read, err := s.Phones.Get(t.Context(), p.ID)
	must(t)(read, err)
	equal(t, "phone", read, p)
	equal(t, "phone in the Book", s.Book.ByID(p.ID).Phone, p)
}

func TestConfigSavedFollowsTheConfiguration(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	p := add(t, s, func(*phone.Phone) {})
	for _, c := range []struct {
		name string
		edit func(*phone.Phone)
		want time.Time
	}{
		{"created", func(*phone.Phone) {}, noon},
		{"only the notes and the fence change", func(p *phone.Phone) { p.Notes, p.IP.Countries = "desk 4", "DK" }, noon},
		{"the display changes", func(p *phone.Phone) { p.DisplayFontColor = "DARK" }, noon.Add(3 * time.Hour)},
	} {
		now = now.Add(time.Hour)
		_, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
			c.edit(p)
			return nil
		})
		must(t)(nil, err)
		equal(t, c.name, s.Record(p.ID).ConfigSaved, c.want)
	}
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	s := world(t)
	ctx := t.Context()
	for what, do := range map[string]func() error{
		"phone":            func() error { _, err := s.Phones.Get(ctx, absent); return err },
		"update phone":     func() error { _, err := s.Phones.Update(ctx, absent, nil); return err },
		"delete phone":     func() error { return s.Phones.Delete(ctx, absent, nil) },
		"lock":             func() error { _, _, err := s.Lock(ctx, absent, netip.MustParseAddr("192.0.2.1")); return err },
		"config loaded":    func() error { return s.ConfigLoaded(ctx, noon, phone.Fetched{Phone: absent}) },
		"customer":         func() error { _, err := s.Customers.Get(ctx, absent); return err },
		"update customer":  func() error { _, err := s.Customers.Update(ctx, absent, nil); return err },
		"extension":        func() error { _, err := s.Extensions.Get(ctx, absent); return err },
		"update extension": func() error { _, err := s.Extensions.Update(ctx, absent, nil); return err },
		"delete extension": func() error { return s.Extensions.Delete(ctx, absent, nil) },
		"model":            func() error { _, err := s.Models.Get(ctx, absent); return err },
		"employee":         func() error { _, err := s.Employees.Get(ctx, absent); return err },
		"login":            func() error { _, err := s.Employees.ByLogin(ctx, "nobody@example.com"); return err },
		"session":          func() error { _, err := s.Session(ctx, "hash"); return err },
		"save session":     func() error { return s.SaveSession(ctx, &phone.Session{TokenHash: "hash", Employee: absent}) },
	} {
		t.Run(what, func(t *testing.T) { refused(t, do(), phone.NotFound, "not_found") })
	}
}

func TestReferencesHoldInTheTransaction(t *testing.T) {
	s := world(t)
	extension := addExtension(t, s, "101", "Alice")
	first := add(t, s, func(p *phone.Phone) { p.Model = dectBase; mac("0004131A2B3C", new(int))(p) })
	_, err := s.Phones.Create(t.Context(), func(refs phone.References) (*phone.Phone, error) {
		equal(t, "extension", refs.Extension(extension.ID), extension)
		equal(t, "model", refs.Model(dectBase), s.Book.Model(dectBase))
		equal(t, "customer", refs.Customer(acme), s.Book.Customer(acme))
		equal(t, "sharing", refs.SharingMAC("0004131A2B3C"), []*phone.Phone{first})
		equal(t, "sharing nothing", len(refs.SharingMAC("")), 0)
		if refs.Extension(absent) != nil || refs.Model(absent) != nil || refs.Customer(absent) != nil {
			t.Error("what does not exist was found")
		}
		p := phone.New(acme)
		p.Model, p.MAC = dectBase, "0004131A2B3C"
		return p, p.Complete(nil, refs).Err()
	})
	must(t)(nil, err)
	equal(t, "position of the second", s.Book.ByMAC("0004131A2B3C")[1].Handset(), 1)
}

func TestALookUpThatFailsFailsTheChange(t *testing.T) {
	s := world(t)
	must(t)(s.writing.Exec("UPDATE models SET document = 'spoilt' WHERE id = ?", dectBase))
	_, err := s.Phones.Create(t.Context(), func(refs phone.References) (*phone.Phone, error) {
		p := phone.New(acme)
		p.Model = dectBase
		return p, p.Complete(nil, refs).Err() // it finds no model, which is not true
	})
	var e *phone.Error
	if err == nil || errors.As(err, &e) {
		t.Errorf("got %v, want an error of the database", err)
	}
}
