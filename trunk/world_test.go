package trunk

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/resolve"
)

const patience10 = 10 * time.Second

const (
	rook  phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa1" // a reseller
	acme  phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa2" // its customer, in Denmark
	birch phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa3" // somebody else, without a country
	idle  phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa4" // blocked
	desk  phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb1"
	ext   phone.ID = "ccccccccccccccccccccccc1"
)

// provider is who is at the other end of lines: it registers them, after a
// challenge, and answers OPTIONS.
type provider struct {
	stack *sip.Stack
	at    netip.AddrPort

	mu       sync.Mutex // guards what follows
	nonce    int
	nonces   map[string]uint32 // the highest count of each
	keep     int               // how often a nonce is good; 0 is once
	asks     []digest.Algorithm
	status   func(req *sip.Request) *sip.Response // nil is as usual
	grants   int
	least    int
	route    string
	got      []*sip.Request
	heard    chan *sip.Request
	password string
}

func newProvider(t testing.TB, network string) *provider {
	t.Helper()
	p := &provider{
		nonces: map[string]uint32{}, asks: []digest.Algorithm{digest.MD5}, grants: 3600, password: "secret",
		heard: make(chan *sip.Request, 1000),
	}
	p.stack = sip.New(sip.Config{Handler: p.serve, Timers: sip.Timers{T1: 20 * time.Millisecond}})
	t.Cleanup(func() { closeStack(t, p.stack) })
	at, err := p.stack.Listen(network, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.at = at
	return p
}

func closeStack(t testing.TB, s *sip.Stack) {
	ctx, cancel := context.WithTimeout(context.Background(), patience10)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
}

// change is made while nothing is answered.
func (p *provider) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *provider) serve(req *sip.Request, f sip.Flow) {
	p.mu.Lock()
	res := p.answer(req)
	p.got = append(p.got, req)
	p.mu.Unlock()
	if res != nil {
		_ = f.Reply(res)
	}
	p.heard <- req
}

func (p *provider) answer(req *sip.Request) *sip.Response {
	switch {
	case p.status != nil:
		return p.status(req)
	case req.Method != sip.REGISTER:
		return sip.Reply(req, 200, "OK")
	case !p.proven(req):
		p.nonce++
		res := sip.Reply(req, 401, "Unauthorized")
		for _, value := range digest.Challenges("provider", fmt.Sprintf("nonce-%d", p.nonce), false, p.asks...) {
			res.AppendHeader(sip.NewHeader("WWW-Authenticate", value))
		}
		return res
	}
	var expires int
	_, _ = fmt.Sscan(req.GetHeader("Expires").Value(), &expires)
	if expires > 0 && expires < p.least {
		res := sip.Reply(req, 423, "Interval Too Brief")
		res.AppendHeader(sip.NewHeader("Min-Expires", fmt.Sprint(p.least)))
		return res
	}
	res := sip.Reply(req, 200, "OK")
	if expires > 0 {
		contact := sip.CloneHeader(req.Contact()).(*sip.ContactHeader)
		contact.Params.Add("expires", fmt.Sprint(min(expires, p.grants)))
		res.AppendHeader(contact)
	}
	if p.route != "" {
		res.AppendHeader(sip.NewHeader("Service-Route", p.route))
	}
	return res
}

// proven wants the password, and each count of a nonce once.
func (p *provider) proven(req *sip.Request) bool {
	h := req.GetHeader("Authorization")
	if h == nil {
		return false
	}
	c, err := digest.ParseCredentials(h.Value())
	if err != nil || c.NC <= p.nonces[c.Nonce] || p.keep > 0 && int(c.NC) > p.keep || p.keep == 0 && c.NC > 1 {
		return false
	}
	a, err := digest.ParseAlgorithm(c.Algorithm)
	if err != nil || !c.Verify(digest.HA1(a, "login", "provider", p.password), string(req.Method)) {
		return false
	}
	p.nonces[c.Nonce] = c.NC
	return true
}

// hears waits for a request.
func (p *provider) hears(t testing.TB, method sip.RequestMethod) *sip.Request {
	t.Helper()
	late := time.After(patience10)
	for {
		select {
		case req := <-p.heard:
			if req.Method == method {
				return req
			}
		case <-late:
			t.Fatalf("no %s has come", method)
		}
	}
}

// world is our side.
type world struct {
	testing.TB
	book   *phone.Book
	stack  *sip.Stack
	lines  *Lines
	events chan phone.Event
	stop   func()

	mu  sync.Mutex // guards now and dns
	now time.Time  // zero is the real time
	dns map[string][]resolve.Target
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now.IsZero() {
		return time.Now()
	}
	return w.now
}

