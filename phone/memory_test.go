package phone

import (
	"fmt"
	"runtime"
	"testing"
)

// bareDesk is a phone on which nothing has been set, with an extension.
func bareDesk(i int) (*Phone, *Extension, *Employee) {
	p, _, _ := atDesk(i)
	p.Softkeys, p.Notes, p.Extension = nil, "", ID(fmt.Sprintf("e%023x", i))
	e := NewExtension(p.Customer)
	e.ID, e.Number, e.Name = p.Extension, fmt.Sprint(10_000+i), fmt.Sprintf("Desk %d", i)
	return p, e, nil
}

// bookUse is how many bytes a Book with so many phones needs for each, all in
// all.
func bookUse(phones int, make func(int) (*Phone, *Extension, *Employee)) float64 {
	before := inUse()
	b := NewBook("example.net", nil)
	for i := range phones {
		p, e, person := make(i)
		if person != nil {
			b.PutEmployee(person)
		}
		if e != nil {
			b.PutExtension(e)
		}
		b.PutPhone(p)
	}
	used := inUse() - before
	runtime.KeepAlive(b)
	return float64(used) / float64(phones)
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what a pool holds goes with the second
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestABookNeedsLittleForAPhone holds the figures of docs/bench.md, with a fifth
// to spare.
func TestABookNeedsLittleForAPhone(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(int) (*Phone, *Extension, *Employee)
		most float64
	}{
		{"with an extension, nothing set", bareDesk, 680},
		{"with notes and keys, every second with extension and employee", atDesk, 1160},
	} {
		if got := bookUse(crowded/4, c.make); got > c.most {
			t.Errorf("%s: %.0f bytes, want at most %.0f", c.name, got, c.most)
		} else {
			t.Logf("%s: %.0f bytes", c.name, got)
		}
	}
}

// BenchmarkBookMemory tells them. It measures once, however often it is asked to
// run.
func BenchmarkBookMemory(b *testing.B) {
	b.ReportMetric(bookUse(crowded, bareDesk), "B/phone")
	b.ReportMetric(bookUse(crowded, atDesk), "B/phone-with-keys")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdentity is what a REGISTER pays for its phone.
func BenchmarkIdentity(b *testing.B) {
	find(b, func(book *Book, username string) bool {
		_, found := book.Identity(username)
		return found
	})
}

// BenchmarkByUsername is what a call does.
func BenchmarkByUsername(b *testing.B) {
	find(b, func(book *Book, username string) bool { return book.ByUsername(username) != nil })
}

// find looks for one of many phones at a time.
func find(b *testing.B, one func(*Book, string) bool) {
	for name, make := range map[string]func(int) (*Phone, *Extension, *Employee){"nothing set": bareDesk, "with notes and keys": atDesk} {
		book, usernames := NewBook("example.net", []int{Production}), []string{}
		for i := range crowded {
			p, _, _ := make(i)
			book.PutPhone(p)
			usernames = append(usernames, p.Username)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if !one(book, usernames[i*7919%crowded]) {
					b.Fatal("nobody")
				}
			}
		})
	}
}
