package store

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"ringfence/phone"
)

// rotate gives the phone new credentials and returns what it was and is.
func rotate(t *testing.T, s *Store, id phone.ID, overlap time.Duration) (before, after *phone.Phone) {
	t.Helper()
	before = s.Book.ByID(id).Phone
	after, err := s.Phones.Update(t.Context(), id, func(p *phone.Phone, _ phone.References) error {
		return p.Rotate(rand.Reader, s.Now(), overlap)
	})
	must(t)(after, err)
	return before, after
}

func TestOldCredentialsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	p := add(t, s, func(*phone.Phone) {})
	before, after := rotate(t, s, p.ID, time.Hour)
	must(t)(nil, s.Close())

	again := open(t, dir)
	a := again.Book.ByUsername(before.Username)
	if a == nil {
		t.Fatal("the old username finds nobody")
	}
	equal(t, "the phone", a.Phone, after)
	equal(t, "valid until", a.Until, noon.Add(time.Hour))
	equal(t, "its secret", a.HA1, phone.NewHA1(before.Username, "ringfence.test", before.Password))
}

func TestOldCredentialsEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*testing.T, *Store, *phone.Phone) error
		want bool // they are still found
	}{
		{"when the phone has proven the new ones", func(t *testing.T, s *Store, p *phone.Phone) error {
			return s.EndOldCredentials(t.Context(), p.ID, p.Username)
		}, false},
		{"not when those are renewed by then", func(t *testing.T, s *Store, p *phone.Phone) error {
			rotate(t, s, p.ID, time.Hour)
			return s.EndOldCredentials(t.Context(), p.ID, p.Username)
		}, true},
		{"when they are renewed without an overlap", func(t *testing.T, s *Store, p *phone.Phone) error {
			rotate(t, s, p.ID, 0)
			return nil
		}, false},
		{"not with any other change", func(t *testing.T, s *Store, p *phone.Phone) error { return note(t, s, p) }, true},
		{"with the phone", func(t *testing.T, s *Store, p *phone.Phone) error {
			return s.Phones.Delete(t.Context(), p.ID, func(*phone.Phone) error { return nil })
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			before, after := rotate(t, s, add(t, s, func(*phone.Phone) {}).ID, time.Hour)
			must(t)(nil, c.do(t, s, after))
			equal(t, "found by the old username", s.Book.ByUsername(before.Username) != nil, c.want)
		})
	}
}

func note(t *testing.T, s *Store, p *phone.Phone) error {
	t.Helper()
	_, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		p.Notes = "on the wall"
		return nil
	})
	return err
}

func TestWhereNothingIsKeptThereIsNothingToEnd(t *testing.T) {
	var changes int
	s := world(t, func(c *Config) { c.Changed = func(phone.Change) { changes++ } })
	p := add(t, s, func(*phone.Phone) {})
	must(t)(nil, s.EndOldCredentials(t.Context(), p.ID, p.Username))
	equal(t, "changes", changes, 1) // its creation
	refused(t, s.EndOldCredentials(context.Background(), absent, "user"), phone.NotFound, "not_found")
}
