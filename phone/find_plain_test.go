package phone

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// crowd is a book in which phones came, changed and went, and those that are
// left.
func crowd(random *rand.Rand, n int) (*Book, []*Phone) {
	b := NewBook("example.net", nil)
	left := map[ID]*Phone{}
	for i := range 40 {
		b.PutExtension(&Extension{ID: ID(fmt.Sprintf("e%d", i)), Number: fmt.Sprint(i * i), Name: fmt.Sprint("Name ", i%7)})
	}
	b.PutModel(&Model{ID: "m0", Capabilities: ModelCapabilities{Provision: true}})
	b.PutModel(&Model{ID: "m1"})
	for c := range 5 {
		b.PutCustomer(&Customer{ID: ID(fmt.Sprint("c", c)), ParentReseller: ID(fmt.Sprint("r", c%2))})
	}
	for range n {
		p := &Phone{
			ID: ID(fmt.Sprintf("%024x", random.IntN(n/2))), Customer: ID(fmt.Sprint("c", random.IntN(5))),
			Model: ID(fmt.Sprint("m", random.IntN(2))), MAC: MAC(fmt.Sprintf("%012X", random.IntN(1<<40))), Notes: fmt.Sprint("Note ", random.IntN(50)),
		}
		p.Username = string(p.ID)
		if random.IntN(3) > 0 {
			p.Extension = ID(fmt.Sprintf("e%d", random.IntN(40)))
		}
		if random.IntN(4) == 0 {
			b.DropPhone(p.ID)
			delete(left, p.ID)
			continue
		}
		b.PutPhone(p)
		b.ConfigSaved(p.ID, time.UnixMilli(int64(1+random.IntN(2))))
		b.ConfigLoaded(p.ID, time.UnixMilli(int64(1+random.IntN(2))))
		left[p.ID] = p
	}
	var list []*Phone
	for _, p := range left {
		list = append(list, p)
	}
	return b, list
}

// plainly does what FindPhones does, in the plainest way.
func plainly(b *Book, all []*Phone, q Query) ([]*Phone, int) {
	name, descending := q.order()
	key, sign := b.sortKey(name), 1
	if descending {
		sign = -1
	}
	list := slices.DeleteFunc(slices.Clone(all), func(p *Phone) bool {
		c := b.Customer(p.Customer)
		text := strings.ToLower(strings.Join([]string{string(p.MAC), p.Notes}, " / "))
		if e := b.Extension(p.Extension); e != nil {
			text += strings.ToLower(" / " + e.Number + " / " + e.Name)
		}
		return q.Customer != "" && p.Customer != q.Customer || q.Reseller != "" && c.ParentReseller != q.Reseller ||
			q.Available && p.Extension != "" || !strings.Contains(text, strings.ToLower(q.Filter)) ||
			q.Online != nil && online(p.ID) != *q.Online || q.Stale != nil && b.Stale(p.ID) != *q.Stale
	})
	slices.SortFunc(list, func(x, y *Phone) int {
		kx, ky := key(b.shelf.get(x.ID)), key(b.shelf.get(y.ID))
		if kx == "" || ky == "" {
			return cmp.Or(cmp.Compare(min(1, len(ky)), min(1, len(kx))), cmp.Compare(x.ID, y.ID))
		}
		length := 0
		if name == "extension" {
			length = cmp.Compare(len(kx), len(ky))
		}
		return cmp.Or(sign*cmp.Or(length, cmp.Compare(kx, ky)), cmp.Compare(x.ID, y.ID))
	})
	from := min(q.Offset, len(list))
	to := len(list)
	if q.Limit > 0 {
		to = min(to, from+q.Limit)
	}
	return list[from:to], len(list)
}

func TestEveryListIsWhatAPlainSearchFinds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	b, all := crowd(random, 3000)
	yes, no := true, false
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	for range 2000 {
		q := Query{
			Offset: random.IntN(40) * random.IntN(40), Limit: random.IntN(60),
			Customer: ID(pick("", "", "c0", "c3", "none")), Reseller: ID(pick("", "", "r0", "r1", "none")),
			Filter: pick("", "", "note 1", "NAME 3", "a", "16"), Available: random.IntN(4) == 0,
			Online: []*bool{nil, nil, &yes, &no}[random.IntN(4)], Stale: []*bool{nil, nil, &yes, &no}[random.IntN(4)],
			Sort: pick("", "-") + pick(phoneSorts...),
		}
		got, total := b.FindPhones(q, online)
		want, wantTotal := plainly(b, all, q)
		if total != wantTotal || !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
			t.Fatalf("%+v: %d phones of %d, want %d of %d", q, len(got), total, len(want), wantTotal)
		}
	}
}

func TestPagesAreSelectedOutOfAnyOrder(t *testing.T) {
	compare := func(a, b int) int { return cmp.Compare(a, b) }
	random := rand.New(rand.NewPCG(3, 4))
	for name, value := range map[string]func(i int) int{
		"rising": func(i int) int { return i }, "falling": func(i int) int { return -i },
		"all equal": func(int) int { return 7 }, "few values": func(i int) int { return i * 7 % 5 },
		"an organ pipe": func(i int) int { return min(i, 1000-i) }, "random": func(int) int { return random.IntN(1000) },
	} {
		for _, n := range []int{0, 1, 2, 499, 999, 1000} {
			list := make([]int, 1000)
			for i := range list {
				list[i] = value(i)
			}
			want := slices.Sorted(slices.Values(list))
			nth(list, n, compare)
			slices.Sort(list[:n])
			slices.Sort(list[n:])
			if !slices.Equal(list, want) {
				t.Errorf("%s: the first %d are wrong", name, n)
			}
		}
	}
}
