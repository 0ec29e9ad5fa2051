package trunk

import (
	"context"
	"crypto/rand"
	"maps"
	"math"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/resolve"
)

// line is one trunk that is reached by SIP.
type line struct {
	all    *Lines
	id     phone.ID
	sip    phone.TrunkSIP // does not change: another one makes another line
	client *digest.Client
	trunk  atomic.Pointer[tariff]
	ctx    context.Context
	quit   context.CancelFunc
	again  chan struct{} // asks to register now
	done   chan struct{} // closed when it lives no more
	after  chan struct{} // done of the line whose place it takes, nil for none

	callID, tag string // of its registrations
	cseq        atomic.Uint32

	mu sync.Mutex // guards what follows
	state
}

// state is what is known of a line by what was sent on it.
type state struct {
	registered bool
	expires    time.Time
	flow       sip.Flow     // that it is registered on
	addresses  []netip.Addr // of its targets, when it was registered
	routes     []string     // Service-Route (RFC 3608)
	lastError  string
	target     resolve.Target
	asked      bool // whether it is reachable is known
	reachable  bool
	trip       time.Duration
}

func newLine(l *Lines, t *phone.Trunk) *line {
	one := &line{
		all: l, id: t.ID, sip: t.SIP, client: digest.NewClient(t.SIP.Login(), t.SIP.Password),
		again: make(chan struct{}, 1), done: make(chan struct{}), callID: rand.Text(), tag: rand.Text(),
	}
	one.trunk.Store(newTariff(t))
	one.ctx, one.quit = context.WithCancel(context.Background())
	return one
}

// same says whether a trunk is reached as this one.
func (l *line) same(t *phone.Trunk) bool {
	a, b := l.sip, t.SIP
	if !slices.Equal(a.Addresses, b.Addresses) {
		return false
	}
	a.Addresses, b.Addresses = nil, nil
	return a.Host == b.Host && a.Port == b.Port && a.Transport == b.Transport && a.Username == b.Username &&
		a.AuthUsername == b.AuthUsername && a.Password == b.Password && a.Register == b.Register && a.Expires == b.Expires &&
		a.FromDomain == b.FromDomain && a.CallerID == b.CallerID && a.SRTP == b.SRTP && a.Probe == b.Probe
}

// live registers and probes until the line is dropped. It lets the line before it
// unregister first: that would take back the registration of both.
func (l *line) live() {
	defer close(l.done)
	if l.after != nil {
		<-l.after
	}
	var both sync.WaitGroup
	if l.sip.Register {
		both.Go(l.keepRegistered)
	}
	if l.sip.Probe > 0 {
		both.Go(l.keepProbing)
	}
	both.Wait()
}

// query is where the line leads.
func (l *line) query() resolve.Query {
	return resolve.Query{Host: l.sip.Host, Port: uint16(l.sip.Port), Transport: l.sip.Transport}
}

// targets are where it can be reached, without those that were found dead.
func (l *line) targets(ctx context.Context) ([]resolve.Target, error) {
	ts, err := l.all.Resolver.Resolve(ctx, l.query())
	if err != nil {
		return nil, err
	}
	return l.all.Dead.Living(ts), nil
}

// reach finds the flow to a target; on is called from any goroutine.
func (l *Lines) reach(t resolve.Target, on func(sip.Flow, error)) {
	if t.Network == "tls" {
		l.Stack.ReachName(t.ServerName, netip.AddrPort{}, t.AddrPort, on)
		return
	}
	l.Stack.Reach(t.Network, netip.AddrPort{}, t.AddrPort, on)
}

// flowTo is reach for who may wait.
func (l *Lines) flowTo(ctx context.Context, t resolve.Target) (sip.Flow, error) {
	type outcome struct {
		f   sip.Flow
		err error
	}
	done := make(chan outcome, 1)
	l.reach(t, func(f sip.Flow, err error) { done <- outcome{f, err} })
	select {
	case o := <-done:
		return o.f, o.err
	case <-ctx.Done():
		return sip.Flow{}, ctx.Err()
	}
}

// ask sends a request and waits for its final response.
func (l *Lines) ask(ctx context.Context, req *sip.Request, f sip.Flow) (*sip.Response, error) {
	type outcome struct {
		res *sip.Response
		err error
	}
	done := make(chan outcome, 1)
	tell := func(o outcome) {
		select {
		case done <- o:
		default: // the end of a transaction that has had its response
		}
	}
	_, err := l.Stack.Request(req, f, func(res *sip.Response, err error) {
		if res == nil || !res.IsProvisional() {
			tell(outcome{res, err})
		}
	})
	if err != nil {
		return nil, err
	}
	select {
	case o := <-done:
		if o.res == nil && o.err == nil {
			o.err = sip.ErrClosed
		}
		return o.res, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// on says whether the line is registered on the flow.
func (l *line) on(f sip.Flow) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.holds() && l.flow.Network == f.Network && l.flow.Remote == f.Remote
}

// peers are the addresses that a registered line calls from.
func (l *line) peers() []netip.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.registered {
		return nil
	}
	return l.addresses
}

// healthy says whether a call should be tried by it.
func (l *line) healthy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return (l.holds() || !l.sip.Register) && (l.reachable || !l.asked)
}

// holds says whether it is registered now. The caller holds mu.
func (l *line) holds() bool { return l.registered && l.all.Now().Before(l.expires) }

// lost asks to register anew when the line was registered on that flow.
func (l *line) lost(f sip.Flow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.registered && l.flow == f {
		l.wake()
	}
}

func (l *line) wake() {
	select {
	case l.again <- struct{}{}:
	default:
	}
}

func (l *line) status() phone.TrunkStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := phone.TrunkStatus{Registered: l.holds(), LastError: l.lastError}
	if s.Registered {
		t := phone.Moment(l.expires)
		s.Expires = &t
	}
	if l.target.AddrPort.IsValid() {
		s.Target = l.target.String()
	}
	if l.asked {
		yes := l.reachable
		s.Reachable = &yes
		s.RoundTrip = math.Ceil(float64(l.trip)/float64(time.Millisecond)*10) / 10
	}
	return s
}

// publish tells of a trunk.
func (l *line) publish(what phone.EventType, data map[string]any) {
	t := l.trunk.Load()
	all := map[string]any{"trunk": t.ID, "name": t.Name}
	maps.Copy(all, data)
	l.all.Publish(phone.Event{Type: what, Time: l.all.Now(), Customer: t.Customer, Data: all})
}
