package b2bua

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
)

// world is a switch with phones around it: 101 Alice (phone alice), 102 Bob
// (bob, and desk), 103 Carol (carol). bob is online.
type world struct {
	t        *testing.T
	stack    *sip.Stack
	sw       *Switch
	book     *phone.Book
	ports    *media.Ports
	engine   *media.Engine
	outside  *fakeLines
	door     *fakeDoor
	cdrs     *fakeLedger
	log      *syncBuffer
	at       netip.AddrPort
	handsets map[string]*handset

	mu     sync.Mutex // guards what follows
	online map[phone.ID][]phone.Binding
	panics bool
	events []string
	data   []phone.Event
	lamps  []string                     // what was shown of extensions, in its order
	lit    map[phone.LegID]phone.Dialog // and has not ended
}

// settings are what a scenario changes.
type settings struct {
	ring     time.Duration
	silence  time.Duration
	timers   sip.Timers
	maxCalls int
	noPorts  bool
	direct   bool
	inline   bool // messages are handled where they were read
	now      func() time.Time
	external netip.Addr
	door     func(*phone.Book) Door // nil: a fake one
	feature  func(context.Context, Dialler, phone.Feature) error
}

const customer = phone.ID("aaaaaaaaaaaaaaaaaaaaaaaa")

func newWorld(t *testing.T, s settings) *world {
	w := &world{
		t: t, book: phone.NewBook("ringfence.test", []int{1, 2}),
		cdrs: &fakeLedger{}, log: &syncBuffer{}, handsets: map[string]*handset{}, online: map[phone.ID][]phone.Binding{}, lit: map[phone.LegID]phone.Dialog{},
	}
	w.book.PutCustomer(&phone.Customer{ID: customer, Name: "Test", State: phone.CustomerActive})
	w.door = &fakeDoor{book: w.book, refused: map[phone.ID]int{}}
	w.ports = media.NewPorts(42000, 43999, time.Minute, nil)
	if s.noPorts {
		w.ports = media.NewPorts(42000, 42000, time.Minute, nil)
	}
	var err error
	if w.engine, err = media.NewEngine(media.EngineConfig{Ports: w.ports, Threads: 1, External: s.external}); err != nil {
		t.Fatal(err)
	}
	w.stack = sip.New(sip.Config{Timers: s.timers, Workers: 4, Inline: s.inline, Handler: func(req *sip.Request, f sip.Flow) { w.sw.Serve(req, f) }})
	w.outside = &fakeLines{w: w}
	w.sw = New(w.config(s))
	if w.at, err = w.stack.Listen("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	for i, e := range []string{"Alice alice", "Bob bob desk", "Carol carol"} {
		w.populate(i+1, strings.Fields(e))
	}
	for _, name := range []string{"trunk", "backup"} {
		p := phone.New(customer)
		p.Username = "user-of-" + name
		w.addHandset(newHandset(t, p, name, "udp", w.at))
	}
	w.register(w.handsets["bob"])
	return w
}

