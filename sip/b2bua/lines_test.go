package b2bua

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// fakeLines are two trunks, the handsets trunk and backup, for all numbers that
// begin with 0.
type fakeLines struct {
	w *world

	mu                    sync.Mutex // guards all below
	begun, answered, over int
	departures            []Departure
	dialled, done         int // calls in the house
	refusal, inside       *Refusal
	spent                 func()
}

const trunkID = phone.ID("ffffffffffffffffffffffff")

func (l *fakeLines) Inbound(req *sip.Request, f sip.Flow) (*Arrival, bool) {
	if f.Remote != l.w.handset("trunk").at {
		return nil, false
	}
	number := dialled(req.Recipient)
	a := &Arrival{
		Trunk: trunkID, Customer: customer, Number: number, Caller: Stranger{Number: "+4512345678", Name: "Stranger"},
		Begin: func() (Ticket, *Refusal) { return l.begin(nil) },
	}
	switch number {
	case "+45100":
		a.Goto = l.w.book.ByNumber(customer, "102").ID
	case "+45200":
		g, _ := l.w.book.Gathering(customer, "200")
		a.Goto = g.ID
	case "+45900":
		a.Customer = ""
	case "+45300":
		a.Goto, a.Caller.Private = l.w.book.ByNumber(customer, "102").ID, true
	}
	return a, true
}

func (l *fakeLines) Outbound(d Departure) ([]*Way, *Refusal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.departures = append(l.departures, d)
	if !strings.HasPrefix(d.Dialled, "0") {
		return nil, &Refusal{404, "Not Found"}
	}
	if l.refusal != nil {
		return nil, l.refusal
	}
	var ways []*Way
	for _, name := range []string{"trunk", "backup"} {
		ways = append(ways, l.way(name, d))
	}
	return ways, nil
}

func (l *fakeLines) way(name string, d Departure) *Way {
	h := l.w.handset(name)
	shown := d.Caller.Number
	if d.Caller.Private {
		shown = "anonymous"
	}
	places := 1
	return &Way{
		Trunk: trunkID, Number: "+45" + d.Dialled[1:], SRTP: "off",
		URI:   sip.URI{Scheme: "sip", User: "45" + d.Dialled[1:], Host: "provider.test"},
		From:  session.Party{Name: d.Caller.Name, URI: sip.URI{Scheme: "sip", User: shown, Host: "provider.test"}},
		Begin: func(over func()) (Ticket, *Refusal) { return l.begin(over) },
		Next: func(on func(sip.Flow, string, error)) {
			if places--; places < 0 {
				on(sip.Flow{}, "", errors.New("no more"))
				return
			}
			f, err := l.w.stack.Flow("udp", l.w.at, h.at)
			on(f, "<sip:edge.provider.test;lr>", err)
		},
		Failed: func(time.Duration) {}, Succeeded: func() {},
		Ahead: func() sip.Header { return sip.NewHeader("Proxy-Authorization", "Digest early") },
		Authorize: func(*sip.Request, *sip.Response) (sip.Header, error) {
			return sip.NewHeader("Proxy-Authorization", "Digest proof"), nil
		},
	}
}

func (l *fakeLines) Inside(phone.ID) (Ticket, *Refusal) {
	l.mu.Lock()
	refusal := l.inside
	l.mu.Unlock()
	if refusal != nil {
		return nil, refusal
	}
	t, _ := l.begin(nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun, l.dialled = l.begun-1, l.dialled+1
	t.(*fakeTicket).inside = true
	return t, nil
}

func (l *fakeLines) begin(over func()) (Ticket, *Refusal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun++
	l.spent = over
	return &fakeTicket{l: l}, nil
}

type fakeTicket struct {
	l      *fakeLines
	over   bool
	inside bool
}

func (t *fakeTicket) Answered() {
	t.l.mu.Lock()
	defer t.l.mu.Unlock()
	t.l.answered++
}

func (t *fakeTicket) End() {
	t.l.mu.Lock()
	defer t.l.mu.Unlock()
	switch {
	case t.over:
	case t.inside:
		t.l.done++
	default:
		t.l.over++
	}
	t.over = true
}

func TestMoneyThatIsSpentEndsTheCall(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(`
		alice > INVITE 070305052
		trunk < INVITE "Alice" +4511111101 sendrecv
		trunk > 200 sendrecv
		trunk < ACK
		alice < 200 sendrecv
		alice > ACK`)
	w.outside.mu.Lock()
	spent := w.outside.spent
	w.outside.mu.Unlock()
	spent()
	w.lines(`
		trunk < BYE "Spending limit reached"
		alice < BYE "Spending limit reached"`)
	w.finish()
	if got, want := w.records(), "101 Alice -> 070305052 : BLOCKED by S, 200\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// The purse may say so when the trunk has failed or the call has ended just now.
func TestMoneyThatIsSpentTooLateEndsNothing(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(`
		alice > INVITE 070305052
		trunk < INVITE "Alice" +4511111101 sendrecv`)
	w.outside.mu.Lock()
	spent := w.outside.spent
	w.outside.mu.Unlock()
	w.lines(`
		trunk > 503
		backup < INVITE "Alice" +4511111101 sendrecv
		backup > 200 sendrecv
		backup < ACK
		alice < 200 sendrecv
		alice > ACK`)
	spent()
	w.lines(`
		alice ~ backup
		alice > BYE
		alice < 200 BYE
		backup < BYE`)
	w.finish()
	spent()
	w.outside.spent()
	if log := w.log.String(); strings.Contains(log, "panic") {
		t.Error(log)
	}
}

func TestWhatATrunkIsToldOfACall(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(`
		alice > INVITE 070305052
		trunk < INVITE "Alice" +4511111101 sendrecv
		trunk > 486
		alice < 486`)
	w.finish()
	got := w.handsets["trunk"].initial.String()
	for _, part := range []string{
		"INVITE sip:4570305052@provider.test SIP/2.0\r\n", "Route: <sip:edge.provider.test;lr>\r\n",
		"To: <sip:4570305052@provider.test>\r\n", "Max-Forwards: 69\r\n", "Proxy-Authorization: Digest early\r\n",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is missing in\n%s", part, got)
		}
	}
	alice := w.handsets["alice"]
	for _, secret := range []string{alice.at.String(), alice.Username, "call-of-alice", "tag-of-alice", "secret-of-alice", alice.rtp.LocalAddr().String()} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is in what the trunk gets:\n%s", secret, got)
		}
	}
	d := w.outside.departures[0]
	if d.Customer != customer || d.Phone != alice.ID || d.Forwarded || d.Caller.Number != "+4511111101" {
		t.Errorf("asked for %+v", d)
	}
}

func TestPhoneWithTooManyCallsInTheHouse(t *testing.T) {
	w := newWorld(t, settings{})
	w.outside.mu.Lock()
	w.outside.inside = &Refusal{503, "Too many calls"}
	w.outside.mu.Unlock()
	w.lines(`
		alice > INVITE 102
		alice < 503`)
	w.finish()
	if got, want := w.records(), "101 Alice -> 102 Bob: ERROR by S, 503\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

func TestNoWayOutIsToldInTheWordsOfTheRefusal(t *testing.T) {
	w := newWorld(t, settings{})
	w.outside.mu.Lock()
	w.outside.refusal = &Refusal{403, "Destination blocked"}
	w.outside.mu.Unlock()
	w.lines(`
		alice > INVITE 070305052
		alice < 403`)
	w.finish()
	if got, want := w.records(), "101 Alice -> 070305052 : BLOCKED by S, 403\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}
