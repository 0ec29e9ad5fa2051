package store

import (
	"testing"
	"time"

	"ringfence/phone"
)

func addEmployee(t *testing.T, s *Store, email string) *phone.Employee {
	t.Helper()
	e, err := s.Employees.Create(t.Context(), giving(&phone.Employee{
		Customer: acme, AccessLevel: phone.Owner, State: phone.EmployeeEnabled,
		Name: "Name", EmailAddress: email, PasswordHash: "hash",
	}))
	must(t)(e, err)
	return e
}

func TestEmployees(t *testing.T) {
	s := world(t)
	alice := addEmployee(t, s, "Alice@example.com")
	root, err := s.Employees.Create(t.Context(), giving(&phone.Employee{AccessLevel: phone.Admin, EmailAddress: "admin"}))
	must(t)(root, err)
	for _, login := range []string{"Alice@example.com", "aLICE@EXAMPLE.com"} {
		read, err := s.Employees.ByLogin(t.Context(), login)
		must(t)(read, err)
		equal(t, login, read, alice)
	}
	read, err := s.Employees.Get(t.Context(), root.ID)
	must(t)(read, err)
	equal(t, "of no customer", read, root)
	_, err = s.Employees.Create(t.Context(), giving(&phone.Employee{EmailAddress: "ALICE@example.com"}))
	refused(t, err, phone.Conflict, "emailAddress")
	_, err = s.Employees.Create(t.Context(), giving(&phone.Employee{EmailAddress: "x", Customer: absent}))
	refused(t, err, phone.NotFound, "customer")

	n, err := s.Employees.Count(t.Context())
	must(t)(n, err)
	equal(t, "count", n, 2)
	list, total, err := s.Employees.List(t.Context(), phone.Query{Customer: acme, Filter: "ALI"})
	must(t)(list, err)
	equal(t, "list", list, []*phone.Employee{alice})
	equal(t, "total", total, 1)
}

func TestSessions(t *testing.T) {
	s := world(t)
	ctx := t.Context()
	alice, bob := addEmployee(t, s, "alice"), addEmployee(t, s, "bob")
	short := phone.Session{TokenHash: "short", Employee: alice.ID, Expires: noon.Add(time.Minute), Extend: 15 * time.Minute}
	long := phone.Session{TokenHash: "long", Employee: bob.ID, Extend: time.Minute}
	for _, session := range []phone.Session{short, long} {
		must(t)(nil, s.SaveSession(ctx, &session))
		read, err := s.Session(ctx, session.TokenHash)
		must(t)(read, err)
		equal(t, "session", *read, session)
	}
	must(t)(nil, s.TouchSession(ctx, "short", noon.Add(time.Hour)))
	read, err := s.Session(ctx, "short")
	must(t)(read, err)
	equal(t, "its new end", read.Expires, noon.Add(time.Hour))

	must(t)(nil, s.DeleteSessions(ctx, alice.ID))
	_, err = s.Session(ctx, "short")
	refused(t, err, phone.NotFound, "not_found")
	must(t)(nil, s.TouchSession(ctx, "short", noon.Add(time.Hour)))
	_, err = s.Session(ctx, "short")
	refused(t, err, phone.NotFound, "not_found")
	_, err = s.Session(ctx, "long")
	must(t)(nil, err)
}

func TestExpiredSessionsGo(t *testing.T) {
	s := world(t)
	alice := addEmployee(t, s, "alice")
	for hash, expires := range map[string]time.Time{"old": noon, "live": noon.Add(time.Millisecond), "lasting": {}} {
		session := &phone.Session{TokenHash: hash, Employee: alice.ID, Expires: expires}
		must(t)(nil, s.SaveSession(t.Context(), session))
	}
	must(t)(nil, s.SaveSession(t.Context(), &phone.Session{TokenHash: "next", Employee: alice.ID}))
	var left string
	row := s.reading.QueryRow("SELECT group_concat(token_hash ORDER BY token_hash) FROM sessions")
	must(t)(nil, row.Scan(&left))
	equal(t, "sessions", left, "lasting,live,next")
}
