package phone

import "sync"

// turned are the switches of the Book.
type turned struct {
	mu   sync.RWMutex // guards byID and on
	byID map[ID]*Switch
	on   map[customersSwitch]bool
}

type customersSwitch struct {
	customer ID
	name     string
}

func newTurned() *turned { return &turned{byID: map[ID]*Switch{}, on: map[customersSwitch]bool{}} }

// PutSwitch publishes a new or changed switch.
func (b *Book) PutSwitch(s *Switch) {
	t := b.switches
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(s.ID)
	t.byID[s.ID] = s
	t.on[customersSwitch{s.Customer, s.Name}] = s.Value
}

// DropSwitch takes a switch out.
func (b *Book) DropSwitch(id ID) {
	b.switches.mu.Lock()
	defer b.switches.mu.Unlock()
	b.switches.drop(id)
}

func (t *turned) drop(id ID) {
	if was := t.byID[id]; was != nil {
		delete(t.on, customersSwitch{was.Customer, was.Name})
		delete(t.byID, id)
	}
}

// Switch is whether a customer's switch is on, and whether there is one of that
// name.
func (b *Book) Switch(customer ID, name string) (on, exists bool) {
	b.switches.mu.RLock()
	defer b.switches.mu.RUnlock()
	on, exists = b.switches.on[customersSwitch{customer, name}]
	return on, exists
}
