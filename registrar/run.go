package registrar

import (
	"context"
	"sync"
	"time"

	"ringfence/phone"
)

const (
	// saving bounds how many phones are written at once when bindings have gone
	// without a REGISTER; the journal commits those that wait together.
	saving = 64
	// rest is the pause after the disk has failed.
	rest = time.Second
)

// Run takes bindings offline when they expire, and removes what has gone from
// the journal. It returns nil after ctx has ended and the rest is saved.
func (r *Registrar) Run(ctx context.Context) error {
	var saver sync.WaitGroup
	saver.Go(func() { r.keep(ctx) })
	defer saver.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if next, ok := r.table.expireDue(r.Now()); ok {
			timer.Reset(next.Sub(r.Now()))
		}
		select {
		case <-timer.C:
		case <-r.table.sooner:
		case <-ctx.Done():
			return nil
		}
	}
}

// keep saves what is unsaved, at the end once more.
func (r *Registrar) keep(ctx context.Context) {
	for {
		select {
		case <-r.table.spoilt:
		case <-ctx.Done():
			r.saveLast(context.WithoutCancel(ctx))
			return
		}
		if !r.save(ctx) {
			pause(ctx, rest)
		}
	}
}

func (r *Registrar) saveLast(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r.save(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// save writes the bindings of all phones that are unsaved, and says whether all
// went well. Those that failed are unsaved again.
func (r *Registrar) save(ctx context.Context) bool {
	var mu sync.Mutex // guards worst
	var worst error
	var all sync.WaitGroup
	room := make(chan struct{}, saving)
	for _, id := range r.table.unsaved() {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			if err := r.saveOne(ctx, id); err != nil {
				r.table.spoil(id)
				mu.Lock()
				defer mu.Unlock()
				worst = err
			}
		})
	}
	all.Wait()
	if worst != nil {
		r.Log.Warn("bindings not removed from the journal", "error", worst)
	}
	return worst == nil
}

func (r *Registrar) saveOne(ctx context.Context, id phone.ID) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v, err := r.table.begin(ctx, id, "")
	if err != nil {
		return err
	}
	defer v.end()
	return r.Journal.ReplaceBindings(ctx, id, v.bindings(r.Now()))
}
