package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	maxBatch  = 256  // changes in one transaction
	maxQueued = 1024 // changes that wait for it; more wait in their callers
)

// ErrClosed is returned by the methods of a closed store.
var ErrClosed = errors.New("store is closed")

// writer owns the writing connection.
type writer struct {
	s       *Store
	db      *sql.DB
	jobs    chan *job     // closed by stop
	stopped chan struct{} // closed by the goroutine when it has ended

	mu     sync.RWMutex // guards closed, and jobs against a send after its close
	closed bool

	commits, done, refused, failures atomic.Uint64

	failing atomic.Bool // the last transaction has failed
}

// job is one change on its way through the writer.
type job struct {
	ctx   context.Context
	run   func(context.Context, *tx) error
	state atomic.Int32
	done  chan struct{} // closed by the writer; err may be read then
	err   error
	after []func() // to publish once it is committed
}

// The states of a job. It leaves waiting once: the writer begins it, or its
// caller gives it up.
const (
	waiting = iota
	begun
	abandoned
)

func startWriter(s *Store) *writer {
	w := &writer{s: s, db: s.writing, jobs: make(chan *job, maxQueued), stopped: make(chan struct{})}
	go w.loop()
	return w
}

// stop takes no new jobs and returns when those that wait are done.
func (w *writer) stop() {
	w.mu.Lock()
	w.closed = true
	close(w.jobs)
	w.mu.Unlock()
	<-w.stopped
}

// do runs a change and returns when it is committed and published. When ctx is
// done before the change has begun, it returns the context's error and the
// change never happens; one that has begun is waited for, so that its outcome is
// known and nothing of the caller is used after it has gone.
func (w *writer) do(ctx context.Context, run func(context.Context, *tx) error) error {
	j := &job{ctx: ctx, run: run, done: make(chan struct{})}
	if err := w.enter(j); err != nil {
		return err
	}
	select {
	case <-j.done:
	case <-j.ctx.Done():
		if j.state.CompareAndSwap(waiting, abandoned) {
			return j.ctx.Err()
		}
		<-j.done
	}
	return j.err
}

func (w *writer) enter(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.jobs <- j:
		return nil
	case <-j.ctx.Done():
		return j.ctx.Err()
	}
}

func (w *writer) loop() {
	defer close(w.stopped)
	for j := range w.jobs {
		w.serve(w.gather(j))
	}
}

// gather adds to the first job what else waits.
func (w *writer) gather(first *job) []*job {
	batch := []*job{first}
	for len(batch) < maxBatch {
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// serve commits the jobs together, publishes those that are in, in order, and
// answers all.
func (w *writer) serve(jobs []*job) {
	// Nobody waits for one that is not begun: its caller has the context's error.
	jobs = slices.DeleteFunc(jobs, func(j *job) bool { return !j.begin() })
	err := w.commit(jobs)
	if len(jobs) > 0 {
		w.failing.Store(err != nil)
	}
	if err != nil {
		w.failures.Add(1)
		failAll(jobs, fmt.Errorf("commit: %w", err))
	}
	for _, j := range jobs {
		w.publish(j)
	}
	for _, j := range jobs {
		close(j.done)
	}
}

func (j *job) begin() bool {
	return j.ctx.Err() == nil && j.state.CompareAndSwap(waiting, begun)
}

// failAll gives the transaction's error to all but those that failed before it.
func failAll(jobs []*job, err error) {
	for _, j := range jobs {
		if j.err == nil {
			j.err = err
		}
	}
}

func (w *writer) publish(j *job) {
	if j.err != nil {
		w.refused.Add(1)
		return
	}
	w.done.Add(1)
	for _, f := range j.after {
		f()
	}
}

func (w *writer) stats() Stats {
	return Stats{
		Commits: w.commits.Load(), Jobs: w.done.Load(), Refused: w.refused.Load(),
		Failures: w.failures.Load(), Waiting: len(w.jobs),
	}
}
