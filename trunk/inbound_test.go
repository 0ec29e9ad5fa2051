package trunk

import (
	"net/netip"
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/sip"
)

// invite is an INVITE as a provider sends it; more are header fields.
func invite(t testing.TB, uri, to string, more ...string) *sip.Request {
	t.Helper()
	has := strings.Join(more, "\n")
	lines := []string{
		"INVITE " + uri + " SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "Max-Forwards: 70", "To: <" + to + ">",
		"Call-ID: 1", "CSeq: 1 INVITE",
	}
	if !strings.Contains(has, "From:") {
		lines = append(lines, `From: "Bob" <sip:33123456@provider.test>;tag=1`)
	}
	m, err := sip.Parse([]byte(strings.Join(append(lines, more...), "\r\n") + "\r\nContent-Length: 0\r\n\r\n"))
	if err != nil {
		t.Fatal(uri, to, more, err)
	}
	return m.(*sip.Request)
}

func from(address string) sip.Flow {
	return sip.Flow{Network: "udp", Remote: netip.MustParseAddrPort(address)}
}

// exchange is a world with a shared line of the reseller, one of acme's own, and
// numbers of acme's and birch's.
func exchange(t testing.TB) *world {
	w := newWorld(t)
	shared := static(1, rook, "192.0.2.1", "192.0.2.0/28", "2001:db8::/48")
	shared.Shared = true
	w.put(shared)
	own := static(2, acme, "192.0.2.40", "192.0.2.40/32")
	own.Goto, own.SIP.Username = ext, "acme-account"
	w.put(own)
	numbers := phone.NewTrunk(acme)
	numbers.ID, numbers.Numbers, numbers.Goto = trunkID(3), []string{"+4570305052", "+4589000001"}, ext
	w.put(numbers)
	others := phone.NewTrunk(birch)
	others.ID, others.Numbers = trunkID(4), []string{"+4570305099", "+12125550100"}
	w.put(others)
	return w
}

