package registrar

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/door"
)

const domain = "example.net"

// world is a registrar with its door and gate, and a disk of its own. Four
// phones live in it; the password of each is "secret of " and its name.
type world struct {
	*Registrar
	book *phone.Book

	mu     sync.Mutex // guards what follows
	now    time.Time
	disk   map[phone.ID][]record // what the journal says
	number int64
	writes int
	broken error  // of the disk
	during func() // while the disk writes
	fences map[phone.ID]phone.Fence
	events []string
}

func newWorld(now func() time.Time) *world {
	w := &world{
		book: phone.NewBook(domain, []int{phone.Production}), now: time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC),
		disk: map[phone.ID][]record{}, fences: map[phone.ID]phone.Fence{},
	}
	if now == nil {
		now = w.clock
	}
	w.book.PutCustomer(&phone.Customer{ID: "acme", State: phone.CustomerActive})
	w.book.PutCustomer(&phone.Customer{ID: "broke", State: phone.CustomerBlocked})
	w.live("desk", "acme", phone.Fence{Mode: phone.Open})
	w.live("office", "acme", phone.Fence{Mode: phone.Locked, Address: "127.0.0.1"})
	w.live("roamer", "acme", phone.Fence{Mode: phone.Roaming, Countries: "DK"})
	w.live("unpaid", "broke", phone.Fence{Mode: phone.Open})
	gate := policy.NewGate(policy.GateConfig{
		Country: country, Active: w.book.Active, Locker: w, Now: now,
		Rejected: func(who phone.Identity, r phone.Rejection) {
			w.note("phone.rejected %s from %s: %s", who.ID, r.Address, r.Reason)
		},
		Locked: func(who phone.Identity, a netip.Addr, _ phone.Via) { w.note("phone.locked %s to %s", who.ID, a) },
	})
	var ticks atomic.Int64 // no two nonces are of the same nanosecond
	clock := func() time.Time { return now().Add(time.Duration(ticks.Add(1))) }
	d := door.New(door.Config{Book: w.book, Nonces: digest.NewNonces([32]byte{1}, 5*time.Minute, clock), Gate: gate})
	w.Registrar = New(Config{
		Door: d, Journal: w, Domain: domain, MaxContacts: 3, Country: country, Now: now,
		Publish: func(e phone.Event) {
			reason := ""
			if why, ok := e.Data["reason"]; ok {
				reason = fmt.Sprintf(": %s", why)
			}
			w.note("%s %s%s", e.Type, e.Phone, reason)
		},
	})
	return w
}

func country(a netip.Addr) string {
	return map[string]string{"127.0.0.1": "DK", "127.0.0.2": "SE"}[a.String()]
}

func (w *world) live(name, customer phone.ID, f phone.Fence) {
	w.fences[name] = f
	w.book.PutPhone(&phone.Phone{
		ID: name, Customer: customer, PBXCluster: phone.Production,
		Username: string(name), Password: password(string(name)), IP: f,
	})
}

func password(name string) string { return "secret of " + name }

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, fmt.Sprintf(format, args...))
}

// told returns what was told since it was asked last.
func (w *world) told() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.events = nil }()
	return w.events
}

// AppendBindings is the disk.
func (w *world) AppendBindings(ctx context.Context, entry []byte) (int64, error) {
	if w.during != nil {
		w.during()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes++
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if w.broken != nil {
		return 0, w.broken
	}
	w.number++
	in := reader{rest: entry}
	return w.number, in.changes(
		func(id phone.ID, rs []record) {
			if w.disk[id] = rs; len(rs) == 0 {
				delete(w.disk, id)
			}
		},
		func(id phone.ID, place int, times record) {
			x := &w.disk[id][place]
			x.cseq, x.asked, x.registered, x.expires = times.cseq, times.asked, times.registered, times.expires
		})
}

// TrimBindings has nothing to do: the disk holds only what counts.
func (w *world) TrimBindings(context.Context, int64) error { return nil }

// breaks makes the disk fail, or with nil work again.
func (w *world) breaks(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = err
}

// stored are the contacts of a phone on disk that have not expired.
func (w *world) stored(id phone.ID) (list []string) {
	now := w.Now().UnixMilli()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.disk[id] {
		if x.expires > now {
			list = append(list, x.contact)
		}
	}
	return list
}

// Lock is the store's half of the fence.
func (w *world) Lock(_ context.Context, id phone.ID, addr netip.Addr) (phone.Fence, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.fences[id]
	if f.Mode != phone.Open {
		return f, false, nil
	}
	f = phone.Fence{Mode: phone.Locked, Address: addr.String()}
	w.fences[id] = f
	p := w.book.ByID(id).Clone()
	p.IP = f
	w.book.PutPhone(p)
	return f, true, nil
}

// message is a REGISTER in the short form of the scenarios, completed.
func message(user, short string, number int, nonce string, a digest.Algorithm, secret string) (string, error) {
	lines := strings.Split(strings.TrimSpace(short), "\n")
	target := strings.Fields(lines[0])[1]
	lines[0] += " SIP/2.0"
	add := func(name, value string) {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, name+":") }) {
			lines = append(lines, name+": "+value)
		}
	}
	aor := "<sip:" + user + "@" + domain + ">"
	add("Via", fmt.Sprintf("SIP/2.0/UDP 192.0.2.10;rport;branch=z9hG4bK%d", number))
	add("From", aor+";tag=1")
	add("To", aor)
	add("Call-ID", "home")
	add("CSeq", fmt.Sprint(number)+" REGISTER")
	add("Max-Forwards", "70")
	if nonce != "" {
		ch := digest.Challenge{Realm: domain, Nonce: nonce, Algorithm: string(a), QOP: "auth"}
		v, err := digest.Answer(ch, user, secret, "REGISTER", target, "cnonce", 1)
		if err != nil {
			return "", err
		}
		add("Authorization", v)
	}
	return strings.Join(lines, "\r\n") + "\r\nContent-Length: 0\r\n\r\n", nil
}

