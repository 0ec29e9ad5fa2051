package phone

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unique"
)

// phoneSorts are what a list of phones can be sorted by.
var phoneSorts = []string{"_id", "macAddress", "extension", "name", "model", "notes"}

// JudgePhones refuses what a list of phones cannot be narrowed or sorted by.
func (q Query) JudgePhones() (fs Faults) {
	if len(q.Filter) > MaxFilter {
		fs = append(fs, LongFilter())
	}
	if name := strings.TrimPrefix(q.Sort, "-"); q.Sort != "" && !slices.Contains(phoneSorts, name) {
		fs = append(fs, UnknownSort(q.Sort))
	}
	return fs
}

// order takes the sort apart.
func (q Query) order() (name string, descending bool) {
	name, descending = strings.CutPrefix(q.Sort, "-")
	return cmp.Or(name, "_id"), descending
}

// sortKey is what phones are compared by.
func (b *Book) sortKey(name string) func(*entry) string {
	switch name {
	case "macAddress":
		return func(e *entry) string { return e.mac() }
	case "extension":
		return func(e *entry) string { return e.line.now().number() }
	case "name":
		return func(e *entry) string { return e.line.now().named() }
	case "model":
		return b.modelKey()
	case "notes":
		return func(e *entry) string { return e.noted() }
	}
	return func(e *entry) string { return string(e.id()) }
}

// modelKey is brand and name of the model, looked up once for each.
func (b *Book) modelKey() func(*entry) string {
	known := map[unique.Handle[ID]]string{}
	return func(e *entry) string {
		key, ok := known[e.model]
		if !ok {
			if m := b.Model(e.model.Value()); m != nil {
				key = Fold(m.BrandName + " " + m.Model)
			}
			known[e.model] = key
		}
		return key
	}
}

// sorted is a phone and what it is sorted by.
type sorted struct {
	key string
	*entry
}

// best keeps the phones up to the end of a page, out of any number. It holds up
// to twice as many, so that each that is offered costs the same on average.
type best struct {
	offset, end int  // of the page; end 0 is none
	sign        int  // -1 when descending
	numbers     bool // the shorter key comes first, as 99 before 100
	list        []sorted
	bar         *sorted // what comes behind it is not on the page
}

func newBest(q Query) *best {
	name, descending := q.order()
	b := &best{offset: q.Offset, sign: 1, numbers: name == "extension"}
	if q.Limit > 0 {
		b.end = q.Offset + q.Limit
	}
	if descending {
		b.sign = -1
	}
	return b
}

// compare orders two phones. Those without a value come last in both
// directions, and equal ones are in the order of their ids.
func (b *best) compare(x, y sorted) int {
	if (x.key == "") != (y.key == "") {
		return cmp.Compare(y.key, x.key)
	}
	length := 0
	if b.numbers {
		length = cmp.Compare(len(x.key), len(y.key))
	}
	return cmp.Or(b.sign*cmp.Or(length, cmp.Compare(x.key, y.key)), cmp.Compare(x.id(), y.id()))
}

func (b *best) add(s sorted) {
	if b.bar != nil && b.compare(s, *b.bar) > 0 {
		return
	}
	b.list = append(b.list, s)
	if b.end > 0 && len(b.list) >= 2*b.end {
		b.trim()
	}
}

// trim throws away what cannot be on the page.
func (b *best) trim() {
	nth(b.list, b.end, b.compare)
	b.list = b.list[:b.end]
	last := slices.MaxFunc(b.list, b.compare)
	b.bar = &last
}

// page sorts what is on it, and no more.
func (b *best) page() []*Phone {
	list := b.list
	if b.end > 0 && len(list) > b.end {
		nth(list, b.end, b.compare)
		list = list[:b.end]
	}
	if len(list) <= b.offset {
		return nil
	}
	nth(list, b.offset, b.compare)
	list = list[b.offset:]
	slices.SortFunc(list, b.compare)
	page := make([]*Phone, len(list))
	for i, s := range list {
		page[i] = s.phone()
	}
	return page
}

// nth brings the n least to the front, in any order: quickselect, and what it
// cannot part in a few rounds is sorted.
func nth[T any](list []T, n int, compare func(x, y T) int) {
	for rounds := 2 * bits.Len(uint(len(list))); n > 0 && n < len(list); rounds-- {
		if rounds == 0 {
			slices.SortFunc(list, compare)
			return
		}
		switch m := part(list, compare); {
		case n <= m:
			list = list[:m]
		default:
			list, n = list[m+1:], n-m-1
		}
	}
}

// part puts the median of three where it belongs, what is less before it, and
// returns its place.
func part[T any](list []T, compare func(x, y T) int) int {
	last := len(list) - 1
	three := []int{0, last / 2, last}
	slices.SortFunc(three, func(i, j int) int { return compare(list[i], list[j]) })
	list[three[1]], list[last] = list[last], list[three[1]]
	m := 0
	for i := range last {
		if compare(list[i], list[last]) < 0 {
			list[i], list[m] = list[m], list[i]
			m++
		}
	}
	list[m], list[last] = list[last], list[m]
	return m
}
