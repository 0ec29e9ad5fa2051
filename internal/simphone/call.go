package simphone

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"ringfence/sip"
)

var (
	// ErrEnded is what a call gives that is over.
	ErrEnded = errors.New("call has ended")
	// ErrNotAnswered is what a call gives that only rings.
	ErrNotAnswered = errors.New("call has not been answered")
	// ErrTalking is a second Talk while the first goes on.
	ErrTalking = errors.New("already talking on this call")
)

// Call is one call of a phone, from its first ring or answer to its end. Its
// methods may be called from any goroutine.
type Call struct {
	phone *Phone
	key   callKey
	flow  sip.Flow
	ended chan struct{} // closed by finish
	once  sync.Once     // of finish
	talk  sync.Mutex    // held by Talk

	// Of an incoming call, nil otherwise.
	invite *sip.Request
	server *sip.ServerTx

	mu           sync.Mutex // guards what follows
	dialog       *sip.Dialog
	audio        *audio // nil before there is a dialog
	name, number string
	awaiting     unacknowledged
}

// unacknowledged is an INVITE of the peer whose 2xx has no ACK yet.
type unacknowledged struct {
	tx      *sip.ServerTx
	seq     uint32
	offered bool // the 2xx had our offer, so the ACK brings the answer
}

func (p *Phone) newCall(key callKey, f sip.Flow) *Call {
	return &Call{phone: p, key: key, flow: f, ended: make(chan struct{})}
}

// Remote is the peer: of an incoming call the name and number that it showed,
// of an outgoing one the number that was dialled, without a name.
func (c *Call) Remote() (name, number string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.name, c.number
}

// Ended is closed when the call is over, whoever ended it and however.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// finish ends the call on this side and closes its audio. Nothing is sent. It
// says whether the call was still on.
func (c *Call) finish() (first bool) {
	c.once.Do(func() {
		first = true
		c.phone.forget(c.key)
		c.mu.Lock()
		defer c.mu.Unlock()
		close(c.ended)
		if c.audio != nil {
			c.audio.close()
		}
	})
	return first
}

// connect makes the call an answered one and begins to listen. Errors:
// ErrEnded, and sip.ErrAnswered for the second to try; both close the audio.
func (c *Call) connect(d *sip.Dialog, a *audio, un unacknowledged) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.dialog != nil:
		a.close()
		return sip.ErrAnswered
	case c.over(), !c.phone.start(a.listen):
		a.close()
		return ErrEnded
	}
	c.dialog, c.audio, c.awaiting = d, a, un
	return nil
}

func (c *Call) over() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// Hangup ends an answered call with BYE and waits for its response; whatever
// that is, the call is over on this side. A call that is over already is not an
// error. Errors: ErrNotAnswered, *StatusError, sip.ErrTimeout, ctx's, or the
// connection's.
func (c *Call) Hangup(ctx context.Context) error {
	if c.over() {
		return nil
	}
	if err := c.confirmed(ctx); err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	if !c.finish() {
		return nil
	}
	if err := c.bye(ctx); err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	return nil
}

// confirmed waits until BYE is allowed: for the called side that is after the
// ACK, or after the wait for it (RFC 3261 section 15).
func (c *Call) confirmed(ctx context.Context) error {
	c.mu.Lock()
	answered := c.dialog != nil
	c.mu.Unlock()
	if !answered {
		return ErrNotAnswered
	}
	if c.server == nil {
		return nil
	}
	select {
	case <-c.server.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Call) bye(ctx context.Context) error {
	next := func() *sip.Request {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.dialog.NewRequest(sip.BYE)
	}
	send := func(req *sip.Request) (*sip.Response, error) {
		return c.phone.exchange(ctx, c.flow, req)
	}
	res, err := c.phone.ask(next, send)
	if err != nil {
		return err
	}
	return refusal(res)
}
