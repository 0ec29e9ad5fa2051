package phone

import (
	"fmt"
	"testing"
)

// crowded is how many phones one customer has in the benchmarks.
const crowded = 100_000

// atDesk is a phone as they are in an office: every second one has an extension
// with an employee.
func atDesk(i int) (*Phone, *Extension, *Employee) {
	id := func(kind byte, i int) ID { return ID(fmt.Sprintf("%c%023x", kind, i)) }
	p := New(id('c', 1))
	p.ID, p.Model, p.MAC = id('a', i), id('d', i%20), MAC(fmt.Sprintf("000413%06X", i*7919%(1<<24)))
	p.Username, p.Password = fmt.Sprintf("%032d", i), fmt.Sprintf("%032x", i)
	p.Notes = fmt.Sprintf("Desk %d on the third floor, at the window", i)
	p.IP = Fence{Mode: Locked, Address: fmt.Sprintf("192.0.%d.%d", i/256%256, i%256)}
	for k := range 4 {
		p.Softkeys = append(p.Softkeys, Softkey{
			Index: new(k), Function: string([]byte("BLF")), Value: string(id('e', k)), Label: fmt.Sprint("Colleague ", k),
		})
	}
	if i%2 > 0 {
		return p, nil, nil
	}
	p.Extension = id('e', i)
	person := &Employee{ID: id('f', i), Customer: p.Customer, Name: fmt.Sprintf("Person %d Andersen", i)}
	return p, &Extension{
		ID: id('e', i), Customer: id('c', 1), Number: fmt.Sprint(10_000 + i), Name: fmt.Sprintf("Extension of %d", i),
		Direct: fmt.Sprintf("+4570%06d", i), Employee: person.ID,
	}, person
}

func crowdedBook() *Book {
	b := NewBook("example.net", []int{Production})
	for i := range crowded {
		p, e, person := atDesk(i)
		if e != nil {
			b.PutEmployee(person)
			b.PutExtension(e)
		}
		b.PutPhone(p)
	}
	return b
}

func BenchmarkFindPhones100000(b *testing.B) {
	book := crowdedBook()
	customer := book.ByID(ID(fmt.Sprintf("a%023x", 0))).Customer
	yes := true
	for _, c := range []struct {
		name string
		q    Query
	}{
		{"first page", Query{}},
		{"page at 90000", Query{Offset: 90_000}},
		{"newest first", Query{Sort: "-_id"}},
		{"filter with one match", Query{Filter: "desk 4711 "}},
		{"filter with many matches", Query{Filter: "third FLOOR"}},
		{"filter with none", Query{Filter: "no such thing"}},
		{"filter like a MAC address", Query{Filter: "00:04:13:FF"}},
		{"filter by employee", Query{Filter: "person 4712 "}},
		{"available", Query{Available: true}},
		{"online", Query{Online: &yes}},
		{"by MAC address", Query{Sort: "macAddress"}},
		{"by name", Query{Sort: "name"}},
		{"by MAC address at 90000", Query{Sort: "macAddress", Offset: 90_000}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.q.Customer, c.q.Limit = customer, 50
			b.ReportAllocs()
			for b.Loop() {
				book.FindPhones(c.q, func(id ID) bool { return id[len(id)-1] == '7' })
			}
		})
	}
}

func BenchmarkPutPhone(b *testing.B) {
	for _, n := range []int{100, crowded} {
		b.Run(fmt.Sprintf("among %d", n), func(b *testing.B) {
			book := NewBook("example.net", nil)
			phones := make([]*Phone, n)
			for i := range phones {
				phones[i], _, _ = atDesk(i)
				book.PutPhone(phones[i])
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				book.PutPhone(phones[i*7919%n])
			}
		})
	}
}

// BenchmarkPutPhoneWhileListed is the cost of a change right after a list took its
// copy.
func BenchmarkPutPhoneWhileListed(b *testing.B) {
	book := crowdedBook()
	p, _, _ := atDesk(4711)
	for b.Loop() {
		book.FindPhones(Query{Customer: p.Customer, Limit: 1}, nil)
		book.PutPhone(p)
	}
}
