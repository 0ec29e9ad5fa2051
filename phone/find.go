package phone

import (
	"unique"

	"github.com/tidwall/btree"
)

// FindPhones returns a page of the phones that the query selects, and how many
// it selects in all. online says whether a phone is registered; it is asked only
// when the query does. All clusters are shown, not only those that are served.
//
// A page in the order of ids without conditions is cut out of the index. All
// else looks at each phone of the query's customers once; what it keeps of them
// is bounded by the end of the page.
func (b *Book) FindPhones(q Query, online func(ID) bool) (page []*Phone, total int) {
	s := b.stand(q)
	fits := b.conditions(q, online)
	name, descending := q.order()
	if name == "_id" && s.ordered() {
		if fits == nil {
			return s.cut(q, descending)
		}
		return s.pick(q, descending, fits)
	}
	best := newBest(q)
	key := b.sortKey(name)
	s.each(func(e *entry) {
		if fits == nil || fits(e) {
			total++
			best.add(sorted{key(e), e})
		}
	})
	return best.page(), total
}

// conditions is what a phone has to fulfil besides being of the right customer,
// nil for nothing. The cheapest is asked first.
func (b *Book) conditions(q Query, online func(ID) bool) func(*entry) bool {
	if !q.Available && q.Employee == "" && q.Filter == "" && q.Online == nil && q.Stale == nil {
		return nil
	}
	f, fetches := newFilter(q.Filter), b.fetches()
	return func(e *entry) bool {
		switch {
		case q.Available && e.line != nil:
			return false
		case q.Employee != "" && e.line.now().whose() != q.Employee:
			return false
		case q.Stale != nil && e.stale(fetches) != *q.Stale:
			return false
		case q.Filter != "" && !f.matches(e):
			return false
		}
		return q.Online == nil || online(e.id()) == *q.Online
	}
}

// stand is the part of the shelf that a query looks at, as it was at one
// moment.
type stand struct {
	phones *btree.BTreeG[*entry]
	owners []ID // whose, in phones by owner; nil is everybody, in phones by age
}

// stand takes copies of what the query needs; the lock is held for no longer.
func (b *Book) stand(q Query) stand {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if q.Customer == "" && q.Reseller == "" {
		return stand{phones: b.shelf.byAge.Copy()}
	}
	s := stand{phones: b.shelf.byOwner.Copy(), owners: []ID{}}
	switch {
	case q.Customer == "":
		s.owners = append(b.shelf.customersOf(q.Reseller), q.Reseller)
	case q.Reseller == "" || q.Customer == q.Reseller:
		s.owners = append(s.owners, q.Customer)
	default:
		if c := b.customers[q.Customer]; c != nil && c.ParentReseller == q.Reseller {
			s.owners = append(s.owners, q.Customer)
		}
	}
	return s
}

// customersOf are the customers of a reseller, itself left out.
func (s *shelf) customersOf(reseller ID) (list []ID) {
	s.resold.Ascend(&Customer{ParentReseller: reseller}, func(c *Customer) bool {
		if c.ParentReseller == reseller && c.ID != reseller {
			list = append(list, c.ID)
		}
		return c.ParentReseller == reseller
	})
	return list
}

// ordered says whether the phones stand in the order of their ids.
func (s stand) ordered() bool { return s.owners == nil || len(s.owners) == 1 }

// each calls f with every phone, one owner after the other.
func (s stand) each(f func(*entry)) {
	if s.ordered() {
		from, to := s.bounds()
		s.walk(from, to, false, f)
		return
	}
	for _, owner := range s.owners {
		whose := unique.Make(owner)
		s.phones.Ascend(place(owner, ""), func(e *entry) bool {
			if e.customer != whose {
				return false
			}
			f(e)
			return true
		})
	}
}

// walk calls f with the phones from one rank up to the other, or down from it.
// It looks into none of them, which is what a walk takes its time for.
func (s stand) walk(from, to int, descending bool, f func(*entry)) {
	if from >= to {
		return
	}
	each, first := s.phones.Ascend, from
	if descending {
		each, first = s.phones.Descend, to-1
	}
	start, _ := s.phones.GetAt(first)
	left := to - from
	each(start, func(e *entry) bool {
		f(e)
		left--
		return left > 0
	})
}

// bounds are the ranks of the first phone of an ordered stand, and of the one
// behind its last.
func (s stand) bounds() (from, to int) {
	if s.owners == nil {
		return 0, s.phones.Len()
	}
	return s.rank(place(s.owners[0], "")), s.rank(place(s.owners[0], behindAll))
}

// behindAll sorts behind every id.
const behindAll ID = "g"

// pick walks an ordered stand and keeps the page.
func (s stand) pick(q Query, descending bool, fits func(*entry) bool) (page []*Phone, total int) {
	from, to := s.bounds()
	s.walk(from, to, descending, func(e *entry) {
		if !fits(e) {
			return
		}
		if total >= q.Offset && (q.Limit < 1 || len(page) < q.Limit) {
			page = append(page, e.phone())
		}
		total++
	})
	return page, total
}

// cut takes the page out of an ordered stand, of which it reads no more.
func (s stand) cut(q Query, descending bool) (page []*Phone, total int) {
	from, to := s.bounds()
	total = to - from
	first := min(q.Offset, total)
	last := total
	if q.Limit > 0 {
		last = min(total, first+q.Limit)
	}
	if descending {
		from, to = to-last, to-first
	} else {
		from, to = from+first, from+last
	}
	page = make([]*Phone, 0, to-from)
	s.walk(from, to, descending, func(e *entry) { page = append(page, e.phone()) })
	return page, total
}

// rank is how many phones by owner stand before the place.
func (s stand) rank(p *entry) int {
	lo, hi := 0, s.phones.Len()
	for lo < hi {
		mid := (lo + hi) / 2
		if e, _ := s.phones.GetAt(mid); byOwner(e, p) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
