package simphone

import (
	"context"
	"fmt"
	"time"
)

// Talk says the phone's tone for d, a packet of G.711 each 20 ms, and tells
// what came in meanwhile. Whatever cuts it short, it tells what was heard until
// then. Errors: ErrNotAnswered, ErrTalking, ErrEnded when the call ended
// meanwhile, or ctx's.
func (c *Call) Talk(ctx context.Context, d time.Duration) (Heard, error) {
	if !c.talk.TryLock() {
		return Heard{}, ErrTalking
	}
	defer c.talk.Unlock()
	c.mu.Lock()
	a, answered := c.audio, c.dialog != nil
	c.mu.Unlock()
	if !answered {
		return Heard{}, ErrNotAnswered
	}
	a.hear()
	err := c.speak(ctx, a, d)
	if err != nil {
		err = fmt.Errorf("talk: %w", err)
	}
	return a.heard(), err
}

// speak paces the packets. A tick that comes late is not made up for, as a
// sound card would not.
func (c *Call) speak(ctx context.Context, a *audio, d time.Duration) error {
	v := newVoice(a.tone)
	tick, end := time.NewTicker(frame), time.NewTimer(d)
	defer tick.Stop()
	defer end.Stop()
	for first := true; ; first = false {
		select {
		case <-c.ended:
			return ErrEnded
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return nil
		case <-tick.C:
			a.say(v.next(a.codec()), first)
		}
	}
}
