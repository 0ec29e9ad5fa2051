package registrar

import (
	"context"
	"time"
)

// rest is the pause after the disk has failed.
const rest = time.Second

// Run takes bindings offline when they expire, and writes the journal: without
// it no REGISTER is answered that changes something. It returns nil after ctx has
// ended and the rest is saved.
func (r *Registrar) Run(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.writing(ctx)
	}()
	defer func() { <-done }()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		r.expireDue(r.Now())
		select {
		case <-second.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// writing commits what waits, as soon as the last commit is done and enough has
// gathered: the more comes while the disk is busy, the more goes into the next
// entry.
func (r *Registrar) writing(ctx context.Context) {
	g := newGatherer()
	for {
		select {
		case <-r.table.wake:
		case <-ctx.Done():
			r.finish(context.WithoutCancel(ctx))
			return
		}
		g.wait(ctx, r.table)
		if !r.commit(ctx) {
			ring(r.table.wake)
			pause(ctx, rest)
		}
		g.last = time.Now()
	}
}

// finish commits the rest. What has waited for a phone's fence may want to be
// written too, and what has waited for that.
func (r *Registrar) finish(ctx context.Context) {
	for range crowd {
		r.admitting.Wait()
		if !r.commit(ctx) || r.table.waiting.Load() == 0 {
			break
		}
	}
	r.admitting.Wait()
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
