package store

import (
	"testing"
	"time"

	"ringfence/phone"
)

func TestOneNumberMeansOneThing(t *testing.T) {
	s := world(t)
	must(t)(s.Customers.Create(t.Context(), giving(&phone.Customer{ID: other, Name: "Other", State: phone.CustomerActive})))
	e := addExtension(t, s, "101", "Alice")
	g := addGroup(t, s, "300")
	makeQueue := func(customer phone.ID, number string) error {
		_, err := s.Queues.Create(t.Context(), giving(&phone.Queue{Customer: customer, Name: "q", Number: number}))
		return err
	}
	refused(t, makeQueue(acme, "101"), phone.Conflict, "number")
	refused(t, makeQueue(acme, "300"), phone.Conflict, "number")
	must(t)(nil, makeQueue(other, "300"))
	must(t)(nil, makeQueue(acme, ""))
	must(t)(nil, makeQueue(acme, "")) // that cannot be dialled there may be many
	_, err := s.Trunks.Create(t.Context(), giving(&phone.Trunk{Customer: acme, Name: "t", Number: "101"}))
	refused(t, err, phone.Conflict, "number")

	rename := func(number string) error {
		_, err := s.Groups.Update(t.Context(), g.ID, func(g *phone.Group, _ phone.References) error {
			g.Number = number
			return nil
		})
		return err
	}
	refused(t, rename("101"), phone.Conflict, "number")
	must(t)(nil, rename("301"))
	must(t)(nil, makeQueue(acme, "300")) // which is free again
	must(t)(nil, s.Extensions.Delete(t.Context(), e.ID, func(*phone.Extension) error { return nil }))
	must(t)(nil, rename("101"))
}

func TestWhatIsUsedStays(t *testing.T) {
	s := world(t)
	e := addExtension(t, s, "101", "Alice")
	g := addGroup(t, s, "300")
	edit := func(change func(*phone.Group)) {
		t.Helper()
		_, err := s.Groups.Update(t.Context(), g.ID, func(g *phone.Group, _ phone.References) error {
			change(g)
			return nil
		})
		must(t)(nil, err)
	}
	remove := func() error {
		return s.Extensions.Delete(t.Context(), e.ID, func(*phone.Extension) error { return nil })
	}
	edit(func(g *phone.Group) { g.Members, g.Controllers = []phone.ID{e.ID}, []phone.ID{e.ID} })
	refused(t, remove(), phone.Conflict, "id")
	edit(func(g *phone.Group) { g.Members = []phone.ID{} })
	refused(t, remove(), phone.Conflict, "id")
	edit(func(g *phone.Group) { g.Controllers = []phone.ID{} })
	must(t)(nil, remove())
	equal(t, "uses", count(t, s, "SELECT count(*) FROM uses WHERE target = ?", e.ID), 0)
}

func TestAPhonesProductIsNothingElse(t *testing.T) {
	s := world(t)
	e := addExtension(t, s, "101", "Alice")
	product, err := s.Products.Create(t.Context(), giving(&phone.Product{Customer: acme, Name: "p"}))
	must(t)(product, err)
	p := add(t, s, func(p *phone.Phone) {
		p.Product, p.Purchase.SidePanels = e.ID, []phone.SidePanel{{Serial: "1", Product: product.ID}}
	})
	must(t)(nil, s.Extensions.Delete(t.Context(), e.ID, func(*phone.Extension) error { return nil }))
	allow := func(*phone.Product) error { return nil }
	refused(t, s.Products.Delete(t.Context(), product.ID, allow), phone.Conflict, "id")
	must(t)(nil, s.Phones.Delete(t.Context(), p.ID, func(*phone.Phone) error { return nil }))
	must(t)(nil, s.Products.Delete(t.Context(), product.ID, allow))
}

func TestAnUpdateThatChangesNothing(t *testing.T) {
	var changes []phone.Change
	s := world(t, func(c *Config) { c.Changed = func(c phone.Change) { changes = append(changes, c) } })
	p := add(t, s, func(p *phone.Phone) { p.Softkeys, p.Notes = []phone.Softkey{{Function: "BLF"}}, "n" })
	changes = nil
	written, inBook := len(entries(t, s, phone.Query{})), s.Book.ByID(p.ID)
	got, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		p.Softkeys, p.Notes, p.ID = []phone.Softkey{{Function: "BLF"}}, "n", absent
		return nil
	})
	must(t)(got, err)
	equal(t, "phone", got, p)
	equal(t, "changes", len(changes), 0)
	equal(t, "in the audit log", len(entries(t, s, phone.Query{})), written)
	equal(t, "in the Book", s.Book.ByID(p.ID), inBook)
	for name, change := range map[string]func(*phone.Phone){
		"a column":          func(p *phone.Phone) { p.Notes = "m" },
		"the document":      func(p *phone.Phone) { p.Softkeys = nil },
		"an old credential": func(p *phone.Phone) { p.Old = []phone.OldCredentials{{Username: "u", Password: "p", Until: noon}} },
	} {
		changes = nil
		_, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
			change(p)
			return nil
		})
		must(t)(nil, err)
		equal(t, name, len(changes), 1)
	}
}

