package trunk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/resolve"
)

func TestALineRegistersAndUnregisters(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			p, w := newProvider(t, network), newWorld(t)
			p.change(func() { p.route = "<sip:edge.provider.test;lr>" })
			k := registered(1, acme, p)
			k.SIP.Transport, k.SIP.Expires = network, 600
			w.put(k)
			w.run()
			e := w.event(phone.TrunkRegistered)
			if e.Customer != acme || e.Data["trunk"] != k.ID || e.Data["target"] != network+":"+p.at.String() {
				t.Errorf("event %+v", e)
			}
			s := w.status(k)
			if !s.Registered || s.Expires == nil || s.Target != network+":"+p.at.String() || s.LastError != "" || s.Reachable == nil || !*s.Reachable {
				t.Errorf("status %+v", s)
			}
			first, second := p.hears(t, sip.REGISTER), p.hears(t, sip.REGISTER)
			if header(first, "Authorization") != "" || !strings.Contains(header(second, "Authorization"), `username="login"`) {
				t.Error("credentials:", header(first, "Authorization"), header(second, "Authorization"))
			}
			if first.CallID().Value() != second.CallID().Value() || second.CSeq().SeqNo != first.CSeq().SeqNo+1 {
				t.Error("the second is not the next of the first")
			}
			if to := second.To().Address.String(); to != "sip:account@127.0.0.1" {
				t.Error("To:", to)
			}
			if got := second.Recipient.User + header(second, "Expires"); got != "600" {
				t.Error("Request-URI or Expires:", got)
			}
			w.stop()
			if bye := p.hears(t, sip.REGISTER); header(bye, "Expires") != "0" {
				t.Error("not unregistered:", header(bye, "Expires"))
			}
			if s := w.status(k); s.Registered {
				t.Error("still registered")
			}
		})
	}
}

func TestARegistrationIsRefreshedWithTheSameNonce(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	p.change(func() { p.keep, p.grants = 3, 1 })
	w.put(registered(1, acme, p))
	w.run()
	var counts []string
	for range 6 {
		value := header(p.hears(t, sip.REGISTER), "Authorization")
		c, err := digest.ParseCredentials(value)
		if err != nil {
			counts = append(counts, "-")
			continue
		}
		counts = append(counts, fmt.Sprint(c.NC))
	}
	if got := strings.Join(counts, " "); got != "- 1 2 3 4 1" {
		t.Error("nonce counts:", got)
	}
}

func TestTheStrongestAlgorithmIsUsed(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	p.change(func() { p.asks = []digest.Algorithm{digest.MD5, digest.SHA256} })
	w.put(registered(1, acme, p))
	w.run()
	w.event(phone.TrunkRegistered)
	p.hears(t, sip.REGISTER)
	if got := header(p.hears(t, sip.REGISTER), "Authorization"); !strings.Contains(got, "algorithm=SHA-256") {
		t.Error(got)
	}
}

func TestALongerExpiryIsTaken(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	p.change(func() { p.least, p.keep = 1800, 10 })
	k := registered(1, acme, p)
	k.SIP.Expires = 60
	w.put(k)
	w.run()
	w.event(phone.TrunkRegistered)
	if s := w.status(k); time.Until(*s.Expires) < 1700*time.Second {
		t.Error(s.Expires)
	}
}

func TestAWrongPasswordIsTriedOnce(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	p.change(func() { p.password = "another" })
	k := w.put(registered(1, acme, p))
	w.run()
	e := w.event(phone.TrunkFailed)
	if got := e.Data["error"]; got != "the password is not accepted: 401 Unauthorized" {
		t.Error(got)
	}
	if s := w.status(k); s.Registered || s.LastError == "" {
		t.Errorf("%+v", s)
	}
	p.mu.Lock()
	if len(p.got) != 2 {
		t.Error(len(p.got), "requests")
	}
	p.mu.Unlock()
	// Another password is tried at once.
	changed := *k
	changed.SIP.Password = "another"
	p.change(func() { p.password = "another" })
	w.put(&changed)
	w.event(phone.TrunkRegistered)
}

func TestWhatServersSayIsNoted(t *testing.T) {
	for _, c := range []struct {
		code   int
		reason string
		again  bool
	}{{403, "Forbidden", false}, {404, "Not Found", false}, {500, "Server Error", true}, {503, "Busy", true}} {
		p, w := newProvider(t, "udp"), newWorld(t)
		p.change(func() { p.status = func(req *sip.Request) *sip.Response { return sip.Reply(req, c.code, c.reason) } })
		w.put(registered(1, acme, p))
		w.run()
		if got, want := w.event(phone.TrunkFailed).Data["error"], fmt.Sprintf("%d %s", c.code, c.reason); !strings.Contains(got.(string), want) {
			t.Errorf("%d: %s", c.code, got)
		}
		if !c.again {
			continue
		}
		p.change(func() { p.status = nil })
		w.event(phone.TrunkRegistered)
		w.stop()
	}
}

