package phone

import (
	"cmp"
	"strings"
	"sync/atomic"

	"github.com/tidwall/btree"
)

// shelf is what lists of phones are cut from. Its trees are copied on write: a
// list takes a copy, which costs nothing, and walks it without the Book's lock,
// and a change costs the same however many phones there are.
type shelf struct {
	byAge   *btree.BTreeG[*Account]  // all, in the order of their ids
	byOwner *btree.BTreeG[*Account]  // by customer, and then by age
	resold  *btree.BTreeG[*Customer] // by their reseller
	lines   map[ID]*line             // by extension
	people  map[ID]*person           // by employee
}

func newShelf() shelf {
	return shelf{
		byAge:   btree.NewBTreeG(func(a, b *Account) bool { return a.ID < b.ID }),
		byOwner: btree.NewBTreeG(func(a, b *Account) bool { return byOwner(a, b) < 0 }),
		resold: btree.NewBTreeG(func(a, b *Customer) bool {
			return cmp.Or(cmp.Compare(a.ParentReseller, b.ParentReseller), cmp.Compare(a.ID, b.ID)) < 0
		}),
		lines: map[ID]*line{}, people: map[ID]*person{},
	}
}

func byOwner(a, b *Account) int {
	return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.ID, b.ID))
}

func (s *shelf) put(a *Account) {
	a.caption.line = s.line(a.Extension)
	s.byAge.Set(a)
	s.byOwner.Set(a)
}

// drop takes a phone off; shared says whether others have its extension.
func (s *shelf) drop(a *Account, shared bool) {
	s.byAge.Delete(a)
	s.byOwner.Delete(a)
	if !shared && a.caption.line.now() == nil {
		delete(s.lines, a.Extension)
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

// caption is what lists know of a phone besides itself.
type caption struct {
	text  string // what filters are looked for in: first the MAC address, last the notes
	notes int    // where they begin
	line  *line
}

func newCaption(p *Phone) caption {
	text := searchText(string(p.MAC), p.IP.Address, p.HandsetAddress, p.Notes)
	return caption{text: text, notes: len(text) - len(fold(p.Notes))}
}

// mac is the MAC address, folded, which keeps its order.
func (c *caption) mac() string {
	mac, _, _ := strings.Cut(c.text, seam)
	return mac
}

// line is where the phones of an extension find what it is called now, so that
// a new name need not be written to each of them. The nil line is that of a
// phone without extension.
type line struct{ text atomic.Pointer[lineText] }

// lineText is what lists know of an extension.
type lineText struct {
	text  string // what filters are looked for in: number, name and direct number
	name  [2]int // from where to where in it the name stands
	owner ID     // the employee whose it is
	who   *person
}

func newLineText(e *Extension, p *person) *lineText {
	from := len(e.Number) + len(seam)
	return &lineText{
		text: searchText(e.Number, e.Name, e.Direct), name: [2]int{from, from + len(fold(e.Name))},
		owner: e.Employee, who: p,
	}
}

// person is where extensions find the name of their employee, folded, as it is
// now. The nil person is that of an extension which is nobody's.
type person struct{ name atomic.Pointer[string] }

func (p *person) now() string {
	if p == nil {
		return ""
	}
	if name := p.name.Load(); name != nil {
		return *name
	}
	return ""
}

// number and named are what lists are sorted by, "" for no extension.
func (t *lineText) number() string {
	if t == nil {
		return ""
	}
	return t.text[:t.name[0]-len(seam)]
}

func (t *lineText) named() string {
	if t == nil {
		return ""
	}
	return t.text[t.name[0]:t.name[1]]
}

// whose is the employee, "" for nobody.
func (t *lineText) whose() ID {
	if t == nil {
		return ""
	}
	return t.owner
}

func (l *line) now() *lineText {
	if l == nil {
		return nil
	}
	return l.text.Load()
}

// line returns the extension's line, a new one when there is none yet: its
// phones may be published before it.
func (s *shelf) line(extension ID) *line {
	if extension == "" {
		return nil
	}
	l := s.lines[extension]
	if l == nil {
		l = &line{}
		s.lines[extension] = l
	}
	return l
}

func (s *shelf) putLine(e *Extension) { s.line(e.ID).text.Store(newLineText(e, s.person(e.Employee))) }

func (s *shelf) person(employee ID) *person {
	if employee == "" {
		return nil
	}
	p := s.people[employee]
	if p == nil {
		p = &person{}
		s.people[employee] = p
	}
	return p
}

func (s *shelf) putPerson(e *Employee) {
	name := fold(e.Name)
	s.person(e.ID).name.Store(&name)
}

// dropLine empties an extension's line, and forgets it unless a phone refers to
// it.
func (s *shelf) dropLine(extension ID, inUse bool) {
	l := s.lines[extension]
	if l == nil {
		return
	}
	l.text.Store(nil)
	if !inUse {
		delete(s.lines, extension)
	}
}
