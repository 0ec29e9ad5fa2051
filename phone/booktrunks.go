package phone

import (
	"maps"
	"slices"
	"strings"
)

// trunkShelf is what the Book has of lines to the world: all trunks, and the
// settings of customers.
type trunkShelf struct {
	trunks   map[ID]*Trunk
	settings map[ID]*Settings
}

func newTrunkShelf() trunkShelf {
	return trunkShelf{trunks: map[ID]*Trunk{}, settings: map[ID]*Settings{}}
}

// PutTrunk publishes a trunk.
func (b *Book) PutTrunk(t *Trunk) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outside.trunks[t.ID] = t
}

// DropTrunk takes a trunk out.
func (b *Book) DropTrunk(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.outside.trunks, id)
}

// Trunk returns the trunk, nil when there is none.
func (b *Book) Trunk(id ID) *Trunk {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.outside.trunks[id]
}

// Trunks are all of them, oldest first.
func (b *Book) Trunks() []*Trunk {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.SortedFunc(maps.Values(b.outside.trunks), func(x, y *Trunk) int { return strings.Compare(string(x.ID), string(y.ID)) })
}

// PutSettings publishes the settings of a customer.
func (b *Book) PutSettings(s *Settings) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outside.settings[s.ID] = s
}

// Settings returns those of a customer, what goes without any when there are none.
func (b *Book) Settings(customer ID) *Settings {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if s := b.outside.settings[customer]; s != nil {
		return s
	}
	return NewSettings(customer)
}

// DialPlan is how the customer's numbers are read.
func (b *Book) DialPlan(customer ID) DialPlan {
	return DialPlanOf(b.Customer(customer), b.Settings(customer))
}
