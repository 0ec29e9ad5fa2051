package phone

import "fmt"

// Query selects a page of a list. Offset and Limit count from 0; the total that
// comes with the page does not depend on them.
type Query struct {
	Offset, Limit int
	Customer      ID     // "" is every customer
	Reseller      ID     // only this reseller and its customers, "" is no restriction
	Filter        string // free text, matched anywhere and in either case
	Sort          string // a property, with a minus before it for the other direction; "" is the list's own order
	Available     bool   // phones that are not linked to an extension
	Online        *bool  // phones that are, or are not, registered; nil is both
	Stale         *bool  // phones that have not fetched what was saved last, or have; nil is both
	Deleted       bool   // customers and employees that are deleted, too
	Employee      ID     // what is this employee's; "" is no restriction
}

// LongFilter is the refusal of a filter of more than MaxFilter bytes.
func LongFilter() *Error { return unlisted("filter", "Filter is too long") }

// UnknownSort is the refusal of an order that a list does not have.
func UnknownSort(sort string) *Error {
	return unlisted("sort", fmt.Sprintf("A list cannot be sorted by '%.40s'", sort))
}
