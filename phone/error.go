package phone

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Kind is what sort of refusal an Error is. Each protocol turns it into a
// number of its own in one place.
type Kind int

// The kinds of refusal.
const (
	Internal     Kind = iota // our fault: the cause is logged and never told
	Invalid                  // a value is wrong
	NotFound                 // a thing does not exist
	Conflict                 // it collides with what exists
	Denied                   // the caller may not
	Unauthorized             // the caller is not known
	BadRequest               // the request cannot be read
	TooLarge                 // the request is too large
	TooMany                  // too often; try later
)

// Error is a refusal that its caller is told: which property (Key, a path such
// as ip.mode, or a word such as not_found) and why (Text, for a person).
// Several faults of one request are one Error with Inner, in the order of the
// API page's table.
type Error struct {
	Kind  Kind
	Key   string
	Text  string
	Inner []*Error

	row Rule // in the page's table
}

// Error gives "key: text", or all inner ones.
func (e *Error) Error() string {
	if len(e.Inner) == 0 {
		return e.Key + ": " + e.Text
	}
	var all []string
	for _, i := range e.Inner {
		all = append(all, i.Error())
	}
	return strings.Join(all, "; ")
}

// All are the faults that it tells: those within, or itself.
func (e *Error) All() []*Error {
	if len(e.Inner) > 0 {
		return e.Inner
	}
	return []*Error{e}
}

// KindOf returns the kind of an Error in err's chain, Internal for other errors.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Faults collects what is wrong with one request.
type Faults []*Error

// Err returns nil for no fault, a single fault bare, and several as one Error
// "multiple" whose Inner are in the order of the page's table. What two checks
// found alike (a value that cannot be read is also one that is missing) is told
// once.
func (f Faults) Err() error {
	var inner []*Error
	told := map[[2]string]bool{}
	for _, e := range f {
		if what := [2]string{e.Key, e.Text}; !told[what] {
			told[what] = true
			inner = append(inner, e)
		}
	}
	switch len(inner) {
	case 0:
		return nil
	case 1:
		return inner[0]
	}
	slices.SortStableFunc(inner, func(a, b *Error) int { return cmp.Compare(a.rank(), b.rank()) })
	all := Fault(Multiple)
	all.Inner = inner
	return all
}

// rank orders faults: the rows of the page's table as they stand there, then
// what it has no row for, in the order of the properties.
func (e *Error) rank() int {
	if e.row == unlistedRow {
		return len(table) + propertyRank(e.Key)
	}
	return int(e.row)
}
