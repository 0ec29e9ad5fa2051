package keepalive

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

var (
	here   = netip.MustParseAddrPort("198.51.100.1:5060")
	nat    = netip.MustParseAddrPort("203.0.113.7:40000")
	nat2   = netip.MustParseAddrPort("203.0.113.7:40001")
	inside = "sip:desk@10.0.0.5:5062;line=1"
)

// world is a keeper on a network without sockets, in the time of a bubble.
type world struct {
	*Keeper

	mu       sync.Mutex // guards what follows
	start    time.Time
	bindings map[phone.ID][]phone.Binding
	packets  []packet
	answer   func(*packet) int // the status that a packet gets, 0 is none; nil is silence
	after    time.Duration     // how long that takes
	trips    []time.Duration
}

// packet is what left for a phone.
type packet struct {
	at   time.Duration
	text string
	flow sip.Flow
}

func (p *packet) bare() bool { return p.text == crlf }

func (p *packet) branch() string {
	_, rest, _ := strings.Cut(p.text, ";branch=")
	branch, _, _ := strings.Cut(rest, ";")
	return branch
}

func newWorld(interval time.Duration) *world {
	w := &world{start: time.Now(), bindings: map[phone.ID][]phone.Binding{}}
	w.Keeper = New(Config{
		Interval: interval, Domain: "example.net",
		Bindings: func(id phone.ID) []phone.Binding {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.bindings[id]
		},
		Observe: func(d time.Duration) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.trips = append(w.trips, d)
		},
	})
	w.begun = true
	return w
}

// run runs the keeper for a while.
func (w *world) run(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	_ = w.Run(ctx, w)
	synctest.Wait()
}

// Flow is the stack's.
func (w *world) Flow(network string, local, remote netip.AddrPort) (sip.Flow, error) {
	if local != here {
		return sip.Flow{}, fmt.Errorf("nobody listens at %s", local)
	}
	var f sip.Flow
	f = sip.NewFlow(network, local, remote, func(b []byte) error {
		w.take(packet{time.Since(w.start), string(b), f})
		return nil
	})
	return f, nil
}

// Contact is the stack's.
func (w *world) Contact(f sip.Flow, user string) sip.URI {
	return sip.URI{Scheme: "sip", User: user, Host: f.Local.Addr().String(), Port: int(f.Local.Port())}
}

func (w *world) take(p packet) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.packets = append(w.packets, p)
	if w.answer == nil || p.bare() {
		return
	}
	if code := w.answer(&p); code > 0 {
		time.AfterFunc(w.after, func() { w.Answered(p.branch(), code, p.flow) })
	}
}

// register binds a contact of a phone, in the place of one with the same contact.
func (w *world) register(id phone.ID, contact string, at netip.AddrPort) {
	b := phone.Binding{Phone: id, Contact: contact, Transport: "udp", Local: here, Remote: at, Target: at}
	w.mu.Lock()
	var rest []phone.Binding
	for _, other := range w.bindings[id] {
		if other.Contact != contact {
			rest = append(rest, other)
		}
	}
	w.bindings[id] = append(rest, b)
	w.mu.Unlock()
	w.Bound(b)
}

// left are the packets as "seconds since the first", with a letter: o for
// OPTIONS, b for a bare one.
func (w *world) left() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for i := range w.packets {
		p := &w.packets[i]
		letter := "o"
		if p.bare() {
			letter = "b"
		}
		list = append(list, fmt.Sprintf("%v%s", (p.at-w.packets[0].at).Seconds(), letter))
	}
	return strings.Join(list, " ")
}
