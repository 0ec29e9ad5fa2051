package main

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// newTestOffice is 10 phones that call 10 others through the proxy.
func newTestOffice(t *testing.T, p *proxy, m manners) *office {
	t.Helper()
	var accounts []account
	for n := range 20 {
		user := fmt.Sprint("user", n)
		accounts = append(accounts, account{user, "secret", user})
	}
	m.media = noMedia
	o, err := openOffice(t.Context(), plan{opening: opening{domain: "example.com"}, server: netip.MustParseAddrPort(p.at)}, accounts, 10, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.close)
	return o
}

func (o *office) driven(t *testing.T, p plan) *tally {
	t.Helper()
	got, err := o.drive(p, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCalls(t *testing.T) {
	for name, m := range map[string]manners{
		"at once":         {},
		"after ringing":   {ring: tick},
		"held for a time": {hold: always(tick)},
	} {
		t.Run(name, func(t *testing.T) {
			o := newTestOffice(t, newProxy(t, nil), m)
			got := o.driven(t, plan{flights: 4, count: 40})
			if got.good != 40 || got.failedInAll() != 0 || got.retransmitted != 0 {
				t.Errorf("%d calls, %d retransmissions, %s", got.good, got.retransmitted, got.whyFailed())
			}
			if len(o.byCallID) != 0 || o.busy != 0 {
				t.Errorf("%d legs and %d calls are left", len(o.byCallID), o.busy)
			}
		})
	}
}

// Who answers a challenge acknowledges it first; a nonce that is known needs
// none.
func TestCallsAreChallenged(t *testing.T) {
	for _, c := range []struct {
		afresh bool
		want   int // challenges of 30 calls by 10 callers
	}{{true, 30}, {false, 10}} {
		challenged, acknowledged := 0, 0
		p := newProxy(t, func(p *proxy, m string, from netip.AddrPort) bool {
			switch {
			case strings.HasPrefix(m, "INVITE ") && !strings.Contains(m, "\r\nRecord-Route: ") && !strings.Contains(m, "\r\nAuthorization: "):
				challenged++
				p.answer(m, "401 Unauthorized", "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\"\r\n", from)
				return false
			case strings.HasPrefix(m, "ACK ") && strings.Contains(m, ";tag=proxy\r\n"):
				acknowledged++
				return false
			}
			return true
		})
		o := newTestOffice(t, p, manners{})
		got := o.driven(t, plan{flights: 1, count: 30, afresh: c.afresh})
		p.conn.Close()
		if got.good != 30 || challenged != c.want || acknowledged != c.want {
			t.Errorf("afresh %v: %d calls, %d challenged, %d acknowledged, want 30 and %d", c.afresh, got.good, challenged, acknowledged, c.want)
		}
	}
}

// Each message of a call is lost once: both ends send again.
func TestLostMessagesOfCalls(t *testing.T) {
	for _, lost := range []string{"INVITE ", "SIP/2.0 200 ", "ACK ", "BYE "} {
		t.Run(lost, func(t *testing.T) {
			t.Parallel()
			missing := 1
			p := newProxy(t, func(_ *proxy, m string, _ netip.AddrPort) bool {
				if missing > 0 && strings.HasPrefix(m, lost) {
					missing--
					return false
				}
				return true
			})
			// Long enough for the callee's answer to be sent again before the BYE.
			o := newTestOffice(t, p, manners{hold: always(t1 + 5*tick)})
			got := o.driven(t, plan{flights: 1, count: 1})
			if got.good != 1 || got.failedInAll() != 0 || got.retransmitted == 0 {
				t.Errorf("%d calls, %d retransmissions, %s", got.good, got.retransmitted, got.whyFailed())
			}
		})
	}
}

// A whole run counts also the calls that end after the last has begun.
func TestWholeRun(t *testing.T) {
	for _, whole := range []bool{true, false} {
		o := newTestOffice(t, newProxy(t, nil), manners{hold: always(10 * tick)})
		got := o.driven(t, plan{flights: 5, lasting: tick, whole: whole})
		if len(got.took) != 5 || whole != (got.good == 5) || whole != (got.lasted > 10*tick) {
			t.Errorf("whole %v: %d of %d calls in %s", whole, got.good, len(got.took), got.lasted)
		}
	}
}

func TestDeclinedCalls(t *testing.T) {
	n := 0
	o := newTestOffice(t, newProxy(t, nil), manners{decline: func() bool { n++; return n%2 == 0 }})
	// The proxy drops the ACK of a refusal, so the callee gives up by itself: that
	// is not waited for.
	got := o.driven(t, plan{flights: 2, count: 10, abrupt: true, over: func() bool { return o.begun == 10 && o.busy == 0 }})
	if got.failures[486] != 5 || len(got.took) != 5 {
		t.Errorf("%d calls, %s", got.good, got.whyFailed())
	}
}

func TestHeldCalls(t *testing.T) {
	o := newTestOffice(t, newProxy(t, nil), manners{keep: true})
	got := o.driven(t, plan{flights: 4, count: 50})
	if got.good != 50 || o.up() != 50 || len(o.byCallID) != 50 {
		t.Fatalf("%d calls, %d up at their callers and %d at their callees", got.good, o.up(), len(o.byCallID))
	}
	if err := o.idle(tick); err != nil {
		t.Fatal(err)
	}
	if err := o.letDown(); err != nil || o.up() != 0 || len(o.byCallID) != 0 {
		t.Errorf("%v, %d up, %d legs", err, o.up(), len(o.byCallID))
	}
}

// Callers and callees answer what a server asks within a call; a call that it
// ends has failed.
func TestServersRequests(t *testing.T) {
	var heard []string
	p := newProxy(t, func(_ *proxy, m string, _ netip.AddrPort) bool {
		if strings.Contains(m, "branch=z9hG4bKours") {
			heard = append(heard, strings.SplitN(m, "\r\n", 2)[0]+" "+header(m, "CSeq"))
			return false
		}
		return true
	})
	o := newTestOffice(t, p, manners{keep: true})
	o.driven(t, plan{flights: 1, count: 1})
	for n, method := range []string{"OPTIONS", "INVITE", "BYE"} {
		p.send(fmt.Sprintf("%s sip:user0@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKours%d\r\nFrom: <sip:x>;tag=x\r\nTo: <sip:user0@example.com>;tag=%s\r\nCall-ID: y\r\nCSeq: %d %s\r\nContent-Length: 0\r\n\r\n",
			method, o.phones[0].from, p.at, n, appendTag(nil, ofCaller, 0, o.calls[0].use), n+1, method), o.phones[0].from.String())
	}
	end := time.Now().Add(5 * time.Second)
	got := o.driven(t, plan{abrupt: true, over: func() bool { return o.up() == 0 || time.Now().After(end) }})
	if got.failures[hungUp] != 1 || o.up() != 0 {
		t.Errorf("%s, %d up", got.whyFailed(), o.up())
	}
	if err := o.idle(tick); err != nil {
		t.Fatal(err)
	}
	p.conn.Close()
	if want := "[SIP/2.0 200 OK 1 OPTIONS SIP/2.0 200 OK 2 INVITE SIP/2.0 200 OK 3 BYE]"; fmt.Sprint(heard) != want {
		t.Errorf("answers %v, want %s", heard, want)
	}
}
