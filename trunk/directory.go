package trunk

import (
	"net/netip"
	"slices"

	"ringfence/phone"
	"ringfence/sip"
)

// directory is what calls look up. It does not change; a new one takes its place.
type directory struct {
	numbers map[string]*phone.Trunk // whose each is
	own     map[phone.ID][]*line    // by owner
	shared  map[phone.ID][]*line    // by the reseller that shares with its customers
	listed  map[phone.ID][]*line    // by the customers that may use them
	first   map[phone.ID]string     // a number of each customer, to call from
}

// sources are where lines call from.
type sources struct {
	addresses map[netip.Addr][]*line   // of those that are registered
	networks  map[netip.Prefix][]*line // that their settings name
	lengths   []int                    // of the networks; those of IPv6 are negative
}

// index makes directory and sources anew.
func (l *Lines) index() {
	d := &directory{
		numbers: map[string]*phone.Trunk{}, own: map[phone.ID][]*line{}, shared: map[phone.ID][]*line{},
		listed: map[phone.ID][]*line{}, first: map[phone.ID]string{},
	}
	l.mu.Lock()
	for _, t := range l.Book.Trunks() {
		for _, n := range t.Numbers {
			if d.numbers[n] == nil { // the older one has it
				d.numbers[n] = t
			}
			if d.first[t.Customer] == "" {
				d.first[t.Customer] = n
			}
		}
		if one := l.lines[t.ID]; one != nil {
			d.file(one, t)
		}
	}
	l.book.Store(d)
	l.mu.Unlock()
	l.findSources()
}

func (d *directory) file(one *line, t *phone.Trunk) {
	d.own[t.Customer] = append(d.own[t.Customer], one)
	if t.Shared {
		d.shared[t.Customer] = append(d.shared[t.Customer], one)
	}
	for _, c := range t.Customers {
		d.listed[c] = append(d.listed[c], one)
	}
}

// lines are those that serve a customer, its own first.
func (d *directory) lines(c *phone.Customer) []*line {
	all := slices.Concat(d.own[c.ID], d.listed[c.ID])
	if c.ParentReseller != "" {
		all = append(all, d.shared[c.ParentReseller]...)
	}
	return unique(all)
}

// findSources makes the sources anew.
func (l *Lines) findSources() {
	s := &sources{addresses: map[netip.Addr][]*line{}, networks: map[netip.Prefix][]*line{}}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.Book.Trunks() { // in their order
		one := l.lines[t.ID]
		if one == nil {
			continue
		}
		for _, a := range one.peers() {
			s.addresses[a] = append(s.addresses[a], one)
		}
		for _, p := range t.SIP.Prefixes() {
			s.networks[p] = append(s.networks[p], one)
			if n := length(p); !slices.Contains(s.lengths, n) {
				s.lengths = append(s.lengths, n)
			}
		}
	}
	l.sources.Store(s)
}

func length(p netip.Prefix) int {
	if p.Addr().Is6() {
		return -p.Bits()
	}
	return p.Bits()
}

// from are the lines that an address may call in on.
func (s *sources) from(a netip.Addr) []*line {
	a = a.Unmap().WithZone("")
	found := s.addresses[a]
	for _, n := range s.lengths {
		if a.Is6() != (n < 0) {
			continue
		}
		if p, err := a.Prefix(max(n, -n)); err == nil {
			found = append(found[:len(found):len(found)], s.networks[p]...)
		}
	}
	return found
}

// Known says whether calls may come in from the address without credentials of
// ours. It takes no lock: every packet may ask.
func (l *Lines) Known(a netip.Addr) bool {
	s := l.sources.Load()
	if len(s.addresses) == 0 && len(s.lengths) == 0 {
		return false
	}
	return len(s.from(a)) > 0
}

// callers are the lines that a request may have come in on, those that are
// registered on its very flow first.
func (l *Lines) callers(f sip.Flow) []*line {
	found := l.sources.Load().from(f.Remote.Addr())
	if len(found) < 2 {
		return found
	}
	found = unique(slices.Clone(found))
	slices.SortStableFunc(found, func(a, b *line) int { return rank(b.on(f)) - rank(a.on(f)) })
	return found
}

// unique leaves each line out that came before, in place.
func unique(all []*line) []*line {
	n := 0
	for _, one := range all {
		if !slices.Contains(all[:n], one) {
			all[n] = one
			n++
		}
	}
	return all[:n]
}

func rank(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