func TestCallsComeInByTheirNumber(t *testing.T) {
	w := exchange(t)
	const here = "sip:x@203.0.113.1"
	for _, c := range []struct {
		name, source, uri, to string
		more                  []string
		line, trunk           int // 0 is none
		number                string
	}{
		{"with a plus", "192.0.2.1:5060", "sip:+4570305052@203.0.113.1", here, nil, 1, 3, "+4570305052"},
		{"with an escaped plus", "192.0.2.1:5060", "sip:%2B4570305052@203.0.113.1", here, nil, 1, 3, "+4570305052"},
		{"without one", "192.0.2.1:5060", "sip:4570305052@203.0.113.1;user=phone", here, nil, 1, 3, "+4570305052"},
		{"with zeros", "192.0.2.40:5060", "sip:004570305052@203.0.113.1", here, nil, 2, 3, "+4570305052"},
		{"a national one", "192.0.2.40:5060", "sip:70305052@203.0.113.1", here, nil, 2, 3, "+4570305052"},
		{"with parameters in the user", "192.0.2.15:5060", "sip:+4570305052;npdi;rn=+4512@203.0.113.1", here, nil, 1, 3, "+4570305052"},
		{"with blanks of people", "192.0.2.1:5060", "sip:+45-70-30-50-52@203.0.113.1", here, nil, 1, 3, "+4570305052"},
		{"in To, the account in the Request-URI", "192.0.2.40:5060", "sip:acme-account@203.0.113.1", "sip:+4589000001@x", nil, 2, 3, "+4589000001"},
		{"in P-Called-Party-ID", "192.0.2.40:5060", "sip:acme-account@203.0.113.1", here, []string{"P-Called-Party-ID: <sip:+4589000001@x>"}, 2, 3, "+4589000001"},
		{"the Request-URI before To", "192.0.2.1:5060", "sip:+4570305052@203.0.113.1", "sip:+4589000001@x", nil, 1, 3, "+4570305052"},
		{"as a tel URI", "192.0.2.1:5060", "tel:+45-7030-5052;isub=1", here, nil, 1, 3, "+4570305052"},
		{"over IPv6", "[2001:db8::5]:5060", "sip:+4570305052@203.0.113.1", here, nil, 1, 3, "+4570305052"},
		{"from a mapped address", "[::ffff:192.0.2.1]:5060", "sip:+4570305052@203.0.113.1", here, nil, 1, 3, "+4570305052"},
		{"a number of who may not use the line", "192.0.2.1:5060", "sip:+4570305099@203.0.113.1", here, nil, 1, 0, "+4570305099"},
		{"a number that nobody has", "192.0.2.1:5060", "sip:+4570309999@203.0.113.1", here, nil, 1, 0, "+4570309999"},
		{"one that nobody has, on one's own line", "192.0.2.40:5060", "sip:acme-account@203.0.113.1", "sip:70309999@x", nil, 2, 2, "+4570309999"},
		{"no number at all, on one's own line", "192.0.2.40:5060", "sip:acme-account@203.0.113.1", "sip:acme-account@x", nil, 2, 2, ""},
		{"a word, on the shared line", "192.0.2.1:5060", "sip:alice@203.0.113.1", here, nil, 1, 0, "alice"},
	} {
		f := from(c.source)
		if !w.lines.Known(f.Remote.Addr()) {
			t.Errorf("%s: %s is not known", c.name, c.source)
		}
		in, ok := w.lines.Inbound(invite(t, c.uri, c.to, c.more...), f)
		if !ok {
			t.Errorf("%s: no call of a line", c.name)
			continue
		}
		trunk := phone.ID("")
		if in.Trunk != nil {
			trunk = in.Trunk.ID
		}
		want := phone.ID("")
		if c.trunk > 0 {
			want = trunkID(c.trunk)
		}
		if in.Line.ID != trunkID(c.line) || trunk != want || in.Number != c.number || (want != "") != (in.Goto == ext) {
			t.Errorf("%s: line %s, trunk %s, number %q, to %q", c.name, in.Line.ID, trunk, in.Number, in.Goto)
		}
	}
}

func TestTheUserOfAURI(t *testing.T) {
	for uri, want := range map[string]string{
		"sip:+4570305052@x":                     "+4570305052",
		"sips:4570305052:secret@x":              "4570305052",
		"sip:+4570305052;phone-context=x@y":     "+4570305052",
		"tel:+45-7030-5052;isub=1?x=y":          "+45-7030-5052",
		"TEL:112":                               "112",
		"sip:%2B45%3b@x":                        "+45;",
		"sip:%zz@x":                             "%zz",
		"sip:a%0d%0ab@x":                        "",
		"sip:host":                              "",
		"mailto:a@b":                            "",
		"no uri":                                "",
		"sip:" + strings.Repeat("1", 65) + "@x": "",
	} {
		if got := userOf(uri); got != want {
			t.Errorf("%s: %q, want %q", uri, got, want)
		}
	}
}

func TestStrangersAreNoLines(t *testing.T) {
	w := exchange(t)
	for _, source := range []string{"192.0.2.16:5060", "192.0.2.41:5060", "198.51.100.1:5060", "[2001:db9::1]:5060"} {
		f := from(source)
		if w.lines.Known(f.Remote.Addr()) {
			t.Error(source, "is known")
		}
		if in, ok := w.lines.Inbound(invite(t, "sip:+4570305052@x", "sip:+4570305052@x"), f); ok {
			t.Error(source, in)
		}
	}
}

