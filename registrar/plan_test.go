package registrar

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"
	"unique"

	"ringfence/phone"
	"ringfence/sip"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// bound is a record of an hour from the port of that number.
func bound(contact, instance, callID string, cseq uint32, port uint16, lifetime time.Duration) record {
	return record{
		contact: contact, instance: instance, callID: callID, cseq: cseq, q: 1000, asked: uint32(lifetime / time.Second),
		registered: noon.UnixMilli(), expires: noon.Add(lifetime).UnixMilli(),
		userAgent: unique.Make(""), local: unique.Make(netip.AddrPort{}),
		remote: netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), port),
	}
}

func wish(t *testing.T, text, instance string, lifetime time.Duration) contact {
	t.Helper()
	u, ok := sip.SplitURI(text)
	if !ok {
		t.Fatal(text)
	}
	return contact{parts: u, text: text, instance: instance, q: 1000, asked: uint32(lifetime / time.Second)}
}

// asking is an order with its Call-ID and CSeq.
type asking struct {
	callID   string
	cseq     uint32
	all      bool
	contacts []contact
}

// plan is what the order makes of the records, from port 7.
func (a asking) plan(now []record, limit int) (plan, error) {
	p := planner{order: &order{all: a.all, contacts: a.contacts}, callID: a.callID, cseq: a.cseq}
	p.make = func(c *contact, _ *record) record {
		x := bound(c.text, c.instance, a.callID, a.cseq, 7, time.Duration(c.asked)*time.Second)
		x.regID = c.regID
		return x
	}
	like := bound("", "", "", 0, 7, 0)
	err := p.apply(now, limit, &like)
	if err != nil {
		return plan{}, err
	}
	return p.plan(), nil
}

