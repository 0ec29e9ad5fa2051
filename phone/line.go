package phone

import (
	"sync/atomic"
	"unique"
)

// line is where an extension is found, and where its phones find what it is
// called now, so that a new name need not be written to each of them. The nil
// line is that of a phone without extension.
type line struct {
	id     ID
	text   atomic.Pointer[lineText] // nil while only phones know of the extension
	phones *entry                   // the first of its phones; the Book's lock guards it
}

// lineText is an extension: what lists know of it, and the rest packed.
type lineText struct {
	packed   string    // what filters are looked for in: number, name and direct number; then the id; then the extension
	name     [2]uint32 // from where to where in it the name stands
	end      uint32    // where the id begins
	rest     uint32    // and where the extension does
	customer unique.Handle[ID]
	who      *person // whose it is
}

func newLineText(e *Extension, who *person) *lineText {
	text := searchText(e.Number, e.Name, e.Direct)
	from, end := uint32(len(Fold(e.Number))+len(seam)), len(text)
	text += string(e.ID)
	return &lineText{
		packed: string(pack([]byte(text), extensionSlots, e)),
		name:   [2]uint32{from, from + uint32(len(Fold(e.Name)))}, end: uint32(end), rest: uint32(len(text)),
		customer: unique.Make(e.Customer), who: who,
	}
}

// now is what the extension is called, nil when there is none.
func (l *line) now() *lineText {
	if l == nil {
		return nil
	}
	return l.text.Load()
}

// extension unpacks the extension, nil when there is none.
func (l *line) extension() *Extension {
	t := l.now()
	if t == nil {
		return nil
	}
	return t.extension()
}

func (t *lineText) extension() *Extension {
	e := &Extension{ID: t.id(), Customer: t.customer.Value(), Employee: t.whose()}
	unpack(t.packed[t.rest:], extensionSlots, e)
	return e
}

// numbered is where an extension with that number would stand.
func numbered(customer ID, number string) *line {
	wanted := &struct {
		line line
		text lineText
	}{}
	number = Fold(number)
	wanted.text.packed, wanted.text.name[0] = number, uint32(len(number)+len(seam))
	wanted.text.customer = unique.Make(customer)
	wanted.line.text.Store(&wanted.text)
	return &wanted.line
}

// number and named are what lists are sorted by, "" for no extension.
func (t *lineText) number() string {
	if t == nil {
		return ""
	}
	return t.packed[:t.name[0]-uint32(len(seam))]
}

func (t *lineText) named() string {
	if t == nil {
		return ""
	}
	return t.packed[t.name[0]:t.name[1]]
}

// text is what filters are looked for in.
func (t *lineText) text() string { return t.packed[:t.end] }

func (t *lineText) id() ID { return ID(t.packed[t.end:t.rest]) }

// whose is the employee, "" for nobody.
func (t *lineText) whose() ID {
	if t == nil || t.who == nil {
		return ""
	}
	return t.who.id
}

// person is where extensions find the name of their employee, folded, as it is
// now. The nil person is that of an extension which is nobody's.
type person struct {
	id   ID
	name atomic.Pointer[string]
}

func (p *person) now() string {
	if p == nil {
		return ""
	}
	if name := p.name.Load(); name != nil {
		return *name
	}
	return ""
}
