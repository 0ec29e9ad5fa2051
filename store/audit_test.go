package store

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"ringfence/phone"
)

// entries are the audit log, the newest first.
func entries(t *testing.T, s *Store, q phone.Query) []*phone.AuditEntry {
	t.Helper()
	list, _, err := s.ListAudit(t.Context(), q)
	must(t)(list, err)
	return list
}

func TestAChangeIsWrittenDownWithWhoMadeIt(t *testing.T) {
	s := world(t)
	g := addGroup(t, s, "300")
	ctx := phone.WithOrigin(t.Context(), &phone.Origin{Employee: absent, Level: phone.Owner, Address: "192.0.2.7", Call: "POST /pbx/group"})
	_, err := s.Groups.Update(ctx, g.ID, func(g *phone.Group, _ phone.References) error {
		g.Number = "301"
		return nil
	})
	must(t)(nil, err)
	got := *entries(t, s, phone.Query{Customer: acme, Limit: 1})[0]
	got.ID = ""
	equal(t, "entry", got, phone.AuditEntry{
		Time: noon, Customer: acme, Entity: "group", Object: g.ID, Action: "updated", Employee: absent, Level: phone.Owner,
		Address: "192.0.2.7", Call: "POST /pbx/group", Changes: map[string]phone.Values{"number": {Old: "300", New: "301"}},
	})
	must(t)(nil, s.Groups.Delete(ctx, g.ID, func(*phone.Group) error { return nil }))
	var actions string
	for _, e := range entries(t, s, phone.Query{Filter: string(g.ID)}) {
		actions += e.Action + " "
	}
	equal(t, "actions", actions, "deleted updated created ")
}

func TestARefusedChangeIsNotWrittenDown(t *testing.T) {
	s := world(t)
	g := addGroup(t, s, "300")
	addExtension(t, s, "101", "Alice")
	before := len(entries(t, s, phone.Query{}))
	refusal := errors.New("refused")
	for name, change := range map[string]func() error{
		"an error of the caller's": func() error {
			_, err := s.Groups.Update(t.Context(), g.ID, func(g *phone.Group, _ phone.References) error {
				g.Name = "x"
				return refusal
			})
			return err
		},
		"a number that is taken": func() error {
			_, err := s.Groups.Update(t.Context(), g.ID, func(g *phone.Group, _ phone.References) error {
				g.Number = "101"
				return nil
			})
			return err
		},
		"a creation that fails": func() error {
			_, err := s.Queues.Create(t.Context(), giving(&phone.Queue{Customer: acme, Name: "q", Number: "101"}))
			return err
		},
		"a deletion that is refused": func() error {
			return s.Groups.Delete(t.Context(), g.ID, func(*phone.Group) error { return refusal })
		},
	} {
		if err := change(); err == nil {
			t.Errorf("%s: it was done", name)
		}
		equal(t, name, len(entries(t, s, phone.Query{})), before)
	}
}

func TestAFenceThatLocksIsWrittenDown(t *testing.T) {
	s := world(t)
	p := add(t, s, func(*phone.Phone) {})
	_, won, err := s.Lock(t.Context(), p.ID, netip.MustParseAddr("192.0.2.1"))
	must(t)(won, err)
	_, _, err = s.Lock(t.Context(), p.ID, netip.MustParseAddr("192.0.2.2"))
	must(t)(nil, err)
	list := entries(t, s, phone.Query{Filter: string(p.ID)})
	equal(t, "entries", len(list), 2)
	got := *list[0]
	got.ID = ""
	equal(t, "the system's", got, phone.AuditEntry{
		Time: noon, Customer: acme, Entity: "sipphone", Object: p.ID, Action: "updated", Changes: map[string]phone.Values{
			"ip.mode": {Old: "OPEN", New: "LOCKED"}, "ip.address": {Old: "", New: "192.0.2.1"},
		},
	})
}

func TestTheAuditLogForgets(t *testing.T) {
	now := noon
	dir := t.TempDir()
	keep := func(c *Config) { c.KeepAudit, c.Now = 400*24*time.Hour, func() time.Time { return now } }
	s := populate(t, open(t, dir, keep))
	g := addGroup(t, s, "300")
	for i := range maxAuditPurged {
		_, err := s.Groups.Update(t.Context(), g.ID, func(g *phone.Group, _ phone.References) error {
			g.Notes = strconv.Itoa(i)
			return nil
		})
		must(t)(nil, err)
	}
	old := len(entries(t, s, phone.Query{}))
	now = now.Add(400 * 24 * time.Hour)
	addGroup(t, s, "301")
	equal(t, "on the last day", len(entries(t, s, phone.Query{})), old+1)
	now = now.Add(time.Millisecond)
	addGroup(t, s, "302")
	equal(t, "a change deletes some", len(entries(t, s, phone.Query{})), old+2-maxAuditPurged)
	must(t)(nil, s.Close())
	s = open(t, dir, keep)
	equal(t, "a start deletes the rest", len(entries(t, s, phone.Query{})), 2)
}

func TestAnAuditLogWithoutEnd(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	before := len(entries(t, s, phone.Query{}))
	now = now.AddDate(10, 0, 0)
	addGroup(t, s, "300")
	equal(t, "entries", len(entries(t, s, phone.Query{})), before+1)
}

func addGroup(t *testing.T, s *Store, number string) *phone.Group {
	t.Helper()
	g, err := s.Groups.Create(t.Context(), func(phone.References) (*phone.Group, error) {
		g := phone.NewGroup(acme)
		g.Name, g.Number = "Sales", number
		return g, nil
	})
	must(t)(g, err)
	return g
}

// count is one number out of the database.
func count(t *testing.T, s *Store, query string, args ...any) (n int) {
	t.Helper()
	must(t)(nil, s.reading.QueryRowContext(context.Background(), query, args...).Scan(&n))
	return n
}