// ask puts a REGISTER straight to the registrar, without a network, and waits
// for the answer. When the nonce is too old for it, because of others that were
// used meanwhile, it asks again, as a phone does.
func (w *world) ask(t *testing.T, user string, f sip.Flow, number int, short string) *sip.Response {
	t.Helper()
	for {
		res := w.askOnce(t, user, f, number, short)
		if h := res.GetHeader("WWW-Authenticate"); h == nil || !strings.Contains(h.Value(), "stale=true") {
			return res
		}
	}
}

func (w *world) askOnce(t *testing.T, user string, f sip.Flow, number int, short string) *sip.Response {
	t.Helper()
	nonce := string(w.Door.Nonces.AppendIssue(nil, f.Source().Addr()))
	text, err := message(user, short, number, nonce, digest.SHA256, password(user))
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan string, 1)
	w.put(t, text, sip.NewFlow(f.Network, f.Local, f.Remote, func(message []byte) error {
		answers <- string(message)
		return nil
	}))
	for {
		select {
		case answer := <-answers:
			m, err := sip.Parse([]byte(answer))
			if err != nil {
				t.Fatalf("%v: %s", err, answer)
			}
			return m.(*sip.Response)
		default:
			w.save(t.Context())
			runtime.Gosched()
		}
	}
}

// put is a request on its way in, as the stack does it: it lies in a buffer that
// is used again, so that whoever keeps a text of it without a copy is found out.
func (w *world) put(t *testing.T, text string, f sip.Flow) {
	t.Helper()
	buffer := []byte(text)
	defer func() {
		for i := range buffer {
			buffer[i] = '#'
		}
	}()
	var o sip.Outline
	if !sip.Scan(unsafe.String(unsafe.SliceData(buffer), len(buffer)), &o) {
		m, err := sip.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		o = *sip.OutlineOf(m.(*sip.Request))
	}
	var out sip.Mail
	w.Serve(&o, f, &out)
	out.Send()
}

// save does what Run does when something waits for the disk.
func (w *world) save(ctx context.Context) bool {
	return w.commit(ctx)
}

func flow(network, remote string) sip.Flow {
	return sip.Flow{Network: network, Local: netip.MustParseAddrPort("127.0.0.1:5060"), Remote: netip.MustParseAddrPort(remote)}
}

// listen serves the world on real sockets.
func (w *world) listen(t *testing.T, network string) netip.AddrPort {
	t.Helper()
	stack := sip.New(sip.Config{Express: w.express, Closed: w.FlowClosed, Workers: 4})
	t.Cleanup(running(t, w))
	t.Cleanup(func() {
		if err := stack.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	at, err := stack.Listen(network, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func (w *world) express(o *sip.Outline, f sip.Flow, out *sip.Mail) bool {
	w.Serve(o, f, out)
	return true
}

func dialUDP(t *testing.T, from string, to netip.AddrPort) *net.UDPConn {
	t.Helper()
	c, err := net.DialUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0)), net.UDPAddrFromAddrPort(to))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// exchange sends one datagram and reads one answer.
func exchange(t *testing.T, c *net.UDPConn, text string) *sip.Response {
	t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 65535)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sip.Parse(b[:n])
	if err != nil {
		t.Fatal(err)
	}
	return m.(*sip.Response)
}

// described is the end of a scenario: fences that have moved, and the disk.
func (w *world) described() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(w.disk)) {
		for i := range w.disk[id] {
			x := w.disk[id][i].binding(id)
			if !x.Expires.After(w.now) {
				continue
			}
			fmt.Fprintf(&b, "%s at %s for %d s, q %d/1000, over %s from %s (%s)", id, x.Contact,
				x.Expires.Sub(x.Registered)/time.Second, x.Q, x.Transport, x.Remote.Addr(), x.Country)
			for _, more := range []string{x.UserAgent, x.Instance} {
				if more != "" {
					b.WriteString(", " + more)
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
