package store

import (
	"crypto/rand"
	"testing"
	"time"

	"ringfence/phone"
)

// was says whether the Book knows the credentials as former ones.
func was(s *Store, username, password string) bool {
	for _, f := range s.Book.Former(username) {
		if f.HA1 == phone.NewHA1(username, s.Book.Realm(), password) {
			return true
		}
	}
	return false
}

func TestWhatBecomesFormer(t *testing.T) {
	drop := func(t *testing.T, s *Store, id phone.ID) {
		must(t)(nil, s.Phones.Delete(t.Context(), id, func(*phone.Phone) error { return nil }))
	}
	for name, c := range map[string]struct {
		do   func(*testing.T, *Store, *phone.Phone)
		want bool
	}{
		"credentials that are renewed": {func(t *testing.T, s *Store, p *phone.Phone) { rotate(t, s, p.ID, 0) }, true},
		"not those that stay beside the new ones": {func(t *testing.T, s *Store, p *phone.Phone) {
			rotate(t, s, p.ID, time.Hour)
		}, false},
		"those that stayed, when the phone has the new ones": {func(t *testing.T, s *Store, p *phone.Phone) {
			_, after := rotate(t, s, p.ID, time.Hour)
			must(t)(nil, s.EndOldCredentials(t.Context(), p.ID, after.Username))
		}, true},
		"those of a phone that is deleted": {func(t *testing.T, s *Store, p *phone.Phone) { drop(t, s, p.ID) }, true},
		"the old password with the same username": {func(t *testing.T, s *Store, p *phone.Phone) {
			must(t)(s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
				p.Password = "another"
				return nil
			}))
		}, true},
		"not with any other change": {func(t *testing.T, s *Store, p *phone.Phone) { must(t)(nil, note(t, s, p)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := populate(t, open(t, dir))
			p := add(t, s, func(*phone.Phone) {})
			c.do(t, s, p)
			equal(t, "known", was(s, p.Username, p.Password), c.want)
			must(t)(nil, s.Close())
			equal(t, "known after a restart", was(open(t, dir), p.Username, p.Password), c.want)
		})
	}
}

func TestThreeFormerCredentialsOfAPhoneAreKept(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	p := add(t, s, func(*phone.Phone) {})
	var all []*phone.Phone
	for range phone.MaxFormer + 1 {
		before, _ := rotate(t, s, p.ID, 0)
		all = append(all, before)
	}
	must(t)(nil, s.Close())
	for _, s := range []*Store{s, open(t, dir)} {
		for i, before := range all {
			equal(t, "known", was(s, before.Username, before.Password), i > 0)
		}
	}
}

func TestFormerCredentialsAreForgottenInTime(t *testing.T) {
	dir, now := t.TempDir(), noon
	clock := func(c *Config) { c.Now = func() time.Time { return now } }
	s := populate(t, open(t, dir, clock))
	gone, p := add(t, s, func(*phone.Phone) {}), add(t, s, func(*phone.Phone) {})
	rotate(t, s, gone.ID, 0)
	now = now.Add(phone.FormerFor)
	equal(t, "known on its last day", was(s, gone.Username, gone.Password), true)
	now = now.Add(time.Second)
	rotate(t, s, p.ID, 0) // whatever is written takes what is too old along
	equal(t, "known afterwards", was(s, gone.Username, gone.Password), false)
	equal(t, "the younger is known", was(s, p.Username, p.Password), true)

	now = now.Add(phone.FormerFor + time.Second)
	must(t)(nil, s.Close())
	equal(t, "known after a restart", was(open(t, dir, clock), p.Username, p.Password), false)
}

// A username of before may belong to somebody else now, and go again.
func TestFormerCredentialsOfOneUsername(t *testing.T) {
	s := world(t)
	var passwords []string
	for range 2 {
		p := add(t, s, func(p *phone.Phone) { p.Username, p.Password = "desk", rand.Text() })
		passwords = append(passwords, p.Password)
		must(t)(nil, s.Phones.Delete(t.Context(), p.ID, func(*phone.Phone) error { return nil }))
	}
	for _, password := range passwords {
		equal(t, "known", was(s, "desk", password), true)
	}
}
