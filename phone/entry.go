package phone

import (
	"strings"
	"sync/atomic"
	"unique"
)

// entry is what the Book keeps of a phone: what it is found, listed and sorted
// by, and the rest packed. But for loaded, saved and next, nothing in it is changed.
type entry struct {
	packed   string // the id, the username, the caption and the phone
	notes    uint32 // where in the caption the notes begin,
	end      uint32 // and where it ends
	name     uint16 // where the username begins,
	caption  uint16 // and where the caption does
	cluster  int16
	handset  int16
	customer unique.Handle[ID]
	model    unique.Handle[ID]
	ha1      HA1
	line     *line        // of its extension, nil for none
	loaded   atomic.Int64 // moments, see Configured
	saved    atomic.Int64
	next     *entry // on the same line
}

// newEntry packs a phone; whose line it is on is for the shelf to know.
func (b *Book) newEntry(p *Phone) *entry {
	room := b.rooms.Get().(*[]byte)
	defer b.rooms.Put(room)
	caption := searchText(string(p.MAC), p.IP.Address, p.HandsetAddress, p.Notes)
	s := append(append(append((*room)[:0], p.ID...), p.Username...), caption...)
	e := &entry{
		name: uint16(len(p.ID)), caption: uint16(len(s) - len(caption)),
		notes: uint32(len(s) - len(Fold(p.Notes))), end: uint32(len(s)),
		cluster: int16(p.PBXCluster), handset: int16(p.Handset()),
		customer: unique.Make(p.Customer), model: unique.Make(p.Model),
		ha1: NewHA1(p.Username, b.realm, p.Password),
	}
	*room = pack(s, phoneSlots, p)
	e.packed = string(*room)
	return e
}

// place is where a phone would stand.
func place(owner, id ID) *entry {
	return &entry{packed: string(id), name: uint16(len(id)), customer: unique.Make(owner)}
}

// device is where the first phone of a device would stand.
func device(mac string) *entry { return &entry{packed: mac, end: uint32(len(mac))} }

func (e *entry) id() ID { return ID(e.packed[:e.name]) }

func (e *entry) username() string { return e.packed[e.name:e.caption] }

// text is what filters are looked for in: first the MAC address, last the notes.
func (e *entry) text() string { return e.packed[e.caption:e.end] }

// mac is the MAC address, folded, which keeps its order.
func (e *entry) mac() string {
	mac, _, _ := strings.Cut(e.text(), seam)
	return mac
}

// noted is the notes, folded.
func (e *entry) noted() string { return e.packed[e.notes:e.end] }

// fence reads what the packed phone begins with, and whether it has old
// credentials.
func (e *entry) fence() (f Fence, hasOld bool) {
	s := e.packed[e.end:]
	if s[0] == modeSlot {
		f.Mode, s = takeWord(s[1:], ipModes)
	}
	if s[0] == countriesSlot {
		f.Countries, s = takeText[Countries](s[1:])
	}
	if s[0] == addressSlot {
		f.Address, s = takeText[string](s[1:])
	}
	return f, s[0] == oldSlot
}

// phone unpacks the phone.
func (e *entry) phone() *Phone {
	p := &Phone{}
	e.unpack(p)
	return p
}

func (e *entry) unpack(p *Phone) {
	p.ID, p.Username, p.Customer, p.Model = e.id(), e.username(), e.customer.Value(), e.model.Value()
	if e.line != nil {
		p.Extension = e.line.id
	}
	unpack(e.packed[e.end:], phoneSlots, p)
}

// account unpacks the phone with its own credentials.
func (e *entry) account() *Account {
	whole := &struct {
		account Account
		phone   Phone
	}{}
	e.unpack(&whole.phone)
	whole.account = Account{Phone: &whole.phone, Login: e.username(), HA1: e.ha1}
	return &whole.account
}

// with appends a phone to those of a chain and returns the first of them.
func (first *entry) with(e *entry) *entry {
	if first == nil {
		return e
	}
	last := first
	for last.next != nil {
		last = last.next
	}
	last.next = e
	return first
}

// without takes a phone out of a chain and returns the first of those that are
// left.
func (first *entry) without(e *entry) *entry {
	if first == e {
		return e.next
	}
	for before := first; before != nil; before = before.next {
		if before.next == e {
			before.next = e.next
		}
	}
	return first
}
