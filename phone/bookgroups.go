package phone

import "sync"

// gatherings are the groups and queues of the Book, which ring several
// extensions, and what else is found by a number that is no extension's own.
type gatherings struct {
	mu     sync.RWMutex // guards all below
	groups map[ID]*Group
	queues map[ID]*Queue
	dialed map[customersNumber]ID
	direct map[customersNumber]ID // extensions by their numbers in the world
}

// customersNumber is what one customer's phones dial.
type customersNumber struct {
	customer ID
	number   string
}

func newGatherings() *gatherings {
	return &gatherings{
		groups: map[ID]*Group{}, queues: map[ID]*Queue{},
		dialed: map[customersNumber]ID{}, direct: map[customersNumber]ID{},
	}
}

// PutGroup publishes a new or changed group.
func (b *Book) PutGroup(g *Group) {
	all := b.gathered
	all.mu.Lock()
	defer all.mu.Unlock()
	if before := all.groups[g.ID]; before != nil {
		all.undial(before.Customer, before.Number, g.ID)
	}
	all.groups[g.ID] = g
	all.dial(g.Customer, g.Number, g.ID)
}

// DropGroup takes a group out.
func (b *Book) DropGroup(id ID) {
	all := b.gathered
	all.mu.Lock()
	defer all.mu.Unlock()
	if before := all.groups[id]; before != nil {
		all.undial(before.Customer, before.Number, id)
		delete(all.groups, id)
	}
}

// PutQueue publishes a new or changed queue.
func (b *Book) PutQueue(q *Queue) {
	all := b.gathered
	all.mu.Lock()
	defer all.mu.Unlock()
	if before := all.queues[q.ID]; before != nil {
		all.undial(before.Customer, before.Number, q.ID)
	}
	all.queues[q.ID] = q
	all.dial(q.Customer, q.Number, q.ID)
}

// DropQueue takes a queue out.
func (b *Book) DropQueue(id ID) {
	all := b.gathered
	all.mu.Lock()
	defer all.mu.Unlock()
	if before := all.queues[id]; before != nil {
		all.undial(before.Customer, before.Number, id)
		delete(all.queues, id)
	}
}

func (g *gatherings) dial(customer ID, number string, id ID) {
	if number != "" {
		g.dialed[customersNumber{customer, number}] = id
	}
}

func (g *gatherings) undial(customer ID, number string, id ID) {
	if place := (customersNumber{customer, number}); g.dialed[place] == id {
		delete(g.dialed, place)
	}
}

// Group returns the group, nil when there is none.
func (b *Book) Group(id ID) *Group {
	b.gathered.mu.RLock()
	defer b.gathered.mu.RUnlock()
	return b.gathered.groups[id]
}

// Queue returns the queue, nil when there is none.
func (b *Book) Queue(id ID) *Queue {
	b.gathered.mu.RLock()
	defer b.gathered.mu.RUnlock()
	return b.gathered.queues[id]
}

// Gathering is the group or queue of a customer with that number; both are nil
// when there is none.
func (b *Book) Gathering(customer ID, number string) (*Group, *Queue) {
	b.gathered.mu.RLock()
	defer b.gathered.mu.RUnlock()
	id := b.gathered.dialed[customersNumber{customer, number}]
	return b.gathered.groups[id], b.gathered.queues[id]
}

// ByDirect returns the customer's extension with that number in the world, nil
// when there is none.
func (b *Book) ByDirect(customer ID, number string) *Extension {
	b.gathered.mu.RLock()
	id := b.gathered.direct[customersNumber{customer, number}]
	b.gathered.mu.RUnlock()
	if id == "" {
		return nil
	}
	return b.Extension(id)
}

// renumber follows a change of an extension; either may be nil.
func (g *gatherings) renumber(before, after *Extension) {
	if (before == nil || before.Direct == "") && (after == nil || after.Direct == "") {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if before != nil && g.direct[customersNumber{before.Customer, before.Direct}] == before.ID {
		delete(g.direct, customersNumber{before.Customer, before.Direct})
	}
	if after != nil && after.Direct != "" {
		g.direct[customersNumber{after.Customer, after.Direct}] = after.ID
	}
}
