package trunk

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/resolve"
)

// market is a world with lines of several prices and prefixes.
func market(t testing.TB) *world {
	w := newWorld(t)
	line := func(n int, owner phone.ID, change func(*phone.Trunk)) {
		k := static(n, owner, fmt.Sprintf("192.0.2.%d", n))
		change(k)
		w.put(k)
	}
	line(1, rook, func(k *phone.Trunk) { // for all customers of rook
		k.Shared = true
		k.Rates = []phone.TrunkRate{{Prefix: "", CentsPerMinute: 50}, {Prefix: "+45", CentsPerMinute: 2}, {Prefix: "881", CentsPerMinute: 900}}
	})
	line(2, acme, func(k *phone.Trunk) {
		k.Outbound.Patterns = []phone.TrunkPattern{{Prefix: "+45", Priority: 2}, {Prefix: "+1", Strip: 1, Prepend: "011"}}
		k.Numbers = []string{"+4570305052", "+4570305053"}
		k.SIP.Username = "acme"
	})
	line(3, acme, func(k *phone.Trunk) {
		k.Outbound.Patterns = []phone.TrunkPattern{{Prefix: "45", Priority: 1}, {Prefix: "+4520"}}
	})
	line(4, birch, func(k *phone.Trunk) { k.Customers = []phone.ID{acme} })
	line(5, acme, func(k *phone.Trunk) { k.Outbound.Enabled = false })
	return w
}

// ways are the lines of a call, each with the user of its Request-URI.
func ways(w *world, o Outgoing) string {
	list, r := w.lines.Outbound(o)
	if r != nil {
		return r.Error()
	}
	var words []string
	for _, way := range list {
		id := string(way.Trunk.ID)
		words = append(words, id[len(id)-1:]+":"+way.RequestURI.User)
	}
	return strings.Join(words, " ")
}

