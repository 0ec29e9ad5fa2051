package mgmt

import (
	"fmt"
	"strconv"

	"ringfence/phone"
)

// bounds are a list's default and largest limit.
type bounds struct{ normal, most int }

// query reads offset, limit, filter and customer, within what the caller may
// see. A number that is none or out of its range is refused.
func (s *Server) query(c *call, b bounds) (phone.Query, error) {
	q, err := c.page(b)
	if err != nil {
		return q, err
	}
	return s.scope(c, q)
}

func (c *call) page(b bounds) (phone.Query, error) {
	q := phone.Query{Filter: c.Query("filter")}
	var faults phone.Faults
	number := func(name string, normal, lo, hi int) int {
		text := c.Query(name)
		if text == "" {
			return normal
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < lo || n > hi {
			faults = append(faults, invalid(name, fmt.Sprintf("Value is invalid, must be a Number from %d to %d", lo, hi)))
		}
		return n
	}
	q.Offset = number("offset", 0, 0, 1<<31-1)
	q.Limit = number("limit", b.normal, 1, b.most)
	return q, faults.Err()
}

// isSet reads a Boolean of the query string; anything but true and 1 is false.
func (c *call) isSet(name string) bool {
	v := c.Query(name)
	return v == "true" || v == "1"
}

// listing is how every list answers: the page's place, the total that does not
// depend on it, and the items under their plural.
func listing[T any](q phone.Query, total int, plural string, items []T) map[string]any {
	if items == nil {
		items = []T{}
	}
	return map[string]any{"offset": q.Offset, "limit": q.Limit, "total": total, plural: items}
}
