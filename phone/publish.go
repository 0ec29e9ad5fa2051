package phone

import (
	"slices"
	"strings"
)

// What the store publishes into the Book, after it has committed it.

// PutPhone publishes a new or changed phone. The Book does not keep it, but a
// copy. What Configured tells stays as it is.
func (b *Book) PutPhone(p *Phone) {
	e := b.newEntry(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if was := b.unlink(p.ID); was != nil {
		e.loaded.Store(was.loaded.Load())
		e.saved.Store(was.saved.Load())
	}
	b.shelf.put(e, p.Extension)
	for _, o := range p.Old {
		b.byUsername[strings.Clone(o.Username)] = e
	}
	b.byUsername[e.username()] = e // a key that takes no room of its own
}

// DropPhone takes a phone out.
func (b *Book) DropPhone(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unlink(id)
}

// PutExtension publishes a new or changed extension. The Book does not keep it,
// but a copy.
func (b *Book) PutExtension(e *Extension) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.shelf.known(e.ID)
	b.gathered.renumber(before.extension(), e)
	b.dismiss(before)
	l := b.shelf.putLine(e)
	if e.Employee != "" {
		list := append(slices.Clone(b.byEmployee[e.Employee]), l)
		slices.SortFunc(list, func(x, y *line) int { return strings.Compare(string(x.id), string(y.id)) })
		b.byEmployee[e.Employee] = list
	}
}

// DropExtension takes an extension out.
func (b *Book) DropExtension(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.shelf.known(id); l != nil {
		b.gathered.renumber(l.extension(), nil)
		b.dismiss(l)
		b.shelf.dropLine(l)
	}
}

// PutModel publishes a model.
func (b *Book) PutModel(m *Model) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.models[m.ID] = m
}

// DropModel takes a model out.
func (b *Book) DropModel(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.models, id)
}

// PutCustomer publishes a customer.
func (b *Book) PutCustomer(c *Customer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shelf.putCustomer(b.customers[c.ID], c)
	b.customers[c.ID] = c
}

// PutEmployee publishes an employee.
func (b *Book) PutEmployee(e *Employee) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.employees[e.ID] = e
	b.shelf.putPerson(e)
}

// unlink removes what is known of a phone and returns it, nil when that is nothing.
func (b *Book) unlink(id ID) *entry {
	e := b.shelf.find(id)
	if e == nil {
		return nil
	}
	b.shelf.drop(e)
	delete(b.byUsername, e.username())
	for _, o := range e.phone().Old {
		delete(b.byUsername, o.Username)
	}
	return e
}

// dismiss takes an extension from those of its employee.
func (b *Book) dismiss(l *line) {
	employee := l.now().whose()
	rest := slices.DeleteFunc(slices.Clone(b.byEmployee[employee]), func(other *line) bool { return other == l })
	if len(rest) == 0 {
		delete(b.byEmployee, employee)
	} else {
		b.byEmployee[employee] = rest
	}
}
