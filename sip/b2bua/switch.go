package b2bua

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
)

// Door is where a phone proves who it is and passes its fence: sip/door.
type Door interface {
	// AuthenticateRequest gives the phone that signed the request, or the response to
	// who has not: exactly one is nil.
	AuthenticateRequest(req *sip.Request, f sip.Flow) (*phone.Account, *sip.Response)
	// AdmitRequest judges where the phone calls from. It is nil when it may pass, else
	// the response: 403, or 500 when it could not be judged.
	AdmitRequest(ctx context.Context, req *sip.Request, a *phone.Account, f sip.Flow, via phone.Via) *sip.Response
}

// Recorder keeps the records of ended calls.
type Recorder interface {
	SaveCDR(ctx context.Context, r *phone.CDR) error
}

// Config is what a Switch is made of. Where a default is given, zero means it;
// the rest must be set.
type Config struct {
	Stack      *sip.Stack
	Door       Door
	Book       *phone.Book
	Bindings   func(phone.ID) []phone.Binding // the live ones of a phone
	Ports      *media.Ports
	ExternalIP netip.Addr // into SDP in place of a local address of the same family; may be zero
	Domain     string     // of the identities that called phones see
	CDRs       Recorder
	Publish    func(phone.Event)
	NewID      func() (phone.ID, error)

	RingTimeout time.Duration // how long it rings before nobody answered; 60 s
	Silence     time.Duration // without RTP until both ends are asked whether they are there; 1 min
	MaxCalls    int           // calls at a time; 10000
	Now         func() time.Time
	Log         *slog.Logger // one line per call; nil is silence
}

// Switch makes calls. Its methods may be called from any goroutine.
type Switch struct {
	Config

	mu      sync.Mutex // guards the three below
	running int
	closing bool
	byTag   map[string]route // whose request it is, by the To tag, which is ours

	calls, followers sync.WaitGroup // goroutines: of calls; of legs and of BYEs
	ending, leaving  chan struct{}  // closed by Close: hang up; do not even wait for answers
	started          atomic.Uint64
	refused          atomic.Uint64
}

// route leads a request within a dialog to its call.
type route struct {
	call   *call
	leg    *leg       // nil: it is the caller's
	source netip.Addr // where that end was let in, or is registered
}

// Stats are the numbers of a Switch.
type Stats struct {
	Running int    // calls now, with those whose BYE is not answered yet
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
	return &Switch{
		Config: c, byTag: map[string]route{},
		ending: make(chan struct{}), leaving: make(chan struct{}),
	}
}

// Serve takes every request but REGISTER that matches no transaction, and the
// ACK of a 2xx. It does not block: what takes time happens in the call's own
// goroutine.
func (s *Switch) Serve(req *sip.Request, f sip.Flow) {
	switch {
	case toTag(req) != "":
		s.withinDialog(req, f)
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
	return s.running
}

// Stats reads the numbers.
func (s *Switch) Stats() Stats {
	return Stats{Running: s.Calls(), Started: s.started.Load(), Refused: s.refused.Load()}
}

// withinDialog hands a request to the call that owns its dialog.
func (s *Switch) withinDialog(req *sip.Request, f sip.Flow) {
	if !s.deliver(req, f) && req.Method != sip.ACK {
		s.reply(f, noDialog(req))
	}
}

// deliver puts a request into the queue of its call, if there is one. It does
// so under the lock: a call that has taken its tags off finds in the queue all
// that it still has to answer.
//
// Requests within a dialog are not challenged, so that they must come from the
// address that has passed the fence: tags can be overheard, and an offer could
// lead the media away.
func (s *Switch) deliver(req *sip.Request, f sip.Flow) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	to, ok := s.byTag[toTag(req)]
	if !ok || req.CallID() == nil || req.CallID().Value() != to.callID() || f.Source().Addr() != to.source {
		return false
	}
	in := inbound{req: req, flow: f, leg: to.leg}
	if req.Method != sip.ACK {
		in.tx = s.Stack.NewServerTx(req, f)
	}
	select {
	case to.call.in <- in:
	default: // more than a phone ever sends at once
		in.respond(500, "Too many requests", retryAfter())
	}
	return true
}

func (r route) callID() string {
	if r.leg != nil {
		return r.leg.callID
	}
	return r.call.invite.CallID().Value()
}

// admit makes room for a call from source under its tag. It returns false when
// there is none, or when no new calls are taken.
func (s *Switch) admit(c *call, tag string, source netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, replayed := s.byTag[tag]; replayed || s.closing || s.running >= s.MaxCalls {
		s.refused.Add(1)
		return false
	}
	s.running++
	s.started.Add(1)
	s.calls.Add(1)
	s.byTag[tag] = route{call: c, source: source}
	c.tags = append(c.tags, tag)
	return true
}

// own adds the tag of one of the call's legs.
func (s *Switch) own(c *call, l *leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byTag[l.tag] = route{call: c, leg: l, source: l.binding.Target.Addr().Unmap()}
	c.tags = append(c.tags, l.tag)
}

// disown takes the call out. From then on nothing more comes into its queue;
// what is left there gets its answer.
func (s *Switch) disown(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, tag := range c.tags {
		delete(s.byTag, tag)
	}
	s.running--
	for len(c.in) > 0 {
		in := <-c.in
		in.respond(481, "Call/Transaction Does Not Exist")
	}
}

func (s *Switch) reply(f sip.Flow, res *sip.Response) {
	if err := f.Reply(res); err != nil {
		s.Log.Debug("answer not sent", "to", f.String(), "error", err)
	}
}
