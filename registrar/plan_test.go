package registrar

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// bound is a binding of an hour from the port of that number.
func bound(contact, instance, callID string, cseq uint32, port uint16, lifetime time.Duration) phone.Binding {
	return phone.Binding{
		Phone: "desk", Contact: contact, Instance: instance, CallID: callID, CSeq: cseq, Q: 1000,
		Registered: noon, Expires: noon.Add(lifetime),
		Transport: "udp", Remote: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), port),
	}
}

func wish(t *testing.T, text, instance string, lifetime time.Duration) contact {
	t.Helper()
	u, err := sip.ParseURI(text)
	if err != nil {
		t.Fatal(err)
	}
	return contact{uri: u, text: text, instance: instance, q: 1000, lifetime: lifetime}
}

func TestPlan(t *testing.T) {
	const one, two, three, four = "sip:1@192.0.2.1", "sip:2@192.0.2.1", "sip:3@192.0.2.1", "sip:4@192.0.2.1"
	hour := time.Hour
	w := func(uri, instance string, lifetime time.Duration) contact { return wish(t, uri, instance, lifetime) }

	for name, c := range map[string]struct {
		now   []phone.Binding
		order order
		want  []string // contacts that there will be
		steps []string
		err   error
	}{
		"a query changes nothing": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour)}, order{callID: "a", cseq: 1},
			[]string{one}, nil, nil,
		},
		"a new contact is added": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour)}, order{callID: "a", cseq: 2, contacts: []contact{w(two, "", hour)}},
			[]string{one, two}, []string{"phone.registered " + two}, nil,
		},
		"a contact in another spelling is refreshed and takes the new one": {
			[]phone.Binding{bound("sip:1@Host.example", "", "a", 1, 1, hour)}, order{callID: "a", cseq: 2, contacts: []contact{w("sip:%31@host.EXAMPLE", "", hour)}},
			[]string{"sip:%31@host.EXAMPLE"}, []string{"phone.refreshed sip:%31@host.EXAMPLE"}, nil,
		},
		"a contact of another Call-ID may have any CSeq": {
			[]phone.Binding{bound(one, "", "a", 9, 1, hour)}, order{callID: "b", cseq: 1, contacts: []contact{w(one, "", hour)}},
			[]string{one}, []string{"phone.refreshed " + one}, nil,
		},
		"a late one fails, with all that is in it": {
			[]phone.Binding{bound(one, "", "a", 9, 1, hour)}, order{callID: "a", cseq: 8, contacts: []contact{w(two, "", hour), w(one, "", 0)}},
			nil, nil, errOrder,
		},
		"a late asterisk fails for one of its bindings": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour), bound(two, "", "b", 9, 1, hour)}, order{callID: "b", cseq: 9, all: true},
			[]string{one, two}, nil, errOrder,
		},
		"an asterisk removes what other Call-IDs have bound": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour), bound(two, "", "b", 8, 1, hour)}, order{callID: "b", cseq: 9, all: true},
			nil, []string{"phone.unregistered " + one + " requested", "phone.unregistered " + two + " requested"}, nil,
		},
		"an instance on a new port takes its old place": {
			[]phone.Binding{bound(one, "x", "a", 1, 1, hour), bound(two, "y", "a", 1, 1, hour)}, order{callID: "b", cseq: 1, contacts: []contact{w(three, "x", hour)}},
			[]string{two, three}, []string{"phone.registered " + three}, nil,
		},
		"a late one of an instance fails": {
			[]phone.Binding{bound(two, "x", "a", 5, 1, hour)}, order{callID: "a", cseq: 4, contacts: []contact{w(one, "x", hour)}},
			nil, nil, errOrder,
		},
		"two contacts of one instance in one request stay two": {
			nil, order{callID: "a", cseq: 1, contacts: []contact{w(one, "x", hour), w(two, "x", hour)}},
			[]string{one, two}, []string{"phone.registered " + one, "phone.registered " + two}, nil,
		},
		"and are two when one of them is there already": {
			[]phone.Binding{bound(two, "x", "a", 1, 1, hour)}, order{callID: "a", cseq: 2, contacts: []contact{w(one, "x", hour), w(two, "x", hour)}},
			[]string{one, two}, []string{"phone.registered " + one, "phone.refreshed " + two}, nil,
		},
		"no instance is not an instance": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour)}, order{callID: "b", cseq: 1, contacts: []contact{w(two, "", hour)}},
			[]string{one, two}, []string{"phone.registered " + two}, nil,
		},
		"removing a port that an instance no longer has leaves its new one": {
			[]phone.Binding{bound(two, "x", "a", 1, 1, hour)}, order{callID: "a", cseq: 2, contacts: []contact{w(one, "x", 0)}},
			[]string{two}, nil, nil,
		},
		"beyond the limit, what expires first makes room": {
			[]phone.Binding{bound(one, "", "a", 1, 1, 2*hour), bound(two, "", "a", 1, 1, hour), bound(three, "", "a", 1, 1, 3*hour)},
			order{callID: "b", cseq: 1, contacts: []contact{w(four, "", time.Minute)}},
			[]string{one, three, four}, []string{"phone.registered " + four, "phone.unregistered " + two + " replaced"}, nil,
		},
		"but before it what came from the same source": {
			[]phone.Binding{bound(one, "", "a", 1, 7, 2*hour), bound(two, "", "a", 1, 1, hour), bound(three, "", "a", 1, 7, 3*hour)},
			order{callID: "b", cseq: 1, contacts: []contact{w(four, "", time.Minute)}},
			[]string{two, three, four}, []string{"phone.registered " + four, "phone.unregistered " + one + " replaced"}, nil,
		},
		"one is removed and another added": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour)}, order{callID: "a", cseq: 2, contacts: []contact{w(one, "", 0), w(two, "", hour)}},
			[]string{two}, []string{"phone.unregistered " + one + " requested", "phone.registered " + two}, nil,
		},
		"the same again changes nothing": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour)}, order{callID: "a", cseq: 1, contacts: []contact{w(one, "", hour)}},
			[]string{one}, nil, nil,
		},
		"the same with another lifetime is another request": {
			[]phone.Binding{bound(one, "", "a", 1, 1, hour)}, order{callID: "a", cseq: 1, contacts: []contact{w(one, "", 2*hour)}},
			nil, nil, errOrder,
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(c.now)
			p, err := c.order.plan(c.now, bound("", "", "", 0, 7, 0), 3)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if got := contacts(p.bindings()); err == nil && !slices.Equal(got, c.want) {
				t.Errorf("bindings %q, want %q", got, c.want)
			}
			if got := steps(p); !slices.Equal(got, c.steps) {
				t.Errorf("steps %q, want %q", got, c.steps)
			}
			if !slices.Equal(c.now, before) {
				t.Error("the bindings that there are were touched")
			}
		})
	}
}

