package trunk

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/resolve"
)

// Stack is what lines need of a *sip.Stack.
type Stack interface {
	Request(req *sip.Request, f sip.Flow, on func(res *sip.Response, err error)) (*sip.ClientTx, error)
	Reach(network string, local, remote netip.AddrPort, on func(f sip.Flow, err error))
	ReachName(name string, local, remote netip.AddrPort, on func(f sip.Flow, err error))
	Contact(f sip.Flow, user string) sip.URI
}

// Resolver is what lines need of a *resolve.Resolver.
type Resolver interface {
	Resolve(ctx context.Context, q resolve.Query) ([]resolve.Target, error)
	Known(q resolve.Query) ([]resolve.Target, bool)
}

// Spending keeps what calls have cost over a restart.
type Spending interface {
	LoadSpending(ctx context.Context, since string) ([]phone.Spent, error)
	SaveSpending(ctx context.Context, list []phone.Spent) error
}

// Config is what Lines are made of.
type Config struct {
	Book     *phone.Book
	Stack    Stack
	Resolver Resolver
	Dead     *resolve.Dead     // nil is a list of its own
	Spending Spending          // nil is memory alone
	Publish  func(phone.Event) // nil is nobody
	Domain   string            // ours, in the From of lines without registration
	Agent    string            // User-Agent; "" is none

	PhoneCalls          int // that one phone has dialled, at a time; 0 is no limit
	PhoneCallsPerSecond int

	Location *time.Location   // whose day and night it is; nil is the system's
	Now      func() time.Time // nil is time.Now
	Random   func() float64   // below 1; nil is math/rand/v2
	Log      *slog.Logger     // nil is silence

	pace pace // only tests set it
}

// pace is how long lines wait.
type pace struct {
	least  time.Duration // between two registrations
	first  time.Duration // after a failure, doubled with each
	most   time.Duration
	parole time.Duration // after a refusal, such as for a wrong password
	probe  time.Duration // for the answer to a probe
	leave  time.Duration // to unregister
	keep   time.Duration // between two times that what calls cost is saved
	look   time.Duration // at least between two looks whether money is left
}

func (p pace) orDefault() pace {
	for _, d := range []struct {
		v *time.Duration
		d time.Duration
	}{
		{&p.least, 5 * time.Second}, {&p.first, 30 * time.Second}, {&p.most, 10 * time.Minute}, {&p.parole, 10 * time.Minute},
		{&p.probe, 5 * time.Second}, {&p.leave, 2 * time.Second}, {&p.keep, 10 * time.Second}, {&p.look, time.Second},
	} {
		if *d.v <= 0 {
			*d.v = d.d
		}
	}
	return p
}

// Lines are all lines to the world. Their methods may be called from any
// goroutine.
type Lines struct {
	Config
	book    atomic.Pointer[directory] // made anew with each change of a trunk
	sources atomic.Pointer[sources]   // and of where a line leads
	limits  limits
	purse   purse
	counters

	mu      sync.Mutex // guards what follows
	lines   map[phone.ID]*line
	ctx     context.Context // nil before Run
	closed  bool
	running sync.WaitGroup
}

// New makes the lines of the Book's trunks. Nothing is sent before Run.
func New(c Config) *Lines {
	if c.Location == nil {
		c.Location = time.Local
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Float64
	}
	if c.Dead == nil {
		c.Dead = resolve.NewDead(c.Now)
	}
	if c.Publish == nil {
		c.Publish = func(phone.Event) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.pace = c.pace.orDefault()
	l := &Lines{Config: c, lines: map[phone.ID]*line{}}
	l.limits.by = map[phone.ID]*meter{}
	l.purse = newPurse(l)
	for _, t := range c.Book.Trunks() {
		l.put(t)
	}
	l.index()
	return l
}

// Run registers and probes until ctx ends. Then it takes the registrations back
// and saves what calls have cost: the stack and the store must still be open, and
// the calls have ended.
// It fails when what calls have cost today cannot be read: to begin at nothing
// would be worse.
func (l *Lines) Run(ctx context.Context) error {
	if err := l.purse.load(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	l.ctx = ctx
	for _, one := range l.lines {
		l.start(one)
	}
	l.mu.Unlock()
	err := l.purse.run(ctx)
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.running.Wait()
	return err
}

// Changed follows a committed change of a trunk: before is nil for a new one,
// after for a deleted one. It does not wait.
func (l *Lines) Changed(before, after *phone.Trunk) {
	l.mu.Lock()
	if after == nil {
		l.drop(before.ID)
	} else {
		l.put(after)
	}
	l.mu.Unlock()
	l.index()
}

// put makes the trunk's line, or keeps it when nothing has changed of how it is
// reached. The caller holds mu, or is New.
func (l *Lines) put(t *phone.Trunk) {
	old := l.lines[t.ID]
	if old != nil && old.same(t) {
		old.trunk.Store(newTariff(t))
		return
	}
	l.drop(t.ID)
	if !t.Line() {
		return
	}
	one := newLine(l, t)
	l.lines[t.ID] = one
	if l.ctx != nil {
		if old != nil {
			one.after = old.done
		}
		l.start(one)
	}
}

func (l *Lines) drop(id phone.ID) {
	if old := l.lines[id]; old != nil {
		delete(l.lines, id)
		old.quit()
	}
}

// start lets a line live until it is dropped or all end. The caller holds mu.
func (l *Lines) start(one *line) {
	if l.closed {
		return
	}
	stop := context.AfterFunc(l.ctx, one.quit)
	l.running.Go(func() {
		defer stop()
		one.live()
	})
}

// errand does what has to wait; false when all is ending.
func (l *Lines) errand(f func(ctx context.Context)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.ctx == nil {
		return false
	}
	ctx := l.ctx
	l.running.Go(func() { f(ctx) })
	return true
}

// line finds a trunk's, nil when there is none.
func (l *Lines) line(id phone.ID) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines[id]
}

// FlowClosed is told of a connection that went away: a line that was registered
// on it registers again.
func (l *Lines) FlowClosed(f sip.Flow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.lines {
		one.lost(f)
	}
}

// Status is how a trunk's line is; false when it has none.
func (l *Lines) Status(id phone.ID) (phone.TrunkStatus, bool) {
	one := l.line(id)
	if one == nil {
		return phone.TrunkStatus{}, false
	}
	s := one.status()
	s.Calls = l.limits.calls(id)
	return s, true
}
