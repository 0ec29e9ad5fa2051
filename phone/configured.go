package phone

import "time"

// moment is a time in milliseconds since 1970, 0 for the zero time.
type moment int64

func momentOf(t time.Time) moment {
	if t.IsZero() {
		return 0
	}
	return moment(t.UnixMilli())
}

func (m moment) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
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
	return e.loaded.time(), e.saved.time(), true
}

// ConfigLoaded notes when a phone has fetched its configuration.
func (b *Book) ConfigLoaded(id ID, at time.Time) {
	b.note(id, func(e *entry) { e.loaded = momentOf(at) })
}

// ConfigSaved notes when the configuration of a phone was changed.
func (b *Book) ConfigSaved(id ID, at time.Time) {
	b.note(id, func(e *entry) { e.saved = momentOf(at) })
}

// note ignores a phone that does not exist.
func (b *Book) note(id ID, change func(*entry)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.shelf.find(id); e != nil {
		change(e)
	}
}