func (w *world) set(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
}

// Resolve knows addresses, and names that the test has made.
func (w *world) Resolve(_ context.Context, q resolve.Query) ([]resolve.Target, error) {
	ts, ok := w.Known(q)
	if !ok {
		return nil, resolve.ErrNotFound
	}
	return ts, nil
}

// Known is the same.
func (w *world) Known(q resolve.Query) ([]resolve.Target, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ts, ok := w.dns[q.Host]; ok {
		return ts, true
	}
	a, err := netip.ParseAddr(q.Host)
	network := q.Transport
	if network == "" {
		network = "udp"
	}
	return []resolve.Target{{Network: network, AddrPort: netip.AddrPortFrom(a, q.Port)}}, err == nil
}

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	w := &world{TB: t, book: phone.NewBook("ringfence.test", nil), events: make(chan phone.Event, 100), dns: map[string][]resolve.Target{}}
	w.stack = sip.New(sip.Config{Timers: sip.Timers{T1: 20 * time.Millisecond}})
	t.Cleanup(func() { closeStack(t, w.stack) })
	for _, network := range []string{"udp", "tcp"} {
		if _, err := w.stack.Listen(network, "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []phone.Customer{
		{ID: rook, Name: "Rook"}, {ID: acme, Name: "Acme", ParentReseller: rook, Country: "DK"},
		{ID: birch, Name: "Birch"}, {ID: idle, Name: "Idle", State: phone.CustomerBlocked},
	} {
		if c.State == "" {
			c.State = phone.CustomerActive
		}
		w.book.PutCustomer(&c)
	}
	c := Config{
		Book: w.book, Stack: w.stack, Resolver: w, Domain: "ringfence.test", Location: time.UTC, Now: w.clock,
		Random: func() float64 { return 0 }, Publish: func(e phone.Event) { w.events <- e },
		pace: pace{least: 50 * time.Millisecond, first: 20 * time.Millisecond, most: 100 * time.Millisecond, parole: time.Hour,
			probe: 500 * time.Millisecond, keep: time.Hour, look: 5 * time.Millisecond},
	}
	for _, f := range change {
		f(&c)
	}
	w.lines = New(c)
	w.stop = func() {}
	return w
}

// run lets the lines live.
func (w *world) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.lines.Run(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Error(err)
		}
	})
	w.Cleanup(w.stop)
}

// put publishes a trunk, as the store does.
func (w *world) put(t *phone.Trunk) *phone.Trunk {
	w.Helper()
	before := w.book.Trunk(t.ID)
	w.book.PutTrunk(t)
	w.lines.Changed(before, t)
	return t
}

func trunkID(n int) phone.ID { return phone.ID(fmt.Sprintf("ddddddddddddddddddddddd%d", n)) }

// registered is a trunk that registers with the provider.
func registered(n int, customer phone.ID, p *provider) *phone.Trunk {
	t := phone.NewTrunk(customer)
	t.ID, t.Name = trunkID(n), fmt.Sprintf("Trunk %d", n)
	t.Outbound.Enabled = true
	t.SIP = phone.TrunkSIP{
		Host: p.at.Addr().String(), Port: int(p.at.Port()), Username: "account", AuthUsername: "login", Password: "secret", Register: true,
	}
	return t
}

// static is one that is known by its address.
func static(n int, customer phone.ID, host string, addresses ...string) *phone.Trunk {
	t := phone.NewTrunk(customer)
	t.ID, t.Name = trunkID(n), fmt.Sprintf("Trunk %d", n)
	t.Outbound.Enabled = true
	t.SIP = phone.TrunkSIP{Host: host, Addresses: addresses}
	return t
}

func (w *world) event(what phone.EventType) phone.Event {
	w.Helper()
	late := time.After(patience10)
	for {
		select {
		case e := <-w.events:
			if e.Type == what {
				return e
			}
		case <-late:
			w.Fatalf("no %s", what)
		}
	}
}

func (w *world) status(t *phone.Trunk) phone.TrunkStatus {
	w.Helper()
	s, ok := w.lines.Status(t.ID)
	if !ok {
		w.Fatal("no line")
	}
	return s
}

// until waits for something that other goroutines bring about.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience10)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal(what)
		}
	}
}

func header(req *sip.Request, name string) string {
	if h := req.GetHeader(name); h != nil {
		return strings.TrimSpace(h.Value())
	}
	return ""
}