func TestPlan(t *testing.T) {
	const one, two, three, four = "sip:1@192.0.2.1", "sip:2@192.0.2.1", "sip:3@192.0.2.1", "sip:4@192.0.2.1"
	hour := time.Hour
	w := func(uri, instance string, lifetime time.Duration) contact { return wish(t, uri, instance, lifetime) }

	for name, c := range map[string]struct {
		now   []record
		order asking
		want  []string // contacts that there will be
		steps []string
		err   error
	}{
		"a query changes nothing": {
			[]record{bound(one, "", "a", 1, 1, hour)}, asking{callID: "a", cseq: 1},
			[]string{one}, nil, nil,
		},
		"a new contact is added": {
			[]record{bound(one, "", "a", 1, 1, hour)}, asking{callID: "a", cseq: 2, contacts: []contact{w(two, "", hour)}},
			[]string{one, two}, []string{"phone.registered " + two}, nil,
		},
		"a contact in another spelling is refreshed and takes the new one": {
			[]record{bound("sip:1@Host.example", "", "a", 1, 1, hour)}, asking{callID: "a", cseq: 2, contacts: []contact{w("sip:%31@host.EXAMPLE", "", hour)}},
			[]string{"sip:%31@host.EXAMPLE"}, []string{"phone.refreshed sip:%31@host.EXAMPLE"}, nil,
		},
		"a contact of another Call-ID may have any CSeq": {
			[]record{bound(one, "", "a", 9, 1, hour)}, asking{callID: "b", cseq: 1, contacts: []contact{w(one, "", hour)}},
			[]string{one}, []string{"phone.refreshed " + one}, nil,
		},
		"a late one fails, with all that is in it": {
			[]record{bound(one, "", "a", 9, 1, hour)}, asking{callID: "a", cseq: 8, contacts: []contact{w(two, "", hour), w(one, "", 0)}},
			nil, nil, errOrder,
		},
		"a late asterisk fails for one of its bindings": {
			[]record{bound(one, "", "a", 1, 1, hour), bound(two, "", "b", 9, 1, hour)}, asking{callID: "b", cseq: 9, all: true},
			[]string{one, two}, nil, errOrder,
		},
		"an asterisk removes what other Call-IDs have bound": {
			[]record{bound(one, "", "a", 1, 1, hour), bound(two, "", "b", 8, 1, hour)}, asking{callID: "b", cseq: 9, all: true},
			nil, []string{"phone.unregistered " + one + " requested", "phone.unregistered " + two + " requested"}, nil,
		},
		"an instance on a new port takes its old place": {
			[]record{bound(one, "x", "a", 1, 1, hour), bound(two, "y", "a", 1, 1, hour)}, asking{callID: "b", cseq: 1, contacts: []contact{w(three, "x", hour)}},
			[]string{two, three}, []string{"phone.registered " + three}, nil,
		},
		"a late one of an instance fails": {
			[]record{bound(two, "x", "a", 5, 1, hour)}, asking{callID: "a", cseq: 4, contacts: []contact{w(one, "x", hour)}},
			nil, nil, errOrder,
		},
		"two contacts of one instance in one request stay two": {
			nil, asking{callID: "a", cseq: 1, contacts: []contact{w(one, "x", hour), w(two, "x", hour)}},
			[]string{one, two}, []string{"phone.registered " + one, "phone.registered " + two}, nil,
		},
		"and are two when one of them is there already": {
			[]record{bound(two, "x", "a", 1, 1, hour)}, asking{callID: "a", cseq: 2, contacts: []contact{w(one, "x", hour), w(two, "x", hour)}},
			[]string{one, two}, []string{"phone.registered " + one, "phone.refreshed " + two}, nil,
		},
		"no instance is not an instance": {
			[]record{bound(one, "", "a", 1, 1, hour)}, asking{callID: "b", cseq: 1, contacts: []contact{w(two, "", hour)}},
			[]string{one, two}, []string{"phone.registered " + two}, nil,
		},
		"removing a port that an instance no longer has leaves its new one": {
			[]record{bound(two, "x", "a", 1, 1, hour)}, asking{callID: "a", cseq: 2, contacts: []contact{w(one, "x", 0)}},
			[]string{two}, nil, nil,
		},
		"beyond the limit, what expires first makes room": {
			[]record{bound(one, "", "a", 1, 1, 2*hour), bound(two, "", "a", 1, 1, hour), bound(three, "", "a", 1, 1, 3*hour)},
			asking{callID: "b", cseq: 1, contacts: []contact{w(four, "", time.Minute)}},
			[]string{one, three, four}, []string{"phone.registered " + four, "phone.unregistered " + two + " replaced"}, nil,
		},
		"but before it what came from the same source": {
			[]record{bound(one, "", "a", 1, 7, 2*hour), bound(two, "", "a", 1, 1, hour), bound(three, "", "a", 1, 7, 3*hour)},
			asking{callID: "b", cseq: 1, contacts: []contact{w(four, "", time.Minute)}},
			[]string{two, three, four}, []string{"phone.registered " + four, "phone.unregistered " + one + " replaced"}, nil,
		},
		"one is removed and another added": {
			[]record{bound(one, "", "a", 1, 1, hour)}, asking{callID: "a", cseq: 2, contacts: []contact{w(one, "", 0), w(two, "", hour)}},
			[]string{two}, []string{"phone.unregistered " + one + " requested", "phone.registered " + two}, nil,
		},
		"a second flow of an instance stands beside the first": {
			[]record{flowOf(bound(one, "x", "a", 1, 1, hour), 1)}, asking{callID: "b", cseq: 1, contacts: []contact{named(w(two, "x", hour), 2)}},
			[]string{one, two}, []string{"phone.registered " + two}, nil,
		},
		"the first flow again takes its old place": {
			[]record{flowOf(bound(one, "x", "a", 1, 1, hour), 1), flowOf(bound(two, "x", "b", 1, 1, hour), 2)},
			asking{callID: "c", cseq: 1, contacts: []contact{named(w(three, "x", hour), 1)}},
			[]string{two, three}, []string{"phone.registered " + three}, nil,
		},
		"two flows may have one contact": {
			[]record{flowOf(bound(one, "x", "a", 1, 1, hour), 1)}, asking{callID: "b", cseq: 1, contacts: []contact{named(w(one, "x", hour), 2)}},
			[]string{one, one}, []string{"phone.registered " + one}, nil,
		},
		"flows take the place of what their device had without one": {
			[]record{bound(one, "x", "a", 1, 1, hour), bound(two, "y", "a", 1, 1, hour)}, asking{callID: "b", cseq: 1, contacts: []contact{named(w(three, "x", hour), 1)}},
			[]string{two, three}, []string{"phone.registered " + three}, nil,
		},
		"even with the same contact": {
			[]record{bound(one, "x", "a", 1, 1, hour)}, asking{callID: "b", cseq: 1, contacts: []contact{named(w(one, "x", hour), 1)}},
			[]string{one}, []string{"phone.refreshed " + one}, nil,
		},
		"and what has none that of its flows": {
			[]record{flowOf(bound(one, "x", "a", 1, 1, hour), 1), flowOf(bound(two, "x", "b", 1, 1, hour), 2)},
			asking{callID: "c", cseq: 1, contacts: []contact{w(three, "x", hour)}},
			[]string{three}, []string{"phone.registered " + three}, nil,
		},
		"the same again changes nothing": {
			[]record{bound(one, "", "a", 1, 7, hour)}, asking{callID: "a", cseq: 1, contacts: []contact{w(one, "", hour)}},
			[]string{one}, nil, nil,
		},
		"the same by another way is where the phone is now": {
			[]record{bound(one, "", "a", 1, 1, hour)}, asking{callID: "a", cseq: 1, contacts: []contact{w(one, "", hour)}},
			[]string{one}, []string{"phone.refreshed " + one}, nil,
		},
		"the same with another lifetime is another request": {
			[]record{bound(one, "", "a", 1, 1, hour)}, asking{callID: "a", cseq: 1, contacts: []contact{w(one, "", 2*hour)}},
			nil, nil, errOrder,
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(c.now)
			p, err := c.order.plan(c.now, 3)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if got := contactsOf(p.next); err == nil && !slices.Equal(got, c.want) {
				t.Errorf("bindings %q, want %q", got, c.want)
			}
			if got := steps(p); err == nil && !slices.Equal(got, c.steps) {
				t.Errorf("steps %q, want %q", got, c.steps)
			}
			if !slices.Equal(c.now, before) {
				t.Error("the bindings that there are were touched")
			}
		})
	}
}

