package phone

import (
	"fmt"
	"testing"
)

// There are more of them than the Book keeps unpacked, so that they take each
// other's places; and of each the Book tells what was published last.
func TestWhatIsKeptUnpackedIsNeverOutOfDate(t *testing.T) {
	const many = 3 * recently
	b := NewBook("example.net", []int{Production})
	for _, round := range []string{"first", "second"} {
		for i := range many {
			p, e, _ := bareDesk(i)
			p.Notes, e.Name = round, round
			b.PutExtension(e)
			b.PutPhone(p)
		}
		for i := range many {
			p, e, _ := bareDesk(i)
			for range 2 {
				a, of, x := b.ByID(p.ID), b.ByUsername(p.Username), b.ByNumber(e.Customer, e.Number)
				if a.ID != p.ID || a.Notes != round || of != a || len(b.ByExtension(e.ID)) != 1 {
					t.Fatalf("phone %d: %+v, %+v", i, a, of)
				}
				if x.ID != e.ID || x.Name != round || b.Extension(e.ID) != x {
					t.Fatalf("extension %d: %+v", i, x)
				}
			}
		}
	}
	p, e, _ := bareDesk(0)
	b.DropPhone(p.ID)
	b.DropExtension(e.ID)
	if b.ByID(p.ID) != nil || b.ByUsername(p.Username) != nil || b.ByNumber(e.Customer, e.Number) != nil || b.Extension(e.ID) != nil {
		t.Error("what is gone is still told of")
	}
}

// BenchmarkLookUps is what a call asks of the Book: who calls, twice, whom, and
// what both are called.
func BenchmarkLookUps(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("among %d", n), func(b *testing.B) {
			book := NewBook("example.net", []int{Production})
			phones, extensions := make([]*Phone, n), make([]*Extension, n)
			for i := range n {
				phones[i], extensions[i], _ = bareDesk(i)
				book.PutExtension(extensions[i])
				book.PutPhone(phones[i])
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				from, to := i*7919%n, (i*7919+1)%n
				book.ByUsername(phones[from].Username)
				book.ByID(phones[from].ID)
				for range 2 {
					book.Extension(phones[from].Extension)
					book.ByNumber(extensions[to].Customer, extensions[to].Number)
				}
				book.ByExtension(extensions[to].ID)
			}
		})
	}
}