func contacts(bs []phone.Binding) (list []string) {
	for _, b := range bs {
		list = append(list, b.Contact)
	}
	return list
}

func steps(p plan) (list []string) {
	for _, s := range p.steps {
		text := fmt.Sprintf("%s %s", s.event, s.binding.Contact)
		if s.reason != "" {
			text += " " + s.reason
		}
		list = append(list, text)
	}
	return list
}

func TestWhatABindingKeeps(t *testing.T) {
	o := order{callID: "a", cseq: 3, contacts: []contact{{
		uri: sip.URI{Scheme: "sip", User: "1", Host: "192.0.2.1"}, text: "sip:1@192.0.2.1", instance: "x", q: 500, lifetime: time.Minute,
	}}}
	like := phone.Binding{
		Phone: "desk", Registered: noon, Transport: "tcp", Local: netip.MustParseAddrPort("192.0.2.200:5060"),
		Remote: netip.MustParseAddrPort("192.0.2.1:40000"), Country: "DK", UserAgent: "ExamplePhone",
	}
	want := like
	want.Target = like.Remote
	want.Contact, want.Instance, want.Q, want.CallID, want.CSeq = "sip:1@192.0.2.1", "x", 500, "a", 3
	want.Expires = noon.Add(time.Minute)
	p, err := o.plan(nil, like, 3)
	if err != nil || len(p.bindings()) != 1 || p.bindings()[0] != want {
		t.Errorf("got %+v, %v; want %+v", p.bindings(), err, want)
	}
}
