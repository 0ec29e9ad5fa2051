package phone

import (
	"slices"
	"sync"
)

// gatherings are the groups and queues of the Book, which ring several
// extensions, and what else is found by a number that is no extension's own.
type gatherings struct {
	mu     sync.RWMutex // guards all below
	groups map[ID]*Group
	ruled  map[ID][]*Group // by their controllers
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
		groups: map[ID]*Group{}, ruled: map[ID][]*Group{}, queues: map[ID]*Queue{},
		dialed: map[customersNumber]ID{}, direct: map[customersNumber]ID{},
	}
}

// PutGroup publishes a new or changed group.
func (b *Book) PutGroup(g *Group) { b.gathered.regroup(g.ID, g) }

// DropGroup takes a group out.
func (b *Book) DropGroup(id ID) { b.gathered.regroup(id, nil) }

// regroup has the group after under its id from now on, none when it is nil.
func (g *gatherings) regroup(id ID, after *Group) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if before := g.groups[id]; before != nil {
		for _, c := range before.Controllers {
			rest := slices.DeleteFunc(slices.Clone(g.ruled[c]), func(o *Group) bool { return o == before })
			if g.ruled[c] = rest; len(rest) == 0 {
				delete(g.ruled, c)
			}
		}
	}
	put(g, g.groups, id, after, (*Group).place)
	if after != nil {
		for _, c := range after.Controllers {
			g.ruled[c] = append(g.ruled[c], after)
		}
	}
}

// PutQueue publishes a new or changed queue.
func (b *Book) PutQueue(q *Queue) { b.gathered.requeue(q.ID, q) }

// DropQueue takes a queue out.
func (b *Book) DropQueue(id ID) { b.gathered.requeue(id, nil) }

func (g *gatherings) requeue(id ID, after *Queue) {
	g.mu.Lock()
	defer g.mu.Unlock()
	put(g, g.queues, id, after, (*Queue).place)
}

func (g *Group) place() customersNumber { return customersNumber{g.Customer, g.Number} }
func (q *Queue) place() customersNumber { return customersNumber{q.Customer, q.Number} }

// put has the gathering after under its id and number from now on, none when it
// is nil. The lock is held.
func put[T any](g *gatherings, in map[ID]*T, id ID, after *T, place func(*T) customersNumber) {
	if before := in[id]; before != nil && g.dialed[place(before)] == id {
		delete(g.dialed, place(before))
	}
	delete(in, id)
	if after == nil {
		return
	}
	in[id] = after
	if at := place(after); at.number != "" {
		g.dialed[at] = id
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
