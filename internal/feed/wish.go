package feed

import (
	"sync/atomic"

	"ringfence/phone"
)

// wishes counts who wants phone.refreshed. There are so many of those that they
// are not even made when nobody listens.
type wishes struct{ refreshed atomic.Int64 }

// Wish says that somebody wants events of these types until the returned function
// is called, once.
func (f *Feed) Wish(types []phone.EventType) (enough func()) {
	if !phone.Selects(types, phone.PhoneRefreshed) {
		return func() {}
	}
	f.wishes.refreshed.Add(1)
	return func() { f.wishes.refreshed.Add(-1) }
}

// Wanted says whether an event of the type is to be published now: always, but
// for phone.refreshed only while somebody wishes it.
func (f *Feed) Wanted(t phone.EventType) bool {
	return t != phone.PhoneRefreshed || f.wishes.refreshed.Load() > 0
}
