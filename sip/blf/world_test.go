package blf

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// patience is how long a test waits for what must come.
const patience = 5 * time.Second

const customer = phone.ID("aaaaaaaaaaaaaaaaaaaaaaaa")

// world is a notifier with the extensions 101 Alice, 102 Bob and 103 Carol; 103
// controls group 200, in which 102 is. Each has one phone of the same name.
type world struct {
	*Notifier
	t    *testing.T
	book *phone.Book
	at   netip.AddrPort
	tcp  netip.AddrPort

	own      sync.Mutex // guards what follows
	clock    time.Duration
	bindings map[phone.ID][]phone.Binding
	refused  bool
}

func newWorld(tb testing.TB, c Config) *world {
	w := &world{book: phone.NewBook("ringfence.test", []int{1}), bindings: map[phone.ID][]phone.Binding{}}
	w.t, _ = tb.(*testing.T)
	w.book.PutCustomer(&phone.Customer{ID: customer, State: phone.CustomerActive})
	for i, name := range []string{"Alice", "Bob", "Carol"} {
		x := phone.NewExtension(customer)
		x.ID, x.Number, x.Name = extension(101+i), fmt.Sprint(101+i), name
		w.book.PutExtension(x)
		p := phone.New(customer)
		p.ID, p.Extension, p.Username = phoneID(name), x.ID, strings.ToLower(name)
		p.IP = phone.Fence{Mode: phone.Locked, Address: "127.0.0.1"}
		w.book.PutPhone(p)
	}
	w.book.PutGroup(&phone.Group{
		ID: "000000000000000000000200", Customer: customer, Number: "200", Pickup: true,
		Members: []phone.ID{extension(102)}, Controllers: []phone.ID{extension(103)},
	})
	c.Stack = sip.New(sip.Config{Inline: true, Handler: func(req *sip.Request, f sip.Flow) {
		if !w.Serve(req, f) {
			_ = f.Reply(sip.Reply(req, 481, "Subscription Does Not Exist"))
		}
	}})
	c.Door, c.Book, c.Domain, c.Bindings, c.Now = w, w.book, "ringfence.test", w.bound, w.now
	if c.Gap == 0 {
		c.Gap = time.Millisecond
	}
	w.Notifier = New(c)
	var err error
	for network, at := range map[string]*netip.AddrPort{"udp": &w.at, "tcp": &w.tcp} {
		if *at, err = c.Stack.Listen(network, "127.0.0.1:0"); err != nil {
			tb.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			tb.Error(err)
		}
		if err := c.Stack.Close(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	return w
}

func extension(number int) phone.ID { return phone.ID(fmt.Sprintf("e%023d", number)) }

func phoneID(name string) phone.ID {
	return phone.ID(fmt.Sprintf("%024x", name)[:24])
}

// now is a clock that tests can put on.
func (w *world) now() time.Time {
	w.own.Lock()
	defer w.own.Unlock()
	return time.Now().Add(w.clock)
}

func (w *world) advance(d time.Duration) {
	w.own.Lock()
	defer w.own.Unlock()
	w.clock += d
}

// set changes what the locks of both guard.
func (w *world) set(f func()) {
	w.own.Lock()
	defer w.own.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *world) bound(id phone.ID) []phone.Binding {
	w.own.Lock()
	defer w.own.Unlock()
	return w.bindings[id]
}

func (w *world) bind(id phone.ID, network string, at netip.AddrPort) {
	w.own.Lock()
	defer w.own.Unlock()
	w.bindings[id] = []phone.Binding{{Phone: id, Transport: network, Local: w.at, Target: at}}
}

// AuthenticateRequest believes the From.
func (w *world) AuthenticateRequest(req *sip.Request, _ sip.Flow) (*phone.Account, *sip.Response) {
	if a := w.book.ByUsername(req.From().Address.User); a != nil {
		return a, nil
	}
	return nil, sip.Reply(req, 401, "Unauthorized")
}

func (w *world) AdmitRequest(_ context.Context, req *sip.Request, _ *phone.Account, _ sip.Flow, via phone.Via) *sip.Response {
	w.own.Lock()
	defer w.own.Unlock()
	if w.refused || via != phone.ViaCall {
		return sip.Reply(req, 403, "Forbidden")
	}
	return nil
}

// device is a phone with one lamp or several.
type device struct {
	w       *world
	name    string
	to      netip.AddrPort // the server, over network
	network string
	stack   *sip.Stack
	at      netip.AddrPort
	heard   chan *sip.Request // the NOTIFYs

	mu     sync.Mutex // guards what follows
	answer int        // to a NOTIFY; 0 is silence
	calls  int
}

func (w *world) device(name string) *device {
	w.t.Helper()
	d := &device{w: w, name: name, to: w.at, network: "udp", heard: make(chan *sip.Request, 64), answer: 200}
	d.stack = sip.New(sip.Config{Inline: true, Handler: d.serve})
	var err error
	if d.at, err = d.stack.Listen("udp", "127.0.0.1:0"); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := d.stack.Close(context.Background()); err != nil && !errors.Is(err, sip.ErrClosed) {
			w.t.Error(err)
		}
	})
	return d
}

func (d *device) serve(req *sip.Request, f sip.Flow) {
	d.mu.Lock()
	code := d.answer
	d.mu.Unlock()
	d.heard <- req
	if code != 0 {
		_ = d.stack.Accept(req, f, sip.Watch{}).Respond(sip.Reply(req, code, "Test"))
	}
}

