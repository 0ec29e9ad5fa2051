package store

import (
	"fmt"
	"testing"
	"time"

	"ringfence/phone"
)

// Of too many logins of one employee the expired go first, then the oldest,
// whatever their tokens hash to.
func TestTheOldestSessionsMakeRoom(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	alice, bob := addEmployee(t, s, "alice"), addEmployee(t, s, "bob")
	login := func(hash string, e *phone.Employee, expires time.Time) {
		t.Helper()
		must(t)(nil, s.SaveSession(t.Context(), &phone.Session{TokenHash: hash, Employee: e.ID, Expires: expires}))
	}
	alive := func(hash string) bool {
		_, err := s.Session(t.Context(), hash)
		return err == nil
	}
	login("of bob", bob, time.Time{})
	for i := range maxSessions {
		now = now.Add(time.Second)
		login(fmt.Sprintf("%03d", i+1), alice, time.Time{})
	}
	if !alive("001") || !alive("100") {
		t.Fatal("a session went while there was room")
	}
	now = now.Add(time.Second)
	login("one more", alice, now.Add(time.Minute))
	if alive("001") || !alive("002") || !alive("100") || !alive("one more") {
		t.Error("not the oldest went, or not it alone")
	}
	now = now.Add(time.Hour) // the last one expires
	login("another", alice, time.Time{})
	if !alive("002") || alive("one more") {
		t.Error("an old one went before the expired one")
	}
	if !alive("of bob") {
		t.Error("another employee's session went")
	}
}