func flowOf(r record, id uint32) record {
	r.regID = id
	return r
}

func named(c contact, id uint32) contact {
	c.regID = id
	return c
}

func contactsOf(rs []record) (list []string) {
	for _, x := range rs {
		list = append(list, x.contact)
	}
	return list
}

func contacts(bs []phone.Binding) (list []string) {
	for _, b := range bs {
		list = append(list, b.Contact)
	}
	return list
}

func steps(p plan) (list []string) {
	if p.refreshed {
		list = append(list, "phone.refreshed "+p.next[len(p.next)-1].contact)
	}
	for _, s := range p.steps {
		text := fmt.Sprintf("%s %s", s.event, s.record.contact)
		if s.reason != "" {
			text += " " + s.reason
		}
		list = append(list, text)
	}
	return list
}

func TestWhatABindingKeeps(t *testing.T) {
	w := newWorld(nil)
	f := flow("tcp", "127.0.0.1:40000")
	wants(t, w.ask(t, "desk", f, 3, `REGISTER sip:example.net
Call-ID: a
Contact: "Desk" <sip:1@192.0.2.1;x=y>;q=0.5;expires=60;+sip.instance="<urn:uuid:1>";reg-id=7
Supported: path, outbound
Path: <sip:edge.example.net;lr;ob>
User-Agent: ExamplePhone`), 200)
	want := phone.Binding{
		Phone: "desk", Username: "desk", Contact: "sip:1@192.0.2.1;x=y", Instance: "<urn:uuid:1>", RegID: 7, Path: "<sip:edge.example.net;lr;ob>",
		CallID: "a", CSeq: 3, Q: 500, Registered: w.clock(), Expires: w.clock().Add(time.Minute),
		Transport: "tcp", Local: f.Local, Remote: f.Remote, Target: f.Remote, Country: "DK", UserAgent: "ExamplePhone",
	}
	if got := w.Bindings("desk"); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for i, v := 0, reflect.ValueOf(want); i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is not tested", v.Type().Field(i).Name)
		}
	}
}
