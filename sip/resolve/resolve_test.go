package resolve

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

var records = []string{
	// all that RFC 3263 asks for
	`whole.example. 300 IN NAPTR 20 10 "s" "SIP+D2U" "" _sip._udp.whole.example.`,
	`whole.example. 300 IN NAPTR 10 20 "s" "SIP+D2T" "" _sip._tcp.whole.example.`,
	`whole.example. 300 IN NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.whole.example.`,
	`whole.example. 300 IN NAPTR 5 10 "s" "SIP+D2S" "" _sip._sctp.whole.example.`,
	`whole.example. 300 IN NAPTR 6 10 "u" "E2U+sip" "!^.*$!sip:x@y!" .`,
	`_sips._tcp.whole.example. 300 IN SRV 10 0 5061 a.whole.example.`,
	`_sip._tcp.whole.example. 300 IN SRV 20 0 5070 b.whole.example.`,
	`_sip._tcp.whole.example. 300 IN SRV 10 0 5060 a.whole.example.`,
	`_sip._udp.whole.example. 300 IN SRV 10 0 5060 a.whole.example.`,
	`a.whole.example. 300 IN A 192.0.2.1`,
	`a.whole.example. 300 IN AAAA 2001:db8::1`,
	`b.whole.example. 300 IN A 192.0.2.2`,
	`whole.example. 300 IN A 192.0.2.9`,
	// SRV alone
	`srv.example. 300 IN A 192.0.2.30`,
	`_sip._udp.srv.example. 300 IN SRV 10 10 5080 one.srv.example.`,
	`_sip._udp.srv.example. 300 IN SRV 10 90 5081 two.srv.example.`,
	`one.srv.example. 300 IN A 192.0.2.31`,
	`two.srv.example. 300 IN A 192.0.2.32`,
	// a host, and an alias of it
	`host.example. 300 IN A 192.0.2.40`,
	`host.example. 300 IN A 192.0.2.41`,
	`alias.example. 300 IN CNAME host.example.`,
	// whoever wants no calls, and whose server is gone
	`_sip._udp.none.example. 300 IN SRV 0 0 0 .`,
	`none.example. 300 IN A 192.0.2.50`,
	`_sip._udp.gone.example. 300 IN SRV 0 0 5060 nobody.gone.example.`,
	`gone.example. 300 IN A 192.0.2.51`,
	// known only by its whole name
	`gateway.office.example. 300 IN A 192.0.2.60`,
}

