package phone

import (
	"strings"
	"time"
	"unique"
)

// momentOf is a time in milliseconds since 1970, 0 for the zero time.
func momentOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func timeOf(moment int64) time.Time {
	if moment == 0 {
		return time.Time{}
	}
	return time.UnixMilli(moment).UTC()
}

// Configured returns when a phone has fetched its configuration and when that
// was changed, both last; known is false when there is no such phone.
func (b *Book) Configured(id ID) (loaded, saved time.Time, known bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.shelf.get(id)
	if e == nil {
		return time.Time{}, time.Time{}, false
	}
	return timeOf(e.loaded.Load()), timeOf(e.saved.Load()), true
}

// Fetched is a phone that has fetched its configuration, and when that was changed
// last as far as who rendered it can have known.
type Fetched struct {
	Phone ID
	Saved time.Time
}

// Fetching are the phones that share the address, in the order of ByMAC. What is
// read from the Book after it has at least the changes until then: a change comes
// into the Book before its time does.
func (b *Book) Fetching(m MAC) (list []Fetched) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	b.onDevice(m, func(e *entry) { list = append(list, Fetched{e.id(), timeOf(e.saved.Load())}) })
	return list
}

// ConfigLoaded notes when a phone has fetched its configuration. A phone that
// does not exist is ignored.
func (b *Book) ConfigLoaded(id ID, at time.Time) {
	b.note(id, func(e *entry) { e.loaded.Store(momentOf(at)) })
}

// ConfigSaved notes when the configuration of a phone was changed. A phone that
// does not exist is ignored.
func (b *Book) ConfigSaved(id ID, at time.Time) {
	b.note(id, func(e *entry) { e.saved.Store(momentOf(at)) })
}

// note holds the lock for reading alone: it keeps the entry from being replaced.
func (b *Book) note(id ID, change func(*entry)) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if e := b.shelf.get(id); e != nil {
		change(e)
	}
}

// Stale says whether the phone is of a model that fetches its configuration and
// has not fetched the one that was saved last.
func (b *Book) Stale(id ID) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.shelf.get(id)
	if e == nil || !e.behind() {
		return false
	}
	m := b.models[e.model.Value()]
	return m != nil && m.Capabilities.Provision
}

// CountStale is how many phones are stale.
func (b *Book) CountStale() (n int) {
	fetches := b.fetches()
	b.stand(Query{}).each(func(e *entry) {
		if e.stale(fetches) {
			n++
		}
	})
	return n
}

// fetching are the models whose phones fetch their configuration.
type fetching map[unique.Handle[ID]]bool

func (b *Book) fetches() fetching {
	b.mu.RLock()
	defer b.mu.RUnlock()
	models := fetching{}
	for id, m := range b.models {
		if m.Capabilities.Provision {
			models[unique.Make(id)] = true
		}
	}
	return models
}

func (e *entry) stale(f fetching) bool { return e.behind() && f[e.model] }

func (e *entry) behind() bool { return e.loaded.Load() < e.saved.Load() }

// MACOf is the MAC address of a phone, which takes no more than to look at it; ""
// when it has none or does not exist.
func (b *Book) MACOf(id ID) MAC {
	b.mu.RLock()
	defer b.mu.RUnlock()
	e := b.shelf.get(id)
	if e == nil {
		return ""
	}
	return MAC(strings.ToUpper(e.mac()))
}