func TestHowNumbersLeave(t *testing.T) {
	w := market(t)
	for _, c := range []struct{ name, dialled, want string }{
		{"the longest prefix first, then the priority, then one's own before others'", "20123456", "3:+4520123456 2:+4520123456 4:+4520123456 1:+4520123456"},
		{"by priority", "+4570123456", "3:+4570123456 2:+4570123456 4:+4570123456 1:+4570123456"},
		{"with other digits", "0012125550100", "2:0112125550100 4:+12125550100 1:+12125550100"},
		{"where only the rest leads", "+498912345678", "4:+498912345678 1:+498912345678"},
		{"an emergency by all, those first that take it", "112", "4:112 1:112 2:112 3:112 5:112"},
		{"no number", "alice", "404 Not Found"},
		{"nothing", "", "404 Not Found"},
		{"a number that there cannot be", "+45123", "404 Not Found"},
	} {
		if got := ways(w, Outgoing{Customer: acme, Dialled: c.dialled}); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	for customer, want := range map[phone.ID]string{
		birch: "4:+4570123456", rook: "1:+4570123456", idle: "403 Forbidden", ext: "403 Forbidden",
	} {
		if got := ways(w, Outgoing{Customer: customer, Dialled: "+4570123456"}); got != want {
			t.Errorf("%s: %s, want %s", customer, got, want)
		}
	}
	if got := ways(w, Outgoing{Customer: birch, Dialled: "70123456"}); got != "404 Not Found" {
		t.Error("a national number without a nation:", got)
	}
}

func TestALineThatWorksGoesFirst(t *testing.T) {
	w := market(t)
	w.lines.line(trunkID(3)).probed(resolve.Target{}, 0, errors.New("silence"))
	if got := ways(w, Outgoing{Customer: acme, Dialled: "20123456"}); got != "2:+4520123456 4:+4520123456 1:+4520123456 3:+4520123456" {
		t.Error(got)
	}
}

func TestBlockedNumbers(t *testing.T) {
	w := market(t)
	c := *w.book.Customer(acme)
	c.Limits.BlockedPrefixes = []string{"+4590", "112", "881"}
	w.book.PutCustomer(&c)
	for dialled, want := range map[string]string{
		"90123456": "403 Destination blocked", "+881612345678": "403 Destination blocked", "112": "4:112 1:112 2:112 3:112 5:112",
	} {
		if got := ways(w, Outgoing{Customer: acme, Dialled: dialled}); got != want {
			t.Errorf("%s: %s", dialled, got)
		}
	}
}

// first is the best way of a call.
func first(w *world, o Outgoing) *Way {
	w.Helper()
	list, r := w.lines.Outbound(o)
	if r != nil {
		w.Fatal(r)
	}
	return list[0]
}

func TestWhoIsShown(t *testing.T) {
	const own = "+4570305053"
	for _, c := range []struct {
		name     string
		caller   Caller
		forward  bool
		settings func(*phone.Settings)
		sip      func(*phone.TrunkSIP)
		dialled  string
		want     string // From, then the others
	}{
		{"a number of one's own", Caller{Number: own, Name: "Alice"}, false, nil, nil, "",
			`From: "Alice" <sip:+4570305053@ringfence.test>|P-Asserted-Identity: "Alice" <sip:+4570305053@ringfence.test>`},
		{"another's number is not believed", Caller{Number: "+4512345678"}, false, nil, nil, "",
			"From: <sip:+4570305052@ringfence.test>|P-Asserted-Identity: <sip:+4570305052@ringfence.test>"},
		{"none, with a number for that", Caller{}, false, func(s *phone.Settings) { s.DefaultNumber = own }, nil, "",
			"From: <sip:+4570305053@ringfence.test>|P-Asserted-Identity: <sip:+4570305053@ringfence.test>"},
		{"a number for that which is not one's own", Caller{}, false, func(s *phone.Settings) { s.DefaultNumber = "+4512345678" }, nil, "",
			"From: <sip:+4570305052@ringfence.test>|P-Asserted-Identity: <sip:+4570305052@ringfence.test>"},
		{"who is forwarded is shown, and we vouch for ourselves", Caller{Number: "+4512345678", Name: "Bob"}, true, nil, nil, "",
			`From: "Bob" <sip:+4512345678@ringfence.test>|P-Asserted-Identity: <sip:+4570305052@ringfence.test>`},
		{"who is forwarded, in private", Caller{Number: "+4512345678", Name: "Bob", Private: true}, true, nil, nil, "",
			`From: "Anonymous" <sip:anonymous@anonymous.invalid>|P-Asserted-Identity: <sip:+4570305052@ringfence.test>|Privacy: id`},
		{"who is forwarded, by a customer that has a name", Caller{Number: "+4512345678", Name: "Bob"}, true, func(s *phone.Settings) { s.CallerIDNameOutbound = "PREFIX" }, nil, "",
			`From: "Acme Bob" <sip:+4512345678@ringfence.test>|P-Asserted-Identity: "Acme" <sip:+4570305052@ringfence.test>`},
		{"in private", Caller{Number: own, Name: "Alice", Private: true}, false, nil, nil, "",
			`From: "Anonymous" <sip:anonymous@anonymous.invalid>|P-Asserted-Identity: "Alice" <sip:+4570305053@ringfence.test>|Privacy: id`},
		{"not in an emergency", Caller{Number: own, Private: true}, false, nil, nil, "112",
			"From: <sip:+4570305053@ringfence.test>|P-Asserted-Identity: <sip:+4570305053@ringfence.test>"},
		{"a name with quotes", Caller{Number: own, Name: "A\"\\\r\nB"}, false, nil, nil, "",
			`From: "A\"\\B" <sip:+4570305053@ringfence.test>|P-Asserted-Identity: "A\"\\B" <sip:+4570305053@ringfence.test>`},
		{"the customer's name", Caller{Number: own, Name: "Alice"}, false, func(s *phone.Settings) { s.CallerIDNameOutbound = "CUSTOMER" }, nil, "",
			`From: "Acme" <sip:+4570305053@ringfence.test>|P-Asserted-Identity: "Acme" <sip:+4570305053@ringfence.test>`},
		{"both names", Caller{Number: own, Name: "Alice"}, false, func(s *phone.Settings) { s.CallerIDNameOutbound = "PREFIX" }, nil, "",
			`From: "Acme Alice" <sip:+4570305053@ringfence.test>|P-Asserted-Identity: "Acme Alice" <sip:+4570305053@ringfence.test>`},
		{"without a plus, at the account's domain", Caller{Number: own}, false, nil,
			func(s *phone.TrunkSIP) { s.CallerID, s.FromDomain = "E164", "provider.test" }, "",
			"From: <sip:4570305053@provider.test>|P-Asserted-Identity: <sip:4570305053@provider.test>"},
		{"national", Caller{Number: "+498912345678"}, true, nil, func(s *phone.TrunkSIP) { s.CallerID = "NATIONAL" }, "",
			"From: <sip:+498912345678@ringfence.test>|P-Asserted-Identity: <sip:70305052@ringfence.test>"},
	} {
		w := newWorld(t)
		k := static(1, acme, "192.0.2.1")
		k.Numbers = []string{"+4570305052", own}
		if c.sip != nil {
			c.sip(&k.SIP)
		}
		w.put(k)
		if c.settings != nil {
			s := phone.NewSettings(acme)
			c.settings(s)
			w.book.PutSettings(s)
		}
		if c.dialled == "" {
			c.dialled = "+4588888888"
		}
		way := first(w, Outgoing{Customer: acme, Dialled: c.dialled, Caller: c.caller, Forwarded: c.forward})
		got := []string{way.From.Name() + ": " + way.From.Value()}
		for _, h := range way.Headers {
			got = append(got, h.Name()+": "+h.Value())
		}
		if all := strings.Join(got, "|"); all != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, all, c.want)
		}
	}
}

func TestWithoutANumberTheAccountCalls(t *testing.T) {
	w := newWorld(t)
	k := static(1, acme, "192.0.2.1")
	k.SIP.Username = "account"
	w.put(k)
	way := first(w, Outgoing{Customer: acme, Dialled: "+4588888888", Caller: Caller{Number: "200", Name: "Alice"}})
	if way.From.Value() != `"Alice" <sip:account@ringfence.test>` || len(way.Headers) != 0 {
		t.Error(way.From.Value(), way.Headers)
	}
}

