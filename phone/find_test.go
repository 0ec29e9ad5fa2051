package phone

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

const reseller ID = "eeeeeeeeeeeeeeeeeeeeeeee"

// office has phones 1 to 6 of two customers, the second one a reseller's, and 7
// of the reseller itself.
func office(t *testing.T) *Book {
	t.Helper()
	b := NewBook("example.net", []int{Production})
	b.PutModel(&Model{ID: "m1", BrandName: "Snom", Model: "D865"})
	b.PutModel(&Model{ID: "m2", BrandName: "Gigaset", Model: "N510"})
	b.PutCustomer(&Customer{ID: acme, Name: "Acme"})
	b.PutCustomer(&Customer{ID: other, Name: "Other", ParentReseller: reseller})
	b.PutCustomer(&Customer{ID: reseller, Name: "Reseller"})
	b.PutExtension(&Extension{ID: ext200, Customer: acme, Number: "4711", Name: "Ærø Σίσυφος"})
	b.PutExtension(&Extension{ID: "x99", Customer: acme, Number: "99", Name: "Bar", Direct: "+4570305052", Employee: "vera"})
	b.PutEmployee(&Employee{ID: "vera", Customer: acme, Name: "Vera Ünlü"})
	for i, p := range []Phone{
		{Customer: acme, MAC: "0004131A2B3C", Extension: ext200, Model: "m1"},
		{Customer: acme, Notes: "100% in the Lobby", Model: "m2"},
		{Customer: acme, Notes: "1000 in the cellar", Model: "m1", PBXCluster: Development},
		{Customer: acme, HandsetAddress: `A_1\B`, MAC: "0004130000A1", Extension: "x99"},
		{Customer: acme, IP: Fence{Address: "192.0.2.77"}, Notes: "1000 in the cellar"},
		{Customer: other, Notes: "lobby", MAC: "0004131A2B3D"},
		{Customer: reseller},
	} {
		p.ID, p.Username = ID(fmt.Sprintf("%024d", i+1)), fmt.Sprint(i+1)
		b.PutPhone(&p)
	}
	return b
}

// online are the phones 2 and 6.
func online(id ID) bool {
	return strings.HasSuffix(string(id), "2") || strings.HasSuffix(string(id), "6")
}

// found is the page in one digit a phone, and the total.
func found(b *Book, q Query) string {
	page, total := b.FindPhones(q, online)
	var ids strings.Builder
	for _, p := range page {
		ids.WriteString(strings.TrimLeft(string(p.ID), "0"))
	}
	return fmt.Sprintf("%s of %d", ids.String(), total)
}