func (w *world) config(s settings) Config {
	var n atomic.Int64
	if s.feature == nil {
		s.feature = feature
	}
	var d Door = w.door
	if s.door != nil {
		d = s.door(w.book)
	}
	return Config{
		Stack: w.stack, Door: d, Book: w.book, Bindings: w.bindings, Media: w.engine, Direct: s.direct,
		Domain: "ringfence.test", Ledger: w.cdrs, Lines: w.outside, Publish: w.publish,
		NewID: func() (phone.ID, error) {
			return phone.ID(fmt.Sprintf("%024x", n.Add(1))), nil
		},
		RingTimeout: s.ring, Silence: s.silence, MaxCalls: s.maxCalls,
		Now: s.now, Timers: s.timers, Feature: s.feature, Dialogs: w.show,
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// feature lets everybody turn the switch night, and nobody the switch locked.
func feature(_ context.Context, by Dialler, f phone.Feature) error {
	switch {
	case by.Phone == nil || by.Extension == nil || by.Address == "":
		return errors.New("nobody has dialled it")
	case f == phone.Feature{Code: phone.CodeSwitch, Of: "night"}:
		return nil
	case f == phone.Feature{Code: phone.CodeSwitch, Of: "locked"}:
		return phone.Fault(phone.AccessDenied)
	}
	return &phone.Error{Kind: phone.NotFound, Key: "name", Text: "not found"}
}

// populate makes an extension and its phones.
func (w *world) populate(n int, names []string) {
	ext := &phone.Extension{ID: phone.ID(fmt.Sprintf("e%023d", n)), Customer: customer, Number: fmt.Sprint(100 + n), Name: names[0]}
	ext.CallWaiting, ext.Direct = true, fmt.Sprintf("+451111110%d", n)
	w.book.PutExtension(ext)
	for i, name := range names[1:] {
		p := phone.New(customer)
		p.ID = phone.ID(fmt.Sprintf("%d%023d", n, i))
		p.Extension, p.Username, p.Password = ext.ID, "user-of-"+name, "password-of-"+name
		w.book.PutPhone(p)
		w.addHandset(newHandset(w.t, p, name, "udp", w.at))
	}
}

// register makes a phone online.
func (w *world) register(h *handset) { w.registerFrom(h, h.at) }

func (w *world) registerFrom(h *handset, at netip.AddrPort) {
	w.mu.Lock()
	defer w.mu.Unlock()
	contact := "sip:" + h.Username + "@" + h.at.String() + ";line=1"
	w.online[h.ID] = []phone.Binding{{Phone: h.ID, Contact: contact, Transport: h.network, Local: h.server, Target: at}}
}

func (w *world) bindings(id phone.ID) []phone.Binding {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.panics {
		w.panics = false
		panic("bindings are broken")
	}
	return w.online[id]
}

func (w *world) publish(e phone.Event) {
	line := string(e.Type)
	if id := e.Call.AnsweredBy; id != "" {
		line += " by " + w.nameOf(id)
	}
	if e.Type == phone.CallEnded {
		line += fmt.Sprintf(" %s by %s, %d", e.Call.Reason, e.Call.By, e.Call.SIPCode)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, line)
	w.data = append(w.data, e)
}

// show is what is told of extensions to those who watch them.
func (w *world) show(d phone.Dialog) {
	line := d.Number + " " + d.State.String()
	switch {
	case d.State == phone.DialogTerminated:
	case d.Dials:
		line += " to " + d.RemoteNumber + " " + d.RemoteName
	default:
		line += " from " + d.RemoteNumber + " " + d.RemoteName
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lamps = append(w.lamps, strings.TrimRight(line, " "))
	if w.lit[d.ID] = d; d.State == phone.DialogTerminated {
		delete(w.lit, d.ID)
	}
}

// handset is for the goroutines of the stack.
func (w *world) handset(name string) *handset {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.handsets[name]
}

func (w *world) nameOf(id phone.ID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, h := range w.handsets {
		if h.ID == id && !strings.Contains(name, ".") { // the phone, not its second line
			return name
		}
	}
	return string(id)
}

// finish closes everything and proves that nothing is left: no call that had to
// be cut, no port, no goroutine, no message that no line of the ladder names.
func (w *world) finish() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.sw.Close(ctx); err != nil {
		w.t.Errorf("calls were still there: %v", err)
	}
	if n := w.sw.Calls(); n != 0 {
		w.t.Errorf("%d calls are left", n)
	}
	if len(w.lit) > 0 {
		w.t.Errorf("lamps stay lit: %v", w.lit)
	}
	if n := w.sw.table.Leaving(); n != 0 {
		w.t.Errorf("%d dialogs are left", n)
	}
	if l := w.outside; l.begun != l.over || l.dialled != l.done {
		w.t.Errorf("%d calls began to count and %d ended; in the house %d and %d", l.begun, l.over, l.dialled, l.done)
	}
	if n := w.sw.Stats().Talking; n != 0 {
		w.t.Errorf("%d calls are still talking", n)
	}
	if n := len(w.sw.busy); n != 0 {
		w.t.Errorf("%d phones are still in calls", n)
	}
	if s := w.ports.Stats(); s.Used != 0 {
		w.t.Errorf("ports are not given back: %+v", s)
	}
	if err := w.stack.Close(ctx); err != nil {
		w.t.Errorf("close the stack: %v", err)
	}
	if err := w.engine.Close(); err != nil {
		w.t.Errorf("close the engine: %v", err)
	}
	for _, h := range w.handsets {
		h.close()
		for what := range h.heard {
			w.t.Errorf("%s got %q as well", h.name, what)
		}
	}
}

// noGoroutines fails when a goroutine of a call is still running. One that has
// reported its end may still be on its last instructions.
func noGoroutines(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for left := ourGoroutines(); left != ""; left = ourGoroutines() {
		if time.Now().After(deadline) {
			t.Fatalf("goroutines are left:\n%s", left)
		}
		runtime.Gosched()
	}
}

// ourGoroutines are the stacks of those that run code of calls.
func ourGoroutines() string {
	b := make([]byte, 1<<20)
	var left []string
	for _, stack := range strings.Split(string(b[:runtime.Stack(b, true)]), "\n\n") {
		for _, f := range []string{"b2bua.(*call)", "b2bua.(*end)", "b2bua.(*mailbox)", "b2bua.(*Switch)"} {
			if strings.Contains(stack, f) {
				left = append(left, stack)
				break
			}
		}
	}
	return strings.Join(left, "\n\n")
}

// records writes the call records as a scenario does, sorted: which of two
// calls is written first is open.
func (w *world) records() string {
	var lines []string
	for _, r := range w.cdrs.all() {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s -> %s %s", r.Caller.Number, r.Caller.Name, r.Callee.Number, r.Callee.Name)
		if r.Callee.SIPPhone != "" {
			fmt.Fprintf(&b, " (%s)", w.nameOf(r.Callee.SIPPhone))
		}
		fmt.Fprintf(&b, ": %s by %s, %d\n", r.TerminatedReason, r.TerminatedBy, r.SIPCode)
		lines = append(lines, b.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// fakeDoor believes the From user, and refuses whom it is told to.
type fakeDoor struct {
	book *phone.Book

	mu      sync.Mutex // guards refused
	refused map[phone.ID]int
}

func (d *fakeDoor) refuse(id phone.ID, code int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused[id] = code
}

func (d *fakeDoor) AuthenticateRequest(req *sip.Request, _ sip.Flow) (*phone.Account, *sip.Response) {
	if a := d.book.ByUsername(req.From().Address.User); a != nil {
		return a, nil
	}
	return nil, sip.Reply(req, 401, "Unauthorized")
}

func (d *fakeDoor) AdmitRequest(_ context.Context, req *sip.Request, a *phone.Account, _ sip.Flow, via phone.Via) *sip.Response {
	if via != phone.ViaCall {
		return sip.Reply(req, 500, "Wrong door")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if code := d.refused[a.ID]; code != 0 {
		return sip.Reply(req, code, "Forbidden")
	}
	return nil
}

// fakeLedger keeps records in memory.
type fakeLedger struct {
	mu       sync.Mutex // guards all
	list     []phone.CDR
	answered []phone.CDR // as they were noted at the answer
	fail     bool
	hold     chan struct{} // nothing is on disk before it is closed; nil holds nothing
}

func (l *fakeLedger) fillDisk() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = true
}

func (l *fakeLedger) Note(r *phone.CDR, done func(error)) {
	l.mu.Lock()
	hold, was := l.hold, *r
	was.Legs = slices.Clone(r.Legs)
	l.mu.Unlock()
	go func() {
		if hold != nil {
			<-hold
		}
		done(l.put(&was))
	}()
}

func (l *fakeLedger) put(r *phone.CDR) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.fail:
		return errors.New("disk full")
	case r.Ended.IsZero():
		l.answered = append(l.answered, *r)
	default:
		l.list = append(l.list, *r)
	}
	return nil
}

func (l *fakeLedger) all() []phone.CDR {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]phone.CDR(nil), l.list...)
}

// syncBuffer is a log that tests can read.
type syncBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