// places are where a way leads, one after another.
func places(t *testing.T, way *Way, each func(Place)) (list []string) {
	t.Helper()
	type found struct {
		p   Place
		err error
	}
	for {
		one := make(chan found, 1)
		way.Next(func(p Place, err error) { one <- found{p, err} })
		var f found
		select {
		case f = <-one:
		case <-time.After(patience10):
			t.Fatal("no answer")
		}
		if f.err != nil {
			return append(list, f.err.Error())
		}
		list = append(list, f.p.Target.String())
		each(f.p)
	}
}

func TestPlacesAreTriedOneAfterAnother(t *testing.T) {
	w := newWorld(t)
	target := func(network string, port uint16) resolve.Target {
		return resolve.Target{Network: network, AddrPort: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port)}
	}
	a, b, c, closed := target("udp", 5001), target("udp", 5002), target("udp", 5003), target("tcp", 1)
	w.dns["sip.provider.test"] = []resolve.Target{a, closed, b, c}
	k := static(1, acme, "sip.provider.test")
	w.put(k)
	w.lines.Dead.Mark(c, 0)
	o := Outgoing{Customer: acme, Dialled: "+4588888888"}
	got := places(t, first(w, o), func(p Place) {
		if p.Flow.Remote != p.Target.AddrPort {
			t.Error(p)
		}
	})
	if want := []string{a.String(), b.String(), ErrNoMore.Error()}; !slices.Equal(got, want) {
		t.Error(got)
	}
	if !w.lines.Dead.Is(closed) {
		t.Error("what cannot be connected to is not dead")
	}
	way := first(w, o)
	way.Next(func(Place, error) {})
	way.Failed(0)
	if got := places(t, first(w, o), func(Place) {}); got[0] != b.String() {
		t.Error("after a failure:", got)
	}
	way.Succeeded()
	if got := places(t, first(w, o), func(Place) {}); got[0] != a.String() {
		t.Error("after a success:", got)
	}
}

func TestTheRegisteredPlaceIsFirst(t *testing.T) {
	p, w := newProvider(t, "tcp"), newWorld(t)
	p.change(func() { p.route = "<sip:edge.provider.test;lr>" })
	k := registered(1, acme, p)
	k.SIP.Transport, k.SIP.Host = "tcp", "provider.test"
	at := resolve.Target{Network: "tcp", AddrPort: p.at}
	w.dns["provider.test"] = []resolve.Target{{Network: "tcp", AddrPort: netip.MustParseAddrPort("127.0.0.1:1")}, at}
	w.put(k)
	w.run()
	w.event(phone.TrunkRegistered)
	w.lines.Dead.Clear(w.dns["provider.test"][0])
	way := first(w, Outgoing{Customer: acme, Dialled: "+4588888888"})
	var flows []sip.Flow
	if got := places(t, way, func(p Place) { flows = append(flows, p.Flow) }); got[0] != at.String() {
		t.Error(got)
	}
	one := w.lines.line(k.ID)
	if flows[0] != one.flow {
		t.Error("another connection than the registered one")
	}
	if got := way.Routes(); !slices.Equal(got, []string{"<sip:edge.provider.test;lr>"}) {
		t.Error(got)
	}
}

func TestChallengesOfCallsAreAnswered(t *testing.T) {
	w := newWorld(t)
	k := static(1, acme, "192.0.2.1")
	k.SIP.Username, k.SIP.Password = "login", "secret"
	w.put(k)
	way := first(w, Outgoing{Customer: acme, Dialled: "+4588888888"})
	if _, ok := way.Ahead(sip.INVITE, way.RequestURI); ok {
		t.Error("signed without a challenge")
	}
	challenge := func(code int, seq uint32, method sip.RequestMethod, nonce string) *sip.Response {
		res := sip.NewResponse(code, "No")
		res.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
		name := map[int]string{401: "WWW-Authenticate", 407: "Proxy-Authenticate"}[code]
		res.AppendHeader(sip.NewHeader(name, `Digest realm="r", nonce="`+nonce+`", qop="auth"`))
		return res
	}
	for _, step := range []struct {
		name   string
		code   int
		seq    uint32
		method sip.RequestMethod
		nonce  string
		field  string
		err    error
	}{
		{"the INVITE", 407, 1, sip.INVITE, "a", "Proxy-Authorization", nil},
		{"its answer refused", 407, 2, sip.INVITE, "b", "", digest.ErrPassword},
		{"another INVITE", 401, 4, sip.INVITE, "c", "Authorization", nil},
		{"a BYE", 401, 5, sip.BYE, "d", "Authorization", nil},
		{"its answer refused", 401, 6, sip.BYE, "e", "", digest.ErrPassword},
	} {
		h, err := way.Authorize(challenge(step.code, step.seq, step.method, step.nonce), step.method, way.RequestURI)
		if !errors.Is(err, step.err) || err == nil && (h.Name() != step.field || !strings.Contains(h.Value(), `nonce="`+step.nonce+`"`)) {
			t.Errorf("%s: %v, %v", step.name, h, err)
		}
	}
}