func TestWhereURIsLead(t *testing.T) {
	z := newZone(t, records...)
	r := z.resolver(newClock(), "nowhere.example", "office.example")
	for _, c := range []struct {
		name  string
		query Query
		want  string
	}{
		{"an address", Query{Host: "192.0.2.7"}, "udp:192.0.2.7:5060"},
		{"an address and a port", Query{Host: "192.0.2.7", Port: 5070, Transport: "TCP"}, "tcp:192.0.2.7:5070"},
		{"an IPv6 reference", Query{Host: "[2001:db8::7]"}, "udp:[2001:db8::7]:5060"},
		{"a sips address", Query{Host: "192.0.2.7", Secure: true}, "tls:192.0.2.7:5061(192.0.2.7)"},
		{"a sips name over tcp is TLS", Query{Host: "host.example", Secure: true, Transport: "tcp"},
			"tls:192.0.2.40:5061(host.example) tls:192.0.2.41:5061(host.example)"},
		{"sips over udp is not possible", Query{Host: "192.0.2.7", Secure: true, Transport: "udp"}, "transport is not supported"},
		{"sctp is not ours", Query{Host: "whole.example", Transport: "sctp"}, "transport is not supported"},
		{"a domain chooses by NAPTR", Query{Host: "Whole.Example."},
			"tls:192.0.2.1:5061(whole.example) tls:[2001:db8::1]:5061(whole.example) " +
				"tcp:192.0.2.1:5060 tcp:[2001:db8::1]:5060 tcp:192.0.2.2:5070 udp:192.0.2.1:5060 udp:[2001:db8::1]:5060"},
		{"sips leaves only TLS", Query{Host: "whole.example", Secure: true},
			"tls:192.0.2.1:5061(whole.example) tls:[2001:db8::1]:5061(whole.example)"},
		{"a transport leaves NAPTR out", Query{Host: "whole.example", Transport: "tcp"},
			"tcp:192.0.2.1:5060 tcp:[2001:db8::1]:5060 tcp:192.0.2.2:5070"},
		{"a port leaves SRV out", Query{Host: "whole.example", Port: 5099}, "udp:192.0.2.9:5099"},
		{"SRV without NAPTR", Query{Host: "srv.example"}, "udp:192.0.2.31:5080 udp:192.0.2.32:5081"},
		{"a host without either", Query{Host: "host.example"}, "udp:192.0.2.40:5060 udp:192.0.2.41:5060"},
		{"an alias", Query{Host: "alias.example"}, "udp:192.0.2.40:5060 udp:192.0.2.41:5060"},
		{"a host over tls", Query{Host: "host.example", Transport: "tls", Port: 5062},
			"tls:192.0.2.40:5062(host.example) tls:192.0.2.41:5062(host.example)"},
		{"no service by its own word", Query{Host: "none.example"}, ErrRefused.Error()},
		{"a service that nobody does", Query{Host: "gone.example", Transport: "udp"}, ErrRefused.Error()},
		{"nothing", Query{Host: "absent.example"}, ErrNotFound.Error()},
		{"a name in the search domain", Query{Host: "gateway"}, "udp:192.0.2.60:5060"},
		{"this machine", Query{Host: "localhost", Port: 5062}, "udp:127.0.0.1:5062"},
		{"no name at all", Query{Host: ""}, ErrNotFound.Error()},
		{"what DNS cannot be asked for", Query{Host: "a..b"}, ErrNotFound.Error()},
		{"a label that is too long", Query{Host: strings.Repeat("a", 64) + ".example"}, ErrNotFound.Error()},
	} {
		if got := led(t, r, c.query); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestAnswersAreKeptAsLongAsTheySay(t *testing.T) {
	z, c := newZone(t, records...), newClock()
	r, q := z.resolver(c), Query{Host: "host.example", Port: 5060}
	if _, ok := r.Known(q); ok {
		t.Fatal("known before it was asked for")
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {299 * time.Second, 1}, {time.Second, 2}} {
		c.pass(step.after)
		led(t, r, q)
		if got := z.count("host.example.", dns.TypeA); got != step.want {
			t.Errorf("after %s it was asked for %d times, want %d", step.after, got, step.want)
		}
	}
	if ts, ok := r.Known(q); !ok || len(ts) != 2 {
		t.Error("not known after it was asked for:", ts, ok)
	}
}

func TestWhatIsNotThereIsRememberedToo(t *testing.T) {
	z, c := newZone(t), newClock()
	r := z.resolver(c)
	for range 3 {
		led(t, r, Query{Host: "absent.example"})
	}
	if got := z.count("_sip._udp.absent.example.", dns.TypeSRV); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

func TestWhenTheServersFailTheOldAnswerHolds(t *testing.T) {
	z, c := newZone(t, records...), newClock()
	r, q := z.resolver(c), Query{Host: "srv.example"}
	want := led(t, r, q)
	z.fail(dns.RcodeServerFailure)
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{time.Hour, want}, {22 * time.Hour, want}, {3 * time.Hour, errServers.Error()}} {
		c.pass(step.after)
		if got := led(t, r, q); got != step.want {
			t.Errorf("%s later: got %s, want %s", step.after, got, step.want)
		}
	}
	z.fail(0)
	if got := led(t, r, q); got != want {
		t.Errorf("with the servers back: %s", got)
	}
}

func TestServersThatFailAreNotAskedForEveryCall(t *testing.T) {
	z, c := newZone(t, records...), newClock()
	r, q := z.resolver(c), Query{Host: "host.example", Port: 5060}
	led(t, r, q)
	c.pass(time.Hour)
	z.fail(dns.RcodeRefused)
	for range 5 {
		led(t, r, q)
	}
	if got := z.count("host.example.", dns.TypeA); got != 1+rounds {
		t.Errorf("asked %d times", got)
	}
}

func TestTheNextServerIsAsked(t *testing.T) {
	bad, good := newZone(t), newZone(t, records...)
	bad.fail(dns.RcodeServerFailure)
	r := New(Config{Servers: []string{bad.addr, good.addr}})
	if got := led(t, r, Query{Host: "one.srv.example", Port: 5060}); got != "udp:192.0.2.31:5060" {
		t.Error(got)
	}
}

func TestTheFileIsReadAgainWhenItsServersFail(t *testing.T) {
	z, file := newZone(t, records...), filepath.Join(t.TempDir(), "resolv.conf")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var asked []string
	r := New(Config{File: file, Exchange: func(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error) {
		asked = append(asked, server)
		if server != "192.0.2.53:53" {
			return nil, errors.New("nobody is there")
		}
		return ask(ctx, m, z.addr)
	}})
	write("nameserver 192.0.2.53\nsearch office.example\n")
	q := Query{Host: "gateway", Port: 5060}
	if got := led(t, r, q); got != errServers.Error() {
		t.Error("without a file:", got)
	}
	if got := led(t, r, q); got != "udp:192.0.2.60:5060" || asked[0] != localServer {
		t.Error("with one:", got, asked)
	}
}

func TestWhatIsTooLongComesOverTCP(t *testing.T) {
	z := newZone(t, records...)
	z.mu.Lock()
	z.large = true
	z.mu.Unlock()
	if got := led(t, z.resolver(newClock()), Query{Host: "one.srv.example", Port: 5060}); got != "udp:192.0.2.31:5060" {
		t.Error(got)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.tcp == 0 {
		t.Error("not asked over TCP")
	}
}

// RFC 3263 section 4.3: one host of a service that cannot be found does not take the
// others with it, nor is it asked for with every call.
func TestOneHostOfAServiceCannotBeFound(t *testing.T) {
	z := newZone(t,
		`_sip._udp.trunk.example. 300 IN SRV 10 0 5060 one.lame.example.`,
		`_sip._udp.trunk.example. 300 IN SRV 20 0 5060 two.trunk.example.`,
		`two.trunk.example. 300 IN A 192.0.2.72`,
	)
	r := z.resolver(newClock())
	r.Exchange = func(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error) {
		if strings.HasSuffix(m.Question[0].Name, ".lame.example.") {
			return new(dns.Msg).SetRcode(m, dns.RcodeServerFailure), nil
		}
		return ask(ctx, m, server)
	}
	q := Query{Host: "trunk.example", Transport: "udp"}
	if got := led(t, r, q); got != "udp:192.0.2.72:5060" {
		t.Error(got)
	}
	if ts, ok := r.Known(q); !ok || len(ts) != 1 {
		t.Errorf("the next call would have to wait: %v", ts)
	}
}

// Some routers drop questions of kinds that they do not know.
func TestARouterWithoutNAPTR(t *testing.T) {
	z := newZone(t, records...)
	r := z.resolver(newClock())
	r.Exchange = func(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error) {
		if m.Question[0].Qtype == dns.TypeNAPTR {
			return new(dns.Msg).SetRcode(m, dns.RcodeNotImplemented), nil
		}
		return ask(ctx, m, server)
	}
	for range 2 {
		if got := led(t, r, Query{Host: "srv.example"}); got != "udp:192.0.2.31:5080 udp:192.0.2.32:5081" {
			t.Error(got)
		}
	}
}

// RFC 2782: the weights are the chances to come first.
func TestWeights(t *testing.T) {
	z := newZone(t, records...)
	r := New(Config{Servers: []string{z.addr}, Random: rand.New(rand.NewPCG(1, 2)).IntN})
	first := map[string]int{}
	const draws = 2000
	for range draws {
		got, _, _ := strings.Cut(led(t, r, Query{Host: "srv.example"}), " ")
		first[got]++
	}
	if n := first["udp:192.0.2.32:5081"]; n < draws*86/100 || n > draws*94/100 {
		t.Errorf("the one of weight 90 was first %d times of %d", n, draws)
	}
}

func TestTheSameQuestionIsAskedOnce(t *testing.T) {
	z := newZone(t, records...)
	r := z.resolver(newClock())
	var all sync.WaitGroup
	held := make(chan struct{})
	r.Exchange = func(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error) {
		<-held
		return ask(ctx, m, server)
	}
	for range 20 {
		all.Go(func() {
			if got := led(t, r, Query{Host: "one.srv.example", Port: 5060}); got != "udp:192.0.2.31:5060" {
				t.Error(got)
			}
		})
	}
	close(held)
	all.Wait()
	if got := z.count("one.srv.example.", dns.TypeA); got != 1 {
		t.Errorf("asked %d times", got)
	}
}

func TestMemoryHasABound(t *testing.T) {
	z := newZone(t)
	r := New(Config{Servers: []string{z.addr}, Answers: 10})
	for i := range 100 {
		led(t, r, Query{Host: strings.Repeat("a", 1+i%60) + ".example", Port: uint16(i + 1)})
	}
	if n := len(r.cache.by); n > 10 {
		t.Errorf("%d answers are kept", n)
	}
}

func TestWhoGivesUpIsNotHeld(t *testing.T) {
	z := newZone(t)
	z.mute[dns.TypeA] = true
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := z.resolver(newClock()).Resolve(ctx, Query{Host: "host.example", Port: 1}); err == nil {
		t.Error("an answer without asking")
	}
}