func TestTheNextServerIsTried(t *testing.T) {
	dead, p, w := newProvider(t, "udp"), newProvider(t, "udp"), newWorld(t)
	dead.change(func() { dead.status = func(*sip.Request) *sip.Response { return nil } })
	targets := []resolve.Target{{Network: "udp", AddrPort: dead.at}, {Network: "udp", AddrPort: p.at}}
	w.dns["provider.test"] = targets
	k := registered(1, acme, p)
	k.SIP.Host = "provider.test"
	w.put(k)
	w.run()
	if got := w.event(phone.TrunkRegistered).Data["target"]; got != targets[1].String() {
		t.Error(got)
	}
	if !w.lines.Dead.Is(targets[0]) || w.lines.Dead.Is(targets[1]) {
		t.Error("the wrong one is dead")
	}
}

func TestAFlowThatClosesRegistersAnew(t *testing.T) {
	p, w := newProvider(t, "tcp"), newWorld(t)
	k := registered(1, acme, p)
	k.SIP.Transport = "tcp"
	w.put(k)
	w.run()
	w.event(phone.TrunkRegistered)
	one := w.lines.line(k.ID)
	one.mu.Lock()
	f := one.flow
	one.mu.Unlock()
	p.hears(t, sip.REGISTER)
	p.hears(t, sip.REGISTER)
	w.lines.FlowClosed(f)
	p.hears(t, sip.REGISTER)
}

func TestWhatIsReachedAsBeforeIsNotRegisteredAnew(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	k := w.put(registered(1, acme, p))
	w.run()
	w.event(phone.TrunkRegistered)
	renamed := *k
	renamed.Name, renamed.Numbers = "Renamed", []string{"+4570305052"}
	w.put(&renamed)
	if s := w.status(k); !s.Registered {
		t.Error("not registered any more")
	}
	w.lines.Changed(&renamed, nil)
	if _, ok := w.lines.Status(k.ID); ok {
		t.Error("a deleted trunk has a line")
	}
	p.hears(t, sip.REGISTER)
	p.hears(t, sip.REGISTER)
	if bye := p.hears(t, sip.REGISTER); header(bye, "Expires") != "0" {
		t.Error("a deleted trunk stays registered")
	}
}

func TestALineLeavesBeforeTheNextComes(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	p.change(func() { p.keep = 10 })
	k := w.put(registered(1, acme, p))
	w.run()
	w.event(phone.TrunkRegistered)
	for i := range 3 {
		changed := *k
		changed.SIP.Expires = 600 + i
		w.put(&changed)
		w.event(phone.TrunkRegistered)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var granted []string
	for _, req := range p.got {
		if header(req, "Authorization") != "" {
			granted = append(granted, header(req, "Expires"))
		}
	}
	if got := strings.Join(granted, " "); got != "3600 0 600 0 601 0 602" {
		t.Error(got)
	}
}

func TestProbesTellWhoIsThere(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	k := static(1, acme, p.at.Addr().String())
	k.SIP.Port, k.SIP.Probe = int(p.at.Port()), 5
	w.put(k)
	one := w.lines.line(k.ID)
	one.probe()
	if s := w.status(k); s.Reachable == nil || !*s.Reachable || s.RoundTrip <= 0 || s.Target != "udp:"+p.at.String() {
		t.Errorf("%+v", s)
	}
	req := p.hears(t, sip.OPTIONS)
	if got := req.From().Address.Host; got != "ringfence.test" {
		t.Error("From:", got)
	}
	target := resolve.Target{Network: "udp", AddrPort: p.at}
	p.change(func() { p.status = func(*sip.Request) *sip.Response { return nil } })
	one.probe()
	if s := w.status(k); *s.Reachable || !w.lines.Dead.Is(target) || one.healthy() {
		t.Errorf("%+v", s)
	}
	w.event(phone.TrunkFailed)
	p.change(func() { p.status = func(req *sip.Request) *sip.Response { return sip.Reply(req, 404, "Not Found") } })
	one.probe()
	if s := w.status(k); !*s.Reachable || w.lines.Dead.Is(target) || !one.healthy() || s.LastError != "" {
		t.Errorf("%+v", s)
	}
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	l := New(Config{Book: phone.NewBook("x", nil), Random: func() float64 { return 1 }})
	for failures, want := range map[int]time.Duration{1: 30, 2: 60, 3: 120, 10: 600, 100: 600} {
		if got := l.backoff(resolve.ErrNotFound, failures); got != want*time.Second {
			t.Errorf("after %d failures: %s", failures, got)
		}
	}
	if got := l.backoff(digest.ErrPassword, 1); got != 10*time.Minute {
		t.Error("after a wrong password:", got)
	}
	for _, random := range []float64{0, 0.999} {
		l.Random = func() float64 { return random }
		if got := l.refresh(time.Hour); got < 30*time.Minute || got > 54*time.Minute {
			t.Error("refreshed after", got)
		}
	}
}
