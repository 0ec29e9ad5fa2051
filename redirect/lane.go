package redirect

import (
	"context"
	"time"

	"ringfence/internal/retry"
	"ringfence/phone"
)

// lane is the way to one service. All but its channels is of the goroutine that
// serves it.
type lane struct {
	name  string
	to    Redirector
	news  chan struct{} // holds one when something may be due earlier than it was
	hurry chan struct{} // holds one when somebody watches

	failures int       // in a row that are not the device's
	resting  time.Time // not before this
}

func newLane(name string, to Redirector) *lane {
	return &lane{name: name, to: to, news: make(chan struct{}, 1), hurry: make(chan struct{}, 1)}
}

func (l *lane) tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is told already
	}
}

// serve does a service's jobs, one after the other.
func (d *Dispatcher) serve(ctx context.Context, l *lane) {
	for ctx.Err() == nil {
		j, err := d.Outbox.NextRedirect(ctx, l.name, d.Checks)
		if err != nil {
			d.unable(ctx, "read", l, err)
			continue
		}
		if due, again := d.due(l, j); !again {
			l.await(ctx, due)
			continue
		}
		pause := between
		if j.State == phone.RedirectRegistered {
			pause = checks
		}
		if err := d.do(ctx, l, j); err != nil {
			d.unable(ctx, "save", l, err)
			continue
		}
		wait(ctx, pause)
	}
}

// due says how long to wait for a job; true when its time has come.
func (d *Dispatcher) due(l *lane, j *phone.RedirectJob) (time.Duration, bool) {
	if j == nil {
		return daily, false
	}
	at := j.NextAttempt
	if l.resting.After(at) {
		at = l.resting
	}
	left := at.Sub(d.Now())
	return left, left <= 0
}

// await waits for a time, or for news. Somebody who watches ends the rest.
func (l *lane) await(ctx context.Context, pause time.Duration) {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.news:
	case <-l.hurry:
		l.failures, l.resting = 0, time.Time{}
	case <-ctx.Done():
	}
}

func (d *Dispatcher) unable(ctx context.Context, doing string, l *lane, err error) {
	if ctx.Err() == nil {
		d.Log.Error("redirection outbox fails", "doing", doing, "service", l.name, "error", err)
	}
	wait(ctx, outage)
}

// attempted lets a service rest that fails whatever the device.
func (l *lane) attempted(err error, now time.Time) {
	if !is(err, Temporary, Credentials) {
		l.failures, l.resting = 0, time.Time{}
		return
	}
	l.failures++
	l.resting = now.Add(retry.Rest(l.failures))
}
