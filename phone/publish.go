package phone

import (
	"cmp"
	"slices"
)

// What the store publishes into the Book, after it has committed it.

// PutPhone publishes a new or changed phone.
func (b *Book) PutPhone(p *Phone) {
	a := &Account{Phone: p, Login: p.Username, HA1: NewHA1(p.Username, b.realm, p.Password), caption: newCaption(p)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unlink(p.ID)
	b.accounts[p.ID] = a
	for _, o := range p.Old {
		b.byUsername[o.Username] = &Account{Phone: p, Login: o.Username, HA1: NewHA1(o.Username, b.realm, o.Password), Until: o.Until}
	}
	b.byUsername[p.Username] = a
	if p.MAC != "" {
		list := append(slices.Clone(b.byMAC[p.MAC]), a)
		slices.SortFunc(list, func(x, y *Account) int { return cmp.Compare(x.Handset(), y.Handset()) })
		b.byMAC[p.MAC] = list
	}
	if p.Extension != "" {
		b.byExt[p.Extension] = append(slices.Clone(b.byExt[p.Extension]), a)
	}
	b.shelf.put(a)
}

// DropPhone takes a phone out.
func (b *Book) DropPhone(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unlink(id)
}

// PutExtension publishes a new or changed extension.
func (b *Book) PutExtension(e *Extension) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unlinkExtension(e.ID)
	b.extensions[e.ID] = e
	b.byNumber[localNumber{e.Customer, e.Number}] = e
	if e.Employee != "" {
		b.byEmployee[e.Employee] = append(slices.Clone(b.byEmployee[e.Employee]), e)
	}
	b.shelf.putLine(e)
}

// DropExtension takes an extension out.
func (b *Book) DropExtension(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unlinkExtension(id)
	b.shelf.dropLine(id, len(b.byExt[id]) > 0)
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

// unlink removes what is known of a phone. The lists are replaced, not changed:
// a reader may still walk the old one.
func (b *Book) unlink(id ID) {
	a := b.accounts[id]
	if a == nil {
		return
	}
	delete(b.accounts, id)
	delete(b.byUsername, a.Username)
	for _, o := range a.Old {
		delete(b.byUsername, o.Username)
	}
	without(b.byMAC, a.MAC, a)
	without(b.byExt, a.Extension, a)
	b.shelf.drop(a, len(b.byExt[a.Extension]) > 0)
}

func (b *Book) unlinkExtension(id ID) {
	if e := b.extensions[id]; e != nil {
		delete(b.extensions, id)
		delete(b.byNumber, localNumber{e.Customer, e.Number})
		without(b.byEmployee, e.Employee, e)
	}
}

// without takes an item out of one of the lists, and the list with its last one.
func without[K, T comparable](lists map[K][]T, key K, item T) {
	rest := slices.DeleteFunc(slices.Clone(lists[key]), func(x T) bool { return x == item })
	if len(rest) == 0 {
		delete(lists, key)
		return
	}
	lists[key] = rest
}
