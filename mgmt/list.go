package mgmt

import (
	"fmt"
	"strconv"

	"ringfence/phone"
)

// bounds are a list's default and largest limit.
type bounds struct{ normal, most int }

// query reads offset, limit, filter, sort and customer, within what the caller
// may see. A number that is none or out of its range is refused; a filter or a
// sort is judged by who knows the list.
func (s *Server) query(c *call, b bounds) (phone.Query, error) {
	q, err := c.page(b)
	if err != nil {
		return q, err
	}
	return s.scope(c, q)
}

func (c *call) page(b bounds) (phone.Query, error) {
	q, faults := c.read(b)
	return q, faults.Err()
}

func (c *call) read(b bounds) (q phone.Query, faults phone.Faults) {
	q.Filter, q.Sort = c.Query("filter"), c.Query("sort")
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
	deleted, wrong := c.isSet("includeDeleted")
	q.Deleted = deleted
	if text := c.Query("employee"); text != "" {
		q.Employee = identifier(text).id()
	}
	q.Offset = number("offset", 0, 0, 1<<31-1)
	q.Limit = number("limit", b.normal, 1, b.most)
	return q, append(faults, wrong...)
}

// isOrNot reads a Boolean of the query string that makes a difference in either
// way: nil is that it is not there.
func (c *call) isOrNot(name string) (*bool, phone.Faults) {
	switch c.Query(name) {
	case "":
		return nil, nil
	case "true", "1":
		return new(true), nil
	case "false", "0":
		return new(false), nil
	}
	return nil, phone.Faults{invalid(name, "Value is invalid, must be a Boolean")}
}

// isSet reads one that is false when it is not there.
func (c *call) isSet(name string) (bool, phone.Faults) {
	is, wrong := c.isOrNot(name)
	return is != nil && *is, wrong
}

// listing is how every list answers: the page's place, the total that does not
// depend on it, and the items under their plural.
func listing[T any](q phone.Query, total int, plural string, items []T) map[string]any {
	if items == nil {
		items = []T{}
	}
	return map[string]any{"offset": q.Offset, "limit": q.Limit, "total": total, plural: items}
}
