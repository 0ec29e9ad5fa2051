package b2bua

import (
	"context"
	"time"
)

// grace is how long calls that are cut at the end have for their BYEs.
const grace = 2 * time.Second

// Close takes no new calls (503) and lets those that run end until ctx is done;
// then it hangs up both ends of each, as ended by the system. It returns when
// all is said and recorded, at most two seconds after ctx; nil when no call had
// to be cut, else ctx's error.
//
// It must come before the stack's Close, which takes away the means to say BYE.
func (s *Switch) Close(ctx context.Context) error {
	idle, again := s.shut()
	if again {
		return nil
	}
	var err error
	select {
	case <-idle:
	case <-ctx.Done():
		s.Log.Warn("calls are cut", "calls", s.Calls())
		err = ctx.Err()
		s.cut()
	}
	s.letLeave()
	s.background.Wait()
	return err
}

// letLeave gives what is under way a moment: records, and the answers to our
// BYEs.
func (s *Switch) letLeave() {
	late := time.NewTimer(grace)
	defer late.Stop()
	look := time.NewTicker(grace / 400)
	defer look.Stop()
	for s.Calls() > 0 || s.table.Leaving() > 0 {
		select {
		case <-look.C:
		case <-late.C:
			return
		}
	}
}

// shut closes the door for new calls. The channel is closed when the last one
// has ended.
func (s *Switch) shut() (idle <-chan struct{}, again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, true
	}
	s.closing = true
	c := make(chan struct{})
	if len(s.calls) == 0 {
		close(c)
		return c, false
	}
	s.idle = c
	return c, false
}

// cut ends all calls that still run.
func (s *Switch) cut() {
	for _, c := range s.running() {
		c.Do(func() {
			how := hungUpByUs
			if c.stage != talking {
				how = shuttingDown
			}
			c.end(how)
		})
	}
}