func TestWhoCalls(t *testing.T) {
	w := exchange(t)
	for _, c := range []struct {
		name string
		more []string
		want Caller
	}{
		{"From", nil, Caller{Number: "+4533123456", Name: "Bob"}},
		{"an asserted identity goes before From",
			[]string{"From: <sip:anonymous@anonymous.invalid>;tag=1", `P-Asserted-Identity: "Alice \"A\"" <sip:+4588888888@x;user=phone>`, "Privacy: id;critical"},
			Caller{Number: "+4588888888", Name: `Alice "A"`, Private: true}},
		{"as a tel URI", []string{"P-Asserted-Identity: <tel:+4588888888>"}, Caller{Number: "+4588888888", Name: "Bob"}},
		{"nobody", []string{"From: Anonymous <sip:anonymous@anonymous.invalid>;tag=1"}, Caller{Private: true}},
		{"with privacy none", []string{"Privacy: none"}, Caller{Number: "+4533123456", Name: "Bob"}},
		{"a word", []string{"From: <sip:alice@x>;tag=1"}, Caller{Number: "alice"}},
		{"a host", []string{"From: <sip:x.test>;tag=1"}, Caller{}},
	} {
		in, ok := w.lines.Inbound(invite(t, "sip:+4570305052@x", "sip:x@x", c.more...), from("192.0.2.40:5060"))
		if !ok || in.Caller != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, in.Caller, c.want)
		}
	}
}

func TestARegisteredLineCallsFromWhereItIsRegistered(t *testing.T) {
	p, w := newProvider(t, "udp"), newWorld(t)
	one := registered(1, acme, p)
	one.Numbers, one.Goto = []string{"+4570305052"}, ext
	two := registered(2, birch, p)
	two.SIP.Username, two.Numbers = "other", []string{"+12125550100"}
	w.put(one)
	w.put(two)
	if w.lines.Known(p.at.Addr()) {
		t.Error("known before it is registered")
	}
	w.run()
	w.event(phone.TrunkRegistered)
	w.event(phone.TrunkRegistered)
	if !w.lines.Known(p.at.Addr()) {
		t.Error("not known")
	}
	for _, c := range []struct {
		uri, to string
		line    phone.ID
	}{
		{"sip:account@x", "sip:+4570305052@x", one.ID},
		{"sip:other@x", "sip:+12125550100@x", two.ID},
		{"sip:other@x", "sip:+19999@x", two.ID},
		{"sip:account@x", "sip:account@x", one.ID},
	} {
		in, ok := w.lines.Inbound(invite(t, c.uri, c.to), from(p.at.String()))
		if !ok || in.Line.ID != c.line {
			t.Errorf("%s for %s: %+v", c.uri, c.to, in)
		}
	}
	w.stop()
	if w.lines.Known(p.at.Addr()) {
		t.Error("known when it is not registered any more")
	}
}

func FuzzInbound(f *testing.F) {
	for _, uri := range []string{"sip:+4570305052@x", "tel:+45-7030", "sip:%2B45%zz@x", "sips:a;b:c@x", "mailto:a@b", "sip:x"} {
		f.Add(uri, `"A" <sip:+45@x>;tag=1`, `"B" <tel:+45>`, "id", uri)
	}
	w := exchange(f)
	f.Fuzz(func(t *testing.T, uri, from1, asserted, privacy, called string) {
		text := "INVITE " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: " + from1 +
			"\r\nTo: <sip:x@y>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nP-Asserted-Identity: " + asserted +
			"\r\nP-Called-Party-ID: " + called + "\r\nPrivacy: " + privacy + "\r\nContent-Length: 0\r\n\r\n"
		m, err := sip.Parse([]byte(text))
		if err != nil {
			return
		}
		req, ok := m.(*sip.Request)
		if !ok {
			return
		}
		in, ok := w.lines.Inbound(req, from("192.0.2.1:5060"))
		if !ok {
			t.Fatal("no call")
		}
		for _, s := range []string{in.Number, in.Caller.Number, in.Caller.Name} {
			if strings.ContainsAny(s, "\r\n\x00") || len(s) > maxShown {
				t.Errorf("%q", s)
			}
		}
		if in.Trunk != nil && in.Trunk.Customer == birch {
			t.Error("a call on a line that the customer may not use")
		}
	})
}
