package phone

import (
	"crypto/rand"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestABookFindsAPhoneByWhatItHasNow(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	p := &Phone{ID: "1", PBXCluster: Production, Username: "u1", Password: "p", MAC: "000413000001", Extension: ext200}
	b.PutPhone(p)
	changed := p.Clone()
	changed.Username, changed.MAC, changed.Extension = "u2", "000413000002", ""
	b.PutPhone(changed)

	if b.ByUsername("u1") != nil || len(b.ByMAC("000413000001")) > 0 || len(b.ByExtension(ext200)) > 0 {
		t.Error("the old state is still found")
	}
	if a := b.ByUsername("u2"); a == nil || !reflect.DeepEqual(a.Phone, changed) || len(b.ByMAC("000413000002")) != 1 {
		t.Errorf("the new state is not found: %v", a)
	}
	b.DropPhone("1")
	if b.Len() != 0 || b.ByUsername("u2") != nil || len(b.ByMAC("000413000002")) > 0 {
		t.Error("a dropped phone is found")
	}
}

func TestABookKeepsToItsClusters(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	b.PutPhone(&Phone{ID: "1", PBXCluster: Development, Username: "u", MAC: "000413000001", Extension: ext200})
	if b.ByUsername("u") != nil || len(b.ByMAC("000413000001")) > 0 || len(b.ByExtension(ext200)) > 0 {
		t.Error("a phone of a cluster that is not served is found")
	}
	if b.ByID("1") == nil {
		t.Error("the phone itself is gone")
	}
}

func TestABookListsTheHandsetsOfABaseInOrder(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	for _, i := range []int{2, 0, 1} {
		b.PutPhone(&Phone{ID: ID(rune('a' + i)), Username: string(rune('a' + i)), PBXCluster: Production, MAC: "000413000001", HandsetIndex: &i})
	}
	var order string
	for _, a := range b.ByMAC("000413000001") {
		order += string(a.ID)
	}
	if order != "abc" {
		t.Errorf("order %s", order)
	}
}

func TestABookFindsAnExtensionByItsNumber(t *testing.T) {
	b := NewBook("example.net", nil)
	b.PutExtension(&Extension{ID: ext200, Customer: acme, Number: "200"})
	b.PutExtension(&Extension{ID: ext200, Customer: acme, Number: "201"})
	if b.ByNumber(acme, "200") != nil || b.ByNumber(other, "201") != nil || b.ByNumber(acme, "201") == nil {
		t.Error("found by the wrong number or customer, or not at all")
	}
}

func TestHA1IsThatOfTheRFC(t *testing.T) {
	// RFC 2617 section 3.5, RFC 7616 section 3.9.1.
	if got := NewHA1("Mufasa", "testrealm@host.com", "Circle Of Life").MD5(); got != "939e7578ed9e3c518a452acee763bce9" {
		t.Errorf("MD5 %s", got)
	}
	if got := NewHA1("Mufasa", "http-auth@example.org", "Circle of Life").SHA256(); got != "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232" {
		t.Errorf("SHA-256 %s", got)
	}
}

func TestCredentialsAre32LettersAndDigits(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		c, err := NewCredential(rand.Reader)
		if err != nil || !regexp.MustCompile(`^[a-z0-9]{32}$`).MatchString(c) || seen[c] {
			t.Fatalf("%q, %v", c, err)
		}
		seen[c] = true
	}
	if _, err := NewCredential(strings.NewReader("short")); err == nil {
		t.Error("no error without randomness")
	}
}

func TestIDsSortByAge(t *testing.T) {
	a, errA := NewID(time.Unix(1_700_000_000, 0), rand.Reader)
	b, errB := NewID(time.Unix(1_700_000_000, 1000), rand.Reader)
	if errA != nil || errB != nil || len(a) != 24 || a >= b {
		t.Errorf("%s %s", a, b)
	}
	if id, ok := ParseID(strings.ToUpper(string(a))); !ok || id != a {
		t.Errorf("upper case is read as %s", id)
	}
	if _, ok := ParseID(string(a) + "0"); ok {
		t.Error("25 characters are an id")
	}
}

func TestEveryBuiltInModelIsWhole(t *testing.T) {
	models, err := BuiltInModels()
	if err != nil {
		t.Fatal(err)
	}
	ids, brands := map[ID]bool{}, map[string]bool{}
	for _, m := range models {
		if _, ok := ParseID(string(m.ID)); !ok || ids[m.ID] || m.Model == "" || m.BrandName == "" || m.Extensions < 1 || !m.BuiltIn {
			t.Errorf("%+v", *m)
		}
		if m.Capabilities.MultipleHandsets && m.Extensions == 1 {
			t.Errorf("%s: %d slots", m.Model, m.Extensions)
		}
		ids[m.ID], brands[m.Brand] = true, true
	}
	for _, brand := range []string{"SNOM", "MITEL", "CISCO", "YEALINK", "GRANDSTREAM", "GIGASET", "GENERIC"} {
		if !brands[brand] {
			t.Errorf("no model of %s", brand)
		}
	}
}

func TestLevelsAreInOrder(t *testing.T) {
	levels := Levels()
	for i, l := range levels {
		for j, min := range levels {
			if l.AtLeast(min) != (i >= j) {
				t.Errorf("%s at least %s: %v", l, min, l.AtLeast(min))
			}
		}
	}
	if Level("ROOT").AtLeast(Personal) || Level("").Valid() {
		t.Error("an unknown level may something")
	}
}

func TestAnEventIsOneFlatObject(t *testing.T) {
	e := Event{Type: PhoneLocked, Time: time.Unix(0, 1_500_000).UTC(), Customer: acme, Phone: "1", Data: map[string]any{"address": "192.0.2.1"}}
	b, err := json.Marshal(e)
	want := `{"address":"192.0.2.1","customer":"aaaaaaaaaaaaaaaaaaaaaaa1","phone":"1","time":"1970-01-01T00:00:00.001Z","type":"phone.locked"}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	if len(e.Data) != 1 {
		t.Error("the data was changed")
	}
}

func TestTheExtensionOfAnEmployee(t *testing.T) {
	b := NewBook("ringfence.test", []int{1})
	const anna ID = "eeeeeeeeeeeeeeeeeeeeeee1"
	is := func(when string, want ID) {
		t.Helper()
		got := ID("")
		if e := b.ByEmployee(anna); e != nil {
			got = e.ID
		}
		if got != want {
			t.Errorf("%s it is %q, want %q", when, got, want)
		}
	}
	is("before there is one", "")
	b.PutExtension(&Extension{ID: "1", Customer: acme, Number: "1", Employee: anna})
	b.PutExtension(&Extension{ID: "2", Customer: acme, Number: "2", Employee: anna})
	is("of two", "1")
	b.PutExtension(&Extension{ID: "1", Customer: acme, Number: "1"})
	is("after the first became nobody's", "2")
	b.PutExtension(&Extension{ID: "1", Customer: acme, Number: "1", Employee: anna})
	is("after the first came back", "1")
	b.PutExtension(&Extension{ID: "1", Customer: acme, Number: "1", Name: "Anna", Employee: anna})
	is("after the first was changed", "1")
	b.DropExtension("1")
	is("after the first was deleted", "2")
	b.DropExtension("2")
	is("after the second was deleted", "")
}
