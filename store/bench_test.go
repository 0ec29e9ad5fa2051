package store

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"ringfence/phone"
)

// parallel runs do in at least so many goroutines and tells how many changes
// shared a commit. do gets a number of its goroutine.
func parallel(b *testing.B, s *Store, goroutines int, do func(worker int) error) {
	b.Helper()
	b.SetParallelism(max(1, goroutines/runtime.GOMAXPROCS(0)))
	before := s.Stats()
	var workers atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		worker := int(workers.Add(1)) - 1
		for pb.Next() {
			if err := do(worker); err != nil {
				b.Error(err)
			}
		}
	})
	after := s.Stats()
	b.ReportMetric(float64(after.Jobs-before.Jobs)/float64(after.Commits-before.Commits), "changes/commit")
}

func phonesOf(b *testing.B, s *Store, n int) []phone.ID {
	b.Helper()
	var ids []phone.ID
	for i := range n {
		p := add(b, s, func(p *phone.Phone) { p.MAC = phone.MAC(fmt.Sprintf("000413%06X", i)); p.Notes = "desk" })
		ids = append(ids, p.ID)
	}
	return ids
}

func BenchmarkUpdatePhone(b *testing.B) {
	for _, goroutines := range []int{1, 16} {
		b.Run(fmt.Sprintf("%d at once", goroutines), func(b *testing.B) {
			s := world(b)
			ids := phonesOf(b, s, 64)
			update := func(worker int) error {
				id := ids[worker%len(ids)]
				_, err := s.Phones.Update(context.Background(), id, func(p *phone.Phone, _ phone.References) error {
					p.Notes = "another desk"
					return nil
				})
				return err
			}
			if goroutines > 1 {
				parallel(b, s, goroutines, update)
				return
			}
			for b.Loop() {
				if err := update(0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAppendBindings is one commit of 64 registrations.
func BenchmarkAppendBindings(b *testing.B) {
	s := world(b)
	entry := make([]byte, 64*300)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.AppendBindings(context.Background(), entry); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenWith10000Phones(b *testing.B) {
	dir := b.TempDir()
	fillFolder(b, dir, 10_000)
	for b.Loop() {
		s, err := Open(b.Context(), Config{Dir: dir, Book: phone.NewBook("ringfence.test", nil)})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkListExtensionsOf100000(b *testing.B) {
	s := world(b)
	err := s.write(b.Context(), "fill", func(ctx context.Context, t *tx) error {
		for i := range 100_000 {
			e := phone.NewExtension(acme)
			e.Number, e.Name, e.Direct = fmt.Sprint(100_000+i), fmt.Sprintf("Colleague %d", i*7919%100_000), fmt.Sprintf("+4570%06d", i)
			if err := s.Extensions.insert(ctx, t, e); err != nil {
				return err
			}
		}
		return nil
	})
	must(b)(nil, err)
	for _, c := range []struct {
		name string
		q    phone.Query
	}{
		{"first page", phone.Query{}},
		{"page at 90000", phone.Query{Offset: 90_000}},
		{"by number", phone.Query{Sort: "number"}},
		{"filtered", phone.Query{Filter: "colleague 4711"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.q.Customer, c.q.Limit = acme, 50
			for b.Loop() {
				if _, _, err := s.Extensions.List(b.Context(), c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fillFolder leaves a database with so many phones, added in one job.
func fillFolder(b *testing.B, dir string, n int) {
	b.Helper()
	s := populate(b, open(b, dir))
	err := s.write(b.Context(), "fill", func(ctx context.Context, t *tx) error {
		for i := range n {
			p := phone.New(acme)
			p.Model, p.MAC, p.Notes = snomD865, phone.MAC(fmt.Sprintf("000413%06X", i)), "desk in the second row"
			for range 10 {
				p.Softkeys = append(p.Softkeys, phone.Softkey{Index: &i, Function: "BLF", Value: "101", Label: "Alice"})
			}
			if err := s.Phones.insert(ctx, t, p); err != nil {
				return err
			}
		}
		return nil
	})
	must(b)(nil, err)
	must(b)(nil, s.Close())
}