func (d *device) answers(code int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = code
}

// request is a SUBSCRIBE for a number.
func (d *device) request(number, more string) *sip.Request {
	d.calls++
	text := fmt.Sprintf("SUBSCRIBE sip:%s@ringfence.test SIP/2.0\r\nFrom: <sip:%s@ringfence.test>;tag=mine%d\r\n"+
		"To: <sip:%s@ringfence.test>\r\nCall-ID: %s-%d\r\nCSeq: 1 SUBSCRIBE\r\nMax-Forwards: 70\r\n"+
		"Contact: <sip:%s@%s>\r\n%s\r\n",
		number, d.name, d.calls, number, d.name, d.calls, d.name, d.at, more)
	m, err := sip.Parse([]byte(text[:len(text)-2] + "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n"))
	if err != nil {
		d.w.t.Fatal(err)
	}
	req := m.(*sip.Request)
	req.RemoveHeader("Via")
	return req
}

const dialogEvent = "Event: dialog\r\nAccept: application/dialog-info+xml\r\n"

// send gives the final response.
func (d *device) send(req *sip.Request) *sip.Response {
	d.w.t.Helper()
	f, err := d.stack.Flow(d.network, d.at, d.to)
	if err != nil {
		d.w.t.Fatal(err)
	}
	tx, err := d.stack.NewClientTx(req, f)
	if err != nil {
		d.w.t.Fatal(err)
	}
	for res := range tx.Responses() {
		if !res.IsProvisional() {
			return res
		}
	}
	d.w.t.Fatal("no response", tx.Err())
	return nil
}

// subscribe watches a number, and gives the dialog of it.
func (d *device) subscribe(number string) *sip.Dialog {
	d.w.t.Helper()
	req := d.request(number, dialogEvent)
	res := d.send(req)
	if res.StatusCode != 200 {
		d.w.t.Fatalf("SUBSCRIBE %s: %d %s", number, res.StatusCode, res.Reason)
	}
	req.Method = sip.INVITE // a dialog is a dialog
	dialog, err := sip.UACDialog(req, res)
	if err != nil {
		d.w.t.Fatal(err)
	}
	return dialog
}

// renewal is the next SUBSCRIBE of a dialog.
func (d *device) renewal(dialog *sip.Dialog, expires string) *sip.Request {
	return dialog.NewRequest(sip.SUBSCRIBE, sip.NewHeader("Event", "dialog"), sip.NewHeader("Expires", expires))
}

// lit is what a phone is shown.
type lit struct {
	Version   int    `xml:"version,attr"`
	State     string `xml:"state,attr"`
	Entity    string `xml:"entity,attr"`
	Direction string
	Dialog    []struct {
		ID        string `xml:"id,attr"`
		CallID    string `xml:"call-id,attr"`
		Direction string `xml:"direction,attr"`
		State     string `xml:"state"`
		Remote    struct {
			Identity struct {
				Display string `xml:"display,attr"`
				URI     string `xml:",chardata"`
			} `xml:"identity"`
		} `xml:"remote"`
	} `xml:"dialog"`
	subscription string // Subscription-State
}

// String is like "early recipient Alice sip:101@ringfence.test (active)".
func (l *lit) String() string {
	d := l.Dialog[0]
	state, _, _ := strings.Cut(l.subscription, ";expires")
	words := []string{d.State, d.Direction, d.Remote.Identity.Display, d.Remote.Identity.URI, "(" + state + ")"}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// next is what the next NOTIFY shows.
func (d *device) next() *lit {
	d.w.t.Helper()
	select {
	case req := <-d.heard:
		return read(d.w.t, req)
	case <-time.After(patience):
		d.w.t.Fatalf("%s hears nothing", d.name)
		return nil
	}
}

func (d *device) expect(want string) {
	d.w.t.Helper()
	if got := d.next().String(); got != want {
		d.w.t.Fatalf("%s got %q, want %q", d.name, got, want)
	}
}

// silent proves that nothing more has come: what is asked for then is the next.
func (d *device) silent(dialog *sip.Dialog, want string) {
	d.w.t.Helper()
	if res := d.send(d.renewal(dialog, "600")); res.StatusCode != 200 {
		d.w.t.Fatal(res.StatusCode)
	}
	d.expect(want)
}

func read(t *testing.T, req *sip.Request) *lit {
	t.Helper()
	var l lit
	if err := xml.Unmarshal(req.Body(), &l); err != nil || len(l.Dialog) != 1 || l.State != "full" {
		t.Fatalf("%v:\n%s", err, req)
	}
	l.subscription = req.GetHeader("Subscription-State").Value()
	return &l
}

// settle waits until so many subscriptions are there.
func (w *world) settle(watching int) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for w.Stats().Watching != watching {
		if time.Now().After(deadline) {
			w.t.Fatalf("%d subscriptions, want %d", w.Stats().Watching, watching)
		}
		<-time.After(time.Millisecond)
	}
}

// bobRings lets Alice call Bob.
func (w *world) bobRings() phone.Dialog {
	d := phone.Dialog{
		ID: "0000000000000000000000c1:2", Customer: customer, Extension: extension(102), State: phone.DialogEarly,
		Number: "102", Called: "102", RemoteNumber: "101", RemoteName: "Alice", CallID: "c1", LocalTag: "ours", RemoteTag: "bobs",
	}
	w.Dialog(d)
	return d
}
