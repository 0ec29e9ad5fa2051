package phone

import (
	"slices"
	"sync"
	"time"
)

// Book is the read copy of all that the hot paths look up: phones with their
// digest secrets, extensions, models, customers. The store publishes into it
// after each commit, so an update holds from the moment the API has answered.
//
// Phones and extensions are kept packed, and made anew for who asks, unless that
// was done lately. Everything that it returns is shared with others, and must not
// be changed.
type Book struct {
	realm      string
	clusters   []int // those that this server serves
	formers    formers
	rooms      sync.Pool // of *[]byte, where phones are packed
	accounts   *recent[*entry, *Account]
	extensions *recent[*lineText, *Extension]

	mu         sync.RWMutex // guards what follows
	byUsername map[string]*entry
	models     map[ID]*Model
	customers  map[ID]*Customer
	employees  map[ID]*Employee
	byEmployee map[ID][]*line // the oldest first
	shelf      shelf
	outside    trunkShelf
	gathered   *gatherings // has its own lock
	switches   *turned     // likewise
}

// Account is a phone together with one pair of credentials that proves it.
type Account struct {
	*Phone
	Login string // the username of the pair: the phone's, or an old one
	HA1   HA1
	Until time.Time // when an old pair ends; zero for the phone's own
}

// NewBook makes an empty book for a digest realm and the clusters served.
func NewBook(realm string, clusters []int) *Book {
	return &Book{
		realm: realm, clusters: clusters,
		byUsername: map[string]*entry{}, models: map[ID]*Model{}, customers: map[ID]*Customer{},
		employees: map[ID]*Employee{}, byEmployee: map[ID][]*line{},
		shelf: newShelf(), outside: newTrunkShelf(), gathered: newGatherings(), switches: newTurned(), rooms: sync.Pool{New: func() any { return new([]byte) }},
		accounts: newRecent[*entry, *Account](), extensions: newRecent[*lineText, *Extension](),
	}
}

// Realm is the digest realm that the secrets were worked out for.
func (b *Book) Realm() string { return b.realm }

// ByID returns the phone, nil when there is none.
func (b *Book) ByID(id ID) *Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if e := b.shelf.get(id); e != nil {
		return b.own(e)
	}
	return nil
}

// own is the phone with its own credentials.
func (b *Book) own(e *entry) *Account { return b.accounts.get(e.id(), e, (*entry).account) }

// extension is the extension of a line, nil when there is none.
func (b *Book) extension(l *line) *Extension {
	if t := l.now(); t != nil {
		return b.extensions.get(t.id(), t, (*lineText).extension)
	}
	return nil
}

// ByUsername returns the phone with these credentials, its own or old ones, nil
// when there is none on a cluster that this server serves.
func (b *Book) ByUsername(username string) *Account {
	if e := b.entry(username); e != nil {
		return b.account(e, username)
	}
	return nil
}

// entry finds who has the username on a cluster that this server serves, nil
// for nobody.
func (b *Book) entry(username string) *entry {
	b.mu.RLock()
	e := b.byUsername[username]
	b.mu.RUnlock()
	if !b.served(e) {
		return nil
	}
	return e
}

// account is the phone with the credentials of that username.
func (b *Book) account(e *entry, username string) *Account {
	a := b.own(e)
	for _, o := range a.Old {
		if o.Username == username && username != a.Username {
			return &Account{a.Phone, o.Username, NewHA1(o.Username, b.realm, o.Password), o.Until}
		}
	}
	return a
}

// ByMAC returns the phones that share the address, in the order of their
// handset index; none when this server serves another cluster.
func (b *Book) ByMAC(m MAC) []*Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var list []*Account
	b.onDevice(m, func(e *entry) { list = append(list, e.account()) })
	return list
}

// onDevice calls f with the phones that share the address. The lock is held.
func (b *Book) onDevice(m MAC, f func(*entry)) {
	wanted := device(Fold(string(m)))
	b.shelf.byMAC.Ascend(wanted, func(e *entry) bool {
		if e.mac() != wanted.mac() {
			return false
		}
		if b.served(e) {
			f(e)
		}
		return true
	})
}

// ByExtension returns the phones linked to the extension.
func (b *Book) ByExtension(id ID) []*Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	l := b.shelf.known(id)
	if l == nil {
		return nil
	}
	var list []*Account
	for e := l.phones; e != nil; e = e.next {
		if b.served(e) {
			list = append(list, b.own(e))
		}
	}
	return list
}

// Extension returns the extension, nil when there is none.
func (b *Book) Extension(id ID) *Extension {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.extension(b.shelf.known(id))
}

// ByNumber returns the customer's extension with that number, nil when there is
// none.
func (b *Book) ByNumber(customer ID, number string) *Extension {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.extension(b.shelf.extension(customer, number))
}

// ByEmployee returns the extension of an employee, nil when they have none. Of
// several it is the oldest, whatever is changed and in which order they are read
// at a start: it says whose calls somebody may see.
func (b *Book) ByEmployee(id ID) *Extension {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if list := b.byEmployee[id]; len(list) > 0 {
		return b.extension(list[0])
	}
	return nil
}

// Employee returns the employee, nil when there is none.
func (b *Book) Employee(id ID) *Employee {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.employees[id]
}

// Model returns the model, nil when there is none.
func (b *Book) Model(id ID) *Model {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.models[id]
}

// Customer returns the customer, nil when there is none.
func (b *Book) Customer(id ID) *Customer {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.customers[id]
}

// Active says whether the customer exists and is served.
func (b *Book) Active(customer ID) bool {
	c := b.Customer(customer)
	return c != nil && c.State == CustomerActive
}

// Len is the number of phones.
func (b *Book) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.shelf.byAge.Len()
}

// served says whether there is a phone and its cluster is one of ours.
func (b *Book) served(e *entry) bool {
	return e != nil && slices.Contains(b.clusters, int(e.cluster))
}
