package phone

import (
	"strings"
	"testing"
)

func TestDirectory(t *testing.T) {
	b := NewBook("example.net", []int{Production})
	for number, customer := range map[string]ID{"300": acme, "20": acme, "200": acme, "100": "aaaaaaaaaaaaaaaaaaaaaaa0", "900": "fffffffffffffffffffffff0"} {
		b.PutExtension(&Extension{ID: ID(strings.Repeat("0", 24-len(number)) + number), Customer: customer, Number: number, Name: "N" + number})
	}
	numbers := func(customer ID, most int) string {
		var list []string
		for _, e := range b.Directory(customer, most) {
			list = append(list, e.Number)
		}
		return strings.Join(list, " ")
	}
	for _, c := range []struct {
		customer ID
		most     int
		want     string
	}{{acme, 10, "20 200 300"}, {acme, 2, "20 200"}, {"ccccccccccccccccccccccc0", 10, ""}} {
		if got := numbers(c.customer, c.most); got != c.want {
			t.Errorf("%s, at most %d: %q, want %q", c.customer, c.most, got, c.want)
		}
	}
}
