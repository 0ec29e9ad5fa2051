package b2bua

import (
	"context"
	"time"
)

// grace is how long calls that are cut at the end have for their BYEs.
const grace = 2 * time.Second

// Close takes no new calls (503) and lets those that run end until ctx is done;
// then it hangs up both ends of each, as ended by the system. It returns when
// every goroutine has ended, at most two seconds after ctx; nil when no call
// had to be cut, else ctx's error.
//
// It must come before the stack's Close, which takes away the means to say BYE.
func (s *Switch) Close(ctx context.Context) error {
	s.mu.Lock()
	again := s.closing
	s.closing = true
	s.mu.Unlock()
	if again {
		return nil
	}
	err := s.letEnd(ctx)
	s.letLeave()
	return err
}

func (s *Switch) letEnd(ctx context.Context) error {
	defer close(s.ending)
	select {
	case <-done(s.calls.Wait):
		return nil
	case <-ctx.Done():
		s.Log.Warn("calls are cut", "calls", s.Calls())
		return ctx.Err()
	}
}

// letLeave gives what is under way a moment, then sends everybody home.
func (s *Switch) letLeave() {
	all := done(func() { s.calls.Wait(); s.followers.Wait() })
	select {
	case <-all:
	case <-time.After(grace):
	}
	close(s.leaving)
	<-all
}

// done is closed when wait has returned.
func done(wait func()) <-chan struct{} {
	c := make(chan struct{})
	go func() {
		wait()
		close(c)
	}()
	return c
}
