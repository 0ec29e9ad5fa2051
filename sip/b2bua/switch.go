package b2bua

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// Door is where a phone proves who it is and passes its fence: sip/door.
type Door interface {
	// AuthenticateRequest gives the phone that signed the request, or the response to
	// who has not: exactly one is nil. It does not block.
	AuthenticateRequest(req *sip.Request, f sip.Flow) (*phone.Account, *sip.Response)
	// AdmitRequest judges where the phone calls from. It is nil when it may pass, else
	// the response: 403, or 500 when it could not be judged. It waits for the disk
	// when it has to lock an open phone to its address, or to end old credentials.
	AdmitRequest(ctx context.Context, req *sip.Request, a *phone.Account, f sip.Flow, via phone.Via) *sip.Response
}

// Ledger keeps what is known of a call: at its answer, and at its end.
type Ledger interface {
	// Note makes the state of a call durable; with Ended set it is the record. It
	// does not block. done is called once, on another goroutine, when that is on
	// disk or could not be put there. The record may change as soon as Note has
	// returned.
	Note(r *phone.CDR, done func(error))
}

// Config is what a Switch is made of. Where a default is given, zero means it;
// the rest must be set.
type Config struct {
	Stack    *sip.Stack
	Door     Door
	Book     *phone.Book
	Bindings func(phone.ID) []phone.Binding // the live ones of a phone
	Media    *media.Engine
	Direct   bool   // phones send media to each other, not through us
	Domain   string // of the identities that called phones see
	Ledger   Ledger
	Lines    Lines             // nil: there is no world outside
	Publish  func(phone.Event) // nil tells nobody
	// Dialogs is told what an extension does in a call, in the mailbox of that call:
	// it must not block. One that has ended is told as terminated. nil is nobody.
	Dialogs func(phone.Dialog)
	// Feature does what a feature code asks for, with the rights of who dials. It
	// may wait for the disk. Errors: phone.NotFound, phone.Denied. nil: there are no
	// codes but that of pickup.
	Feature func(ctx context.Context, by Dialler, f phone.Feature) error
	NewID   func() (phone.ID, error)

	UserAgent      string        // Server and User-Agent of ours; "" is none
	RingTimeout    time.Duration // how long it rings before nobody answered; 60 s
	Silence        time.Duration // without RTP until both ends are asked whether they are there; 1 min
	SessionExpires time.Duration // of RFC 4028; 30 min, negative is off
	MaxCalls       int           // calls at a time; 10000
	Timers         sip.Timers    // those of the stack
	Now            func() time.Time
	Log            *slog.Logger // one line per call; nil is silence
}

// Switch makes calls. Its methods may be called from any goroutine.
type Switch struct {
	Config
	session session.Config
	late    session.Config // of INVITEs without an offer: early media would ask for answers that nobody has yet
	table   *session.Table
	joins   joins
	tally   *tally

	mu      sync.Mutex // guards the four below
	closing bool
	calls   map[phone.ID]*call
	busy    map[phone.ID]int // how many calls a phone is in
	idle    chan struct{}    // closed when the last call has ended; nil: nobody waits

	background sync.WaitGroup // fences that wait for the disk
	talking    atomic.Int64
	started    atomic.Uint64
	refused    atomic.Uint64
}

// Stats are the numbers of a Switch.
type Stats struct {
	Running int    // calls now
	Talking int    // of them those that somebody has answered
	Started uint64 // calls since the start
	Refused uint64 // INVITEs answered 503: too many calls, or closing
}

// New makes a switch that serves until Close.
func New(c Config) *Switch {
	if c.RingTimeout <= 0 {
		c.RingTimeout = time.Minute
	}
	if c.Silence <= 0 {
		c.Silence = time.Minute
	}
	if c.MaxCalls <= 0 {
		c.MaxCalls = 10_000
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Switch{Config: c, calls: map[phone.ID]*call{}, busy: map[phone.ID]int{}, tally: newTally()}
	s.table = session.NewTable()
	s.session = session.Config{
		Stack: c.Stack, Table: s.table, Allow: allow, Supported: extensions, UserAgent: c.UserAgent,
		SessionExpires: c.SessionExpires, Timers: c.Timers, Now: c.Now, Elsewhere: s.elsewhere,
	}
	s.late = s.session
	s.late.Supported = "timer, replaces, norefersub"
	return s
}

// sessionFor is the configuration for an INVITE with this offer.
func (s *Switch) sessionFor(offer []byte) *session.Config {
	if len(offer) == 0 {
		return &s.late
	}
	return &s.session
}

// Serve takes every request but REGISTER that matches no transaction, and the
// ACK of a 2xx. It does not block.
func (s *Switch) Serve(req *sip.Request, f sip.Flow) {
	switch {
	case toTag(req) != "":
		if !s.table.Deliver(req, f) && req.Method != sip.ACK {
			s.reply(f, noDialog(req))
		}
	case req.Method == sip.ACK: // of an answer that kept no transaction
	case req.Method == sip.INVITE:
		s.serveInvite(req, f)
	default:
		s.reply(f, stateless(req))
	}
}

// Calls is the number of calls now.
func (s *Switch) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

// Stats reads the numbers.
func (s *Switch) Stats() Stats {
	return Stats{Running: s.Calls(), Talking: int(s.talking.Load()), Started: s.started.Load(), Refused: s.refused.Load()}
}

// admit makes room for a call. It returns false when there is none, or when no
// new calls are taken.
func (s *Switch) admit(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.calls) >= s.MaxCalls {
		s.refused.Add(1)
		return false
	}
	s.started.Add(1)
	s.calls[c.id] = c
	return true
}

// forget takes a call out that has ended, in its mailbox. That may linger, with
// nothing of the call.
func (s *Switch) forget(c *call) {
	for _, e := range c.ends {
		e.forgotten()
	}
	c.broke = c.astray
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.calls, c.id)
	if len(s.calls) == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// astray is survive for what lingers of a call.
func (s *Switch) astray(p any) {
	s.Log.Error("panic after a call", "panic", p, "stack", string(debug.Stack()))
}

// running gives the calls of this moment.
func (s *Switch) running() []*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*call, 0, len(s.calls))
	for _, c := range s.calls {
		list = append(list, c)
	}
	return list
}

// occupy notes that a phone is in one call more.
func (s *Switch) occupy(id phone.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[id]++
}

// release notes that a phone is in one call less.
func (s *Switch) release(id phone.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[id]--; s.busy[id] <= 0 {
		delete(s.busy, id)
	}
}

// engaged says whether a phone is in a call.
func (s *Switch) engaged(id phone.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy[id] > 0
}

func (s *Switch) reply(f sip.Flow, res *sip.Response) {
	if err := f.Reply(res); err != nil {
		s.Log.Debug("answer not sent", "to", f.String(), "error", err)
	}
}
