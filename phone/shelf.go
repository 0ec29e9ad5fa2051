package phone

import (
	"cmp"
	"strings"

	"github.com/tidwall/btree"
)

// shelf is what lists of phones are cut from. Its trees are copied on write: a
// list takes a copy, which costs nothing, and walks it without the Book's lock,
// and a change costs the same however many phones there are.
type shelf struct {
	byAge   *btree.BTreeG[*entry]    // all, in the order of their ids
	byOwner *btree.BTreeG[*entry]    // by customer, and then by age
	resold  *btree.BTreeG[*Customer] // by their reseller
	byMAC   *btree.BTreeG[*entry]    // those that have one: by it, and then by handset
	lines   *btree.BTreeG[*line]     // of extensions, in the order of their ids
	numbers *btree.BTreeG[*line]     // extensions, by customer and number
	people  map[ID]*person           // by employee

	wanted entry // a place, for who holds the Book's lock alone
}

func newShelf() shelf {
	return shelf{
		byAge:   btree.NewBTreeG(func(a, b *entry) bool { return a.id() < b.id() }),
		byOwner: btree.NewBTreeG(func(a, b *entry) bool { return byOwner(a, b) < 0 }),
		resold: btree.NewBTreeG(func(a, b *Customer) bool {
			return cmp.Or(cmp.Compare(a.ParentReseller, b.ParentReseller), cmp.Compare(a.ID, b.ID)) < 0
		}),
		byMAC:   btree.NewBTreeG(func(a, b *entry) bool { return byDevice(a, b) < 0 }),
		numbers: btree.NewBTreeG(func(a, b *line) bool { return byNumber(a, b) < 0 }),
		lines:   btree.NewBTreeG(func(a, b *line) bool { return a.id < b.id }),
		people:  map[ID]*person{},
	}
}

func byOwner(a, b *entry) int {
	if a.customer != b.customer {
		return cmp.Compare(a.customer.Value(), b.customer.Value())
	}
	return cmp.Compare(a.id(), b.id())
}

func byDevice(a, b *entry) int {
	return cmp.Or(cmp.Compare(a.mac(), b.mac()), cmp.Compare(a.handset, b.handset), cmp.Compare(a.id(), b.id()))
}

// byNumber compares two extensions that exist.
func byNumber(a, b *line) int {
	x, y := a.now(), b.now()
	if x.customer != y.customer {
		return cmp.Compare(x.customer.Value(), y.customer.Value())
	}
	return cmp.Compare(x.number(), y.number())
}

// get finds a phone by its id, nil when there is none.
func (s *shelf) get(id ID) *entry {
	e, _ := s.byAge.Get(&entry{packed: string(id), name: uint16(len(id))})
	return e
}

// find is get for who holds the Book's lock alone.
func (s *shelf) find(id ID) *entry {
	s.wanted.packed, s.wanted.name = string(id), uint16(len(id))
	e, _ := s.byAge.Get(&s.wanted)
	s.wanted.packed = ""
	return e
}

// put adds a phone; the line is that of its extension.
func (s *shelf) put(e *entry, extension ID) {
	if e.line = s.line(extension); e.line != nil {
		e.line.phones = e.line.phones.with(e)
	}
	if e.mac() != "" {
		s.byMAC.Set(e)
	}
	s.byAge.Set(e)
	s.byOwner.Set(e)
}

// drop takes a phone off.
func (s *shelf) drop(e *entry) {
	s.byAge.Delete(e)
	s.byOwner.Delete(e)
	s.byMAC.Delete(e)
	if e.line != nil {
		e.line.phones = e.line.phones.without(e)
		s.tidy(e.line)
	}
}

// putCustomer files a customer with its reseller; before is what it was, nil
// when it is new.
func (s *shelf) putCustomer(before, c *Customer) {
	if before != nil {
		s.resold.Delete(before)
	}
	if c.ParentReseller != "" {
		s.resold.Set(c)
	}
}

// known finds the extension's line, nil when there is none.
func (s *shelf) known(extension ID) *line {
	l, _ := s.lines.Get(&line{id: extension})
	return l
}

// line returns the extension's line, a new one when there is none yet: its
// phones may be published before it.
func (s *shelf) line(extension ID) *line {
	if extension == "" {
		return nil
	}
	l := s.known(extension)
	if l == nil {
		l = &line{id: ID(strings.Clone(string(extension)))}
		s.lines.Set(l)
	}
	return l
}

// putLine publishes an extension. The id of a new line takes no room of its own.
func (s *shelf) putLine(e *Extension) *line {
	t := newLineText(e, s.person(e.Employee))
	l := s.known(e.ID)
	if l == nil {
		l = &line{id: t.id()}
		s.lines.Set(l)
	}
	s.unnumber(l)
	l.text.Store(t)
	s.numbers.Set(l)
	return l
}

// extension finds a customer's extension by its number, nil when there is none.
func (s *shelf) extension(customer ID, number string) *line {
	l, _ := s.numbers.Get(numbered(customer, number))
	return l
}

// unnumber takes an extension from the numbers, unless another one has come to
// have its number.
func (s *shelf) unnumber(l *line) {
	if l.now() == nil {
		return
	}
	if has, _ := s.numbers.Get(l); has == l {
		s.numbers.Delete(l)
	}
}

// dropLine empties an extension's line.
func (s *shelf) dropLine(l *line) {
	s.unnumber(l)
	l.text.Store(nil)
	s.tidy(l)
}

// tidy forgets a line that is no extension's and that no phone refers to.
func (s *shelf) tidy(l *line) {
	if l.now() == nil && l.phones == nil {
		s.lines.Delete(l)
	}
}

func (s *shelf) person(employee ID) *person {
	if employee == "" {
		return nil
	}
	p := s.people[employee]
	if p == nil {
		p = &person{id: ID(strings.Clone(string(employee)))}
		s.people[p.id] = p
	}
	return p
}

func (s *shelf) putPerson(e *Employee) {
	name := Fold(e.Name)
	s.person(e.ID).name.Store(&name)
}