func TestFindPhones(t *testing.T) {
	b := office(t)
	yes, no := true, false
	for _, c := range []struct {
		name string
		q    Query
		want string
	}{
		{"all, of any cluster", Query{}, "1234567 of 7"},
		{"a page", Query{Offset: 2, Limit: 2}, "34 of 7"},
		{"a page at the end", Query{Offset: 6, Limit: 2}, "7 of 7"},
		{"a page behind the end", Query{Offset: 9, Limit: 2}, " of 7"},
		{"of a customer", Query{Customer: other}, "6 of 1"},
		{"a page of a customer", Query{Customer: acme, Offset: 1, Limit: 2}, "23 of 5"},
		{"a page behind the end of a customer", Query{Customer: acme, Offset: 5, Limit: 2}, " of 5"},
		{"of a customer without any", Query{Customer: "ffffffffffffffffffffffff"}, " of 0"},
		{"of a reseller and its customers", Query{Reseller: reseller}, "67 of 2"},
		{"of a reseller's customer", Query{Customer: other, Reseller: reseller}, "6 of 1"},
		{"of the reseller alone", Query{Customer: reseller, Reseller: reseller}, "7 of 1"},
		{"of a customer that is not the reseller's", Query{Customer: acme, Reseller: reseller}, " of 0"},
		{"not linked", Query{Customer: acme, Available: true, Limit: 1}, "2 of 3"},
		{"online", Query{Online: &yes}, "26 of 2"},
		{"not online", Query{Online: &no, Limit: 2, Offset: 1}, "34 of 5"},
		{"not online, of a reseller", Query{Online: &no, Reseller: reseller}, "7 of 1"},

		{"part of a MAC address in lower case", Query{Filter: "31a2b"}, "16 of 2"},
		{"part of a MAC address as on its label", Query{Filter: "1A:2b:3"}, "16 of 2"},
		{"part of a MAC address with dashes", Query{Filter: "04-13-1a"}, "16 of 2"},
		{"part of a MAC address as a switch writes it", Query{Filter: "131a.2b3c"}, "1 of 1"},
		{"its end", Query{Filter: ":3C"}, "1 of 1"},
		{"bytes that are none of it", Query{Filter: "31:a2"}, " of 0"},
		{"separators of two kinds", Query{Filter: "1a:2b-3"}, " of 0"},
		{"the extension's number", Query{Filter: "4711"}, "1 of 1"},
		{"the extension's number of another customer", Query{Filter: "4711", Customer: other}, " of 0"},
		{"the extension's name", Query{Filter: "ærø"}, "1 of 1"},
		{"either case of another alphabet", Query{Filter: "ΣΊΣΥΦΟΣ"}, "1 of 1"},
		{"the extension's number in the world", Query{Filter: "+457030"}, "4 of 1"},
		{"the employee's name", Query{Filter: "ÜNL"}, "4 of 1"},
		{"an employee's", Query{Employee: "vera"}, "4 of 1"},
		{"notes in either case", Query{Filter: "LOBBY"}, "26 of 2"},
		{"notes of a customer", Query{Filter: "lobby", Customer: acme}, "2 of 1"},
		{"a percent sign is itself", Query{Filter: "100%"}, "2 of 1"},
		{"an underscore is itself", Query{Filter: "a_1"}, "4 of 1"},
		{"a backslash is itself", Query{Filter: `1\b`}, "4 of 1"},
		{"a quote is itself", Query{Filter: "' OR 1=1 --"}, " of 0"},
		{"the fence's address", Query{Filter: "2.77"}, "5 of 1"},
		{"the end of one property and the beginning of the next", Query{Filter: "a1a_1"}, " of 0"},
		{"filter, not linked and paged", Query{Filter: "10", Available: true, Offset: 1, Limit: 5}, "35 of 3"},
		{"filter and online", Query{Filter: "lobby", Online: &yes, Customer: acme}, "2 of 1"},

		{"by id", Query{Sort: "_id", Customer: acme}, "12345 of 5"},
		{"newest first", Query{Sort: "-_id", Limit: 3, Offset: 1}, "654 of 7"},
		{"newest first, of a customer", Query{Sort: "-_id", Customer: acme, Limit: 2, Offset: 3}, "21 of 5"},
		{"newest first, filtered", Query{Sort: "-_id", Customer: acme, Filter: "10"}, "532 of 3"},
		{"newest first, of a reseller", Query{Sort: "-_id", Reseller: reseller}, "76 of 2"},
		{"by MAC address, those without last", Query{Sort: "macAddress"}, "4162357 of 7"},
		{"by MAC address backwards, those without last too", Query{Sort: "-macAddress"}, "6142357 of 7"},
		{"by number, as numbers", Query{Sort: "extension", Limit: 3}, "412 of 7"},
		{"by number backwards", Query{Sort: "-extension", Limit: 3}, "142 of 7"},
		{"by name", Query{Sort: "name", Limit: 2}, "41 of 7"},
		{"by brand and model, equal ones by id", Query{Sort: "model", Customer: acme}, "21345 of 5"},
		{"by brand and model backwards, equal ones by id", Query{Sort: "-model", Customer: acme}, "13245 of 5"},
		{"by notes in either case", Query{Sort: "notes", Limit: 4}, "2356 of 7"},
		{"sorted, online", Query{Sort: "-notes", Online: &yes}, "62 of 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := found(b, c.q); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestListsKnowWhatAnExtensionIsCalledNow(t *testing.T) {
	b := office(t)
	b.PutExtension(&Extension{ID: ext200, Customer: acme, Number: "4712", Name: "Zoe"})
	b.PutEmployee(&Employee{ID: "vera", Name: "Vera Berg"})
	for filter, want := range map[string]string{
		"4711": " of 0", "4712": "1 of 1", "zoe": "1 of 1", "ünlü": " of 0", "berg": "4 of 1",
	} {
		if got := found(b, Query{Filter: filter}); got != want {
			t.Errorf("%s: %s, want %s", filter, got, want)
		}
	}
	b.DropExtension(ext200)
	if got := found(b, Query{Filter: "zoe"}); got != " of 0" {
		t.Errorf("an extension that is gone: %s", got)
	}
	p := b.ByID("000000000000000000000001").Clone()
	p.Extension = "later"
	b.PutPhone(p)
	b.PutExtension(&Extension{ID: "later", Number: "12", Name: "Late"})
	if got := found(b, Query{Filter: "late"}); got != "1 of 1" {
		t.Errorf("an extension that came after its phone: %s", got)
	}
}

func TestListsKnowWhoseACustomerIsNow(t *testing.T) {
	b := office(t)
	b.PutCustomer(&Customer{ID: acme, ParentReseller: reseller})
	b.PutCustomer(&Customer{ID: other})
	if got := found(b, Query{Reseller: reseller}); got != "123457 of 6" {
		t.Error(got)
	}
}

func TestNothingIsKeptOfWhatIsGone(t *testing.T) {
	for _, first := range []string{"phones", "extensions"} {
		b := office(t)
		phones := func() {
			for i := range 7 {
				b.DropPhone(ID(fmt.Sprintf("%024d", i+1)))
			}
		}
		if first == "phones" {
			phones()
		}
		b.DropExtension(ext200)
		b.DropExtension("x99")
		phones()
		if b.shelf.lines.Len()+b.shelf.byAge.Len()+b.shelf.byOwner.Len() > 0 {
			t.Errorf("%s first: %d extensions, %d phones are left", first, b.shelf.lines.Len(), b.shelf.byAge.Len())
		}
	}
}

func TestAListIsOfOneMoment(t *testing.T) {
	const phones = 500
	b := NewBook("example.net", nil)
	put := func(i int, notes string) {
		b.PutPhone(&Phone{ID: ID(fmt.Sprintf("%024d", i)), Customer: acme, Username: fmt.Sprint(i), Notes: notes})
	}
	for i := range phones {
		put(i, "")
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 20 * phones {
			put(i%phones, fmt.Sprint(i))
		}
	})
	for i := range 200 {
		q := Query{Customer: acme, Sort: []string{"", "-_id", "notes"}[i%3], Limit: 100, Offset: 450}
		if page, total := b.FindPhones(q, nil); len(page) != 50 || total != phones {
			t.Errorf("%d phones of %d while they change", len(page), total)
		}
	}
	wg.Wait()
}
