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
// What it returns is shared and must not be changed.
type Book struct {
	realm    string
	clusters []int // those that this server serves

	mu         sync.RWMutex // guards what follows
	accounts   map[ID]*Account
	byUsername map[string]*Account
	byMAC      map[MAC][]*Account
	byExt      map[ID][]*Account
	extensions map[ID]*Extension
	byNumber   map[localNumber]*Extension
	models     map[ID]*Model
	customers  map[ID]*Customer
	employees  map[ID]*Employee
	byEmployee map[ID][]*Extension
	shelf      shelf
}

// Account is a phone together with one pair of credentials that proves it.
type Account struct {
	*Phone
	Login string // the username of the pair: the phone's, or an old one
	HA1   HA1
	Until time.Time // when an old pair ends; zero for the phone's own

	caption caption // for lists; that of an old pair is empty
}

// Valid says whether the pair proves the phone now.
func (a *Account) Valid(now time.Time) bool { return a.Until.IsZero() || now.Before(a.Until) }

type localNumber struct {
	customer ID
	number   string
}

// NewBook makes an empty book for a digest realm and the clusters served.
func NewBook(realm string, clusters []int) *Book {
	return &Book{
		realm: realm, clusters: clusters,
		accounts: map[ID]*Account{}, byUsername: map[string]*Account{}, byMAC: map[MAC][]*Account{}, byExt: map[ID][]*Account{},
		extensions: map[ID]*Extension{}, byNumber: map[localNumber]*Extension{},
		models: map[ID]*Model{}, customers: map[ID]*Customer{},
		employees: map[ID]*Employee{}, byEmployee: map[ID][]*Extension{},
		shelf: newShelf(),
	}
}

// Realm is the digest realm that the secrets were worked out for.
func (b *Book) Realm() string { return b.realm }

// ByID returns the phone, nil when there is none.
func (b *Book) ByID(id ID) *Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.accounts[id]
}

// ByUsername returns the phone with these credentials, its own or old ones, nil
// when there is none on a cluster that this server serves.
func (b *Book) ByUsername(username string) *Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.served(b.byUsername[username])
}

// ByMAC returns the phones that share the address, in the order of their
// handset index; none when this server serves another cluster.
func (b *Book) ByMAC(m MAC) []*Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.allServed(b.byMAC[m])
}

// ByExtension returns the phones linked to the extension.
func (b *Book) ByExtension(id ID) []*Account {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.allServed(b.byExt[id])
}

// Extension returns the extension, nil when there is none.
func (b *Book) Extension(id ID) *Extension {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.extensions[id]
}

// ByNumber returns the customer's extension with that number, nil when there is
// none.
func (b *Book) ByNumber(customer ID, number string) *Extension {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.byNumber[localNumber{customer, number}]
}

// ByEmployee returns the extension of an employee, nil when they have none. Of
// several it is the one that was made or changed first.
func (b *Book) ByEmployee(id ID) *Extension {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if list := b.byEmployee[id]; len(list) > 0 {
		return list[0]
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
	return len(b.accounts)
}

// served returns the account when its cluster is one of ours, else nil.
func (b *Book) served(a *Account) *Account {
	if a == nil || !slices.Contains(b.clusters, a.PBXCluster) {
		return nil
	}
	return a
}

func (b *Book) allServed(list []*Account) []*Account {
	ours := make([]*Account, 0, len(list))
	for _, a := range list {
		if b.served(a) != nil {
			ours = append(ours, a)
		}
	}
	return ours
}
