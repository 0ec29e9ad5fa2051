package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"ringfence/phone"
)

const (
	flushEvery = time.Second
	maxFlushed = 1000 // refusals written in one job, so that others need not wait for all
)

// recordColumns are the columns of a phone that it sets itself, by what it does.
const recordColumns = "config_loaded, config_saved, rejected"

// refusals are the last ones of phones. It has an entry for a phone and for
// nothing else, so a stranger cannot make it grow.
type refusals struct {
	book *phone.Book

	mu    sync.Mutex // guards both
	byID  map[phone.ID]*phone.Rejection
	dirty map[phone.ID]struct{} // those that are not on disk yet
}

func newRefusals(b *phone.Book) *refusals {
	return &refusals{book: b, byID: map[phone.ID]*phone.Rejection{}, dirty: map[phone.ID]struct{}{}}
}

func (r *refusals) get(id phone.ID) *phone.Rejection {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

// load keeps what is on disk.
func (r *refusals) load(id phone.ID, rejection *phone.Rejection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID[id] = rejection
}

// drop is told of a phone that the Book has no more.
func (r *refusals) drop(id phone.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, id)
	delete(r.dirty, id)
}

func (r *refusals) reject(id phone.ID, rejection *phone.Rejection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, _, known := r.book.Configured(id); known {
		r.byID[id] = rejection
		r.dirty[id] = struct{}{}
	}
}

// take returns some of the refusals that are not on disk yet.
func (r *refusals) take() map[phone.ID]*phone.Rejection {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := map[phone.ID]*phone.Rejection{}
	for id := range r.dirty {
		if len(taken) == maxFlushed {
			break
		}
		taken[id] = r.byID[id]
		delete(r.dirty, id)
	}
	return taken
}

// giveBack marks what could not be written, for the next time.
func (r *refusals) giveBack(taken map[phone.ID]*phone.Rejection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range taken {
		if _, ok := r.byID[id]; ok {
			r.dirty[id] = struct{}{}
		}
	}
}

// Record returns what is known of a phone, as of now; empty when there is no
// such phone.
func (s *Store) Record(id phone.ID) phone.Record {
	loaded, saved, _ := s.Book.Configured(id)
	return phone.Record{ConfigLoaded: loaded, ConfigSaved: saved, LastRejected: s.refusals.get(id)}
}

// loadedAt is before the last change where that is not in what was fetched: the
// phone is stale, whatever came first by the clock.
const loadedAt = `UPDATE phones SET config_loaded = iif(config_saved > coalesce(?3, 0), min(?2, config_saved - 1), ?2)
	WHERE id = ?1 RETURNING id, config_loaded`

// ConfigLoaded notes that phones have fetched their configuration, durably when
// it returns. phone.NoPhone when none of them exists.
func (s *Store) ConfigLoaded(ctx context.Context, at time.Time, phones ...phone.Fetched) error {
	return s.write(ctx, "note a loaded configuration", func(ctx context.Context, t *tx) error {
		known := false
		for _, p := range phones {
			err := each(ctx, t, func(row scanner) error {
				var id phone.ID
				var loaded time.Time
				known = true
				t.publish(func() { s.Book.ConfigLoaded(id, loaded) })
				return row.Scan(&id, milliseconds{&loaded})
			}, loadedAt, p.Phone, milliseconds{&at}, milliseconds{&p.Saved})
			if err != nil {
				return err
			}
		}
		if !known {
			return phone.Fault(phone.NoPhone)
		}
		return nil
	})
}

// Rejected notes the last refusal of a phone. It does not wait for the disk: it
// is live at once, written within a second or so and by Close, and lost with
// kill -9 before that. A phone that does not exist is ignored.
func (s *Store) Rejected(id phone.ID, rejection phone.Rejection) {
	rejection.Time = phone.Moment(rejection.Time)
	s.refusals.reject(id, &rejection)
}

// startFlushing starts the goroutine that writes the refusals. Close ends it.
func (s *Store) startFlushing() {
	ctx, stop := context.WithCancel(context.Background())
	s.stopFlush, s.flushed = stop, make(chan struct{})
	go func() {
		defer close(s.flushed)
		tick := time.NewTicker(flushEvery)
		defer tick.Stop()
		var unwritten fault
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := s.flush(ctx); ctx.Err() == nil && unwritten.isNew(err) {
					s.Log.Error("refusals could not be written, will try again", "error", err)
				}
			}
		}
	}()
}

// flush writes all refusals that are not on disk yet, some at a time.
func (s *Store) flush(ctx context.Context) error {
	for {
		taken := s.refusals.take()
		if len(taken) == 0 {
			return nil
		}
		err := s.write(ctx, "save refusals", func(ctx context.Context, t *tx) error {
			return saveRejections(ctx, t, taken)
		})
		if err != nil {
			s.refusals.giveBack(taken)
			return err
		}
	}
}

func saveRejections(ctx context.Context, t *tx, taken map[phone.ID]*phone.Rejection) error {
	for id, rejection := range taken {
		text, err := json.Marshal(rejection)
		if err != nil {
			return fmt.Errorf("refusal of phone %s: %w", id, err)
		}
		if _, err := t.exec(ctx, "UPDATE phones SET rejected = ? WHERE id = ?", string(text), id); err != nil {
			return err
		}
	}
	return nil
}