// What a phone's key or line is called and dials is in its configuration.
func TestAChangeOfWhatAPhoneUsesIsOneOfItsConfiguration(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	e, g := addExtension(t, s, "101", "Alice"), addGroup(t, s, "300")
	q, err := s.Queues.Create(t.Context(), giving(&phone.Queue{Customer: acme, Name: "Support", Number: "400"}))
	must(t)(q, err)
	m, err := s.Models.Create(t.Context(), giving(&phone.Model{Brand: "ACME", Model: "1"}))
	must(t)(m, err)
	user := add(t, s, func(p *phone.Phone) {
		p.Model, p.Extension = m.ID, e.ID
		p.Softkeys = []phone.Softkey{{Function: phone.KeyPickupGroup, Value: string(g.ID)}, {Function: phone.KeyQueue, Value: string(q.ID)}}
	})
	other := add(t, s, func(*phone.Phone) {})
	for _, c := range []struct {
		name  string
		edit  func() error
		saved bool
	}{
		{"an extension's notes", editing(t, s.Extensions, e.ID, func(e *phone.Extension) { e.Notes = "n" }), false},
		{"an extension's name", editing(t, s.Extensions, e.ID, func(e *phone.Extension) { e.Name = "Bob" }), true},
		{"an extension's number", editing(t, s.Extensions, e.ID, func(e *phone.Extension) { e.Number = "102" }), true},
		{"a group's name", editing(t, s.Groups, g.ID, func(g *phone.Group) { g.Name = "n" }), false},
		{"a group's number", editing(t, s.Groups, g.ID, func(g *phone.Group) { g.Number = "301" }), true},
		{"a queue's name", editing(t, s.Queues, q.ID, func(q *phone.Queue) { q.Name = "n" }), false},
		{"a queue's number", editing(t, s.Queues, q.ID, func(q *phone.Queue) { q.Number = "401" }), true},
		{"a model's description", editing(t, s.Models, m.ID, func(m *phone.Model) { m.Description = "n" }), false},
		{"a model's template", editing(t, s.Models, m.ID, func(m *phone.Model) { m.ConfigurationTmpl = "t" }), true},
	} {
		want := s.Record(user.ID).ConfigSaved
		if now = now.Add(time.Hour); c.saved {
			want = now
		}
		must(t)(nil, c.edit())
		equal(t, c.name, s.Record(user.ID).ConfigSaved, want)
		equal(t, c.name+", of another phone", s.Record(other.ID).ConfigSaved, noon)
	}
}

// editing is a change of an object, to be made later.
func editing[T any](t *testing.T, c *Collection[T], id phone.ID, edit func(*T)) func() error {
	return func() error {
		_, err := c.Update(t.Context(), id, func(object *T, _ phone.References) error {
			edit(object)
			return nil
		})
		return err
	}
}

func TestEmployeesLoseTheirSessions(t *testing.T) {
	s := world(t)
	e := addEmployee(t, s, "alice")
	for _, c := range []struct {
		name   string
		change func(*phone.Employee)
		left   int
	}{
		{"a new name", func(e *phone.Employee) { e.Name = "Alice" }, 1},
		{"a new password", func(e *phone.Employee) { e.PasswordHash = "other" }, 0},
		{"another level", func(e *phone.Employee) { e.AccessLevel = phone.Viewer }, 0},
		{"disabled", func(e *phone.Employee) { e.State = phone.EmployeeDisabled }, 0},
	} {
		must(t)(nil, s.SaveSession(t.Context(), &phone.Session{TokenHash: "token", Employee: e.ID}))
		_, err := s.Employees.Update(t.Context(), e.ID, func(e *phone.Employee, _ phone.References) error {
			c.change(e)
			return nil
		})
		must(t)(nil, err)
		equal(t, c.name, count(t, s, "SELECT count(*) FROM sessions"), c.left)
		must(t)(nil, s.DeleteSessions(t.Context(), e.ID))
	}
}

func TestTheAddressOfADeletedEmployeeIsFree(t *testing.T) {
	s := world(t)
	gone := addEmployee(t, s, "alice")
	_, err := s.Employees.Update(t.Context(), gone.ID, func(e *phone.Employee, _ phone.References) error {
		e.State = phone.EmployeeDeleted
		return nil
	})
	must(t)(nil, err)
	_, err = s.Employees.ByLogin(t.Context(), "alice")
	refused(t, err, phone.NotFound, "not_found")
	next := addEmployee(t, s, "Alice")
	found, err := s.Employees.ByLogin(t.Context(), "alice")
	must(t)(found, err)
	equal(t, "who has it now", found, next)
	_, err = s.Employees.Update(t.Context(), gone.ID, func(e *phone.Employee, _ phone.References) error {
		e.State = phone.EmployeeEnabled
		return nil
	})
	refused(t, err, phone.Conflict, "emailAddress")
}
