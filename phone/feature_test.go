package phone

import "testing"

const (
	someone = ID("dddddddddddddddddddddddd")
	another = ID("cccccccccccccccccccccccc")
)

func TestWhatAFeatureCodeAsksFor(t *testing.T) {
	for number, want := range map[string]Feature{
		"*8":                             {CodePickup, ""},
		"*8102":                          {CodePickup, "102"},
		"*28night":                       {CodeSwitch, "night"},
		"*28SHARED.night":                {CodeSwitch, "SHARED:night"},
		"*28DDDDDDDDDDDDDDDDDDDDDDDD.me": {CodeSwitch, string(someone) + ":me"},
		"*45300":                         {CodeQueue, "300"},
		"*76":                            {CodeDND, ""},
		"*76" + string(someone):          {CodeDND, string(someone)},
		"*28":                            {},
		"*28a b":                         {},
		"*28a.b.c":                       {},
		"*45":                            {},
		"*7":                             {},
		"102":                            {},
		"":                               {},
	} {
		if got, ok := FeatureOf(number); got != want || ok != (want != Feature{}) {
			t.Errorf("%q asks for %+v, %v", number, got, ok)
		}
	}
}

// featureBook is a Book with the extensions e1 to e3, each with a phone p1 to p3; e1 and e2
// are of one employee.
func featureBook() *Book {
	b := NewBook("test", []int{1})
	for i, employee := range []ID{someone, someone, another} {
		n := string(rune('1' + i))
		x := NewExtension("c")
		x.ID, x.Number, x.Employee = ID("e"+n), n, employee
		b.PutExtension(x)
		p := New("c")
		p.ID, p.Extension, p.Username = ID("p"+n), x.ID, "user"+n
		b.PutPhone(p)
	}
	return b
}

func TestWhoMayTurnASwitch(t *testing.T) {
	b := featureBook()
	for i, s := range []*Switch{NewSwitch("c", "night"), NewSwitch("other", "theirs")} {
		s.ID = ID(rune('1' + i))
		b.PutSwitch(s)
	}
	p := b.ByID("p1").Clone()
	p.Softkeys = []Softkey{{Function: KeySwitch, Value: "planned"}, {Function: KeyBLF, Value: "absent"}}
	for name, want := range map[string]Kind{
		"night": 0, "SHARED:any": 0, "planned": 0, string(someone) + ":me": 0,
		"absent": NotFound, "theirs": NotFound, string(another) + ":me": Denied,
	} {
		err := b.MayTurn(p, name)
		if err != nil && KindOf(err) != want || (err == nil) != (want == 0) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhoMayDisturb(t *testing.T) {
	b := featureBook()
	may := func(p, other ID) bool { return b.MayDisturb(b.ByID(p).Phone, b.ByID(other).Phone) == nil }
	for _, c := range []struct {
		p, other ID
		want     bool
	}{{"p1", "p1", true}, {"p1", "p2", true}, {"p1", "p3", false}, {"p3", "p1", false}} {
		if may(c.p, c.other) != c.want {
			t.Errorf("%s on %s: %v", c.p, c.other, !c.want)
		}
	}
	g := &Group{ID: "g", Customer: "c", Members: []ID{"e3"}, Controllers: []ID{"e1"}, Pickup: true}
	b.PutGroup(g)
	if may("p1", "p3") {
		t.Error("the right to pick up is another")
	}
	presence := *g
	presence.SetPresence = true
	b.PutGroup(&presence)
	if !may("p1", "p3") {
		t.Error("a group gives the right")
	}
	b.DropGroup("g")
	if may("p1", "p3") {
		t.Error("the group is gone")
	}
	key := b.ByID("p3").Clone()
	key.Softkeys = []Softkey{{Function: KeyDNDOther, Value: "p1"}}
	b.PutPhone(key)
	if !may("p3", "p1") || may("p3", "p2") {
		t.Error("a key gives the right, and for one phone")
	}
	stranger := New("x")
	stranger.ID, stranger.Username = "p9", "user9"
	b.PutPhone(stranger)
	if err := b.MayDisturb(stranger, b.ByID("p1").Phone); KindOf(err) != NotFound {
		t.Errorf("another customer's: %v", err)
	}
	if may("p1", "p9") {
		t.Error("another customer's")
	}
}

// bookReferences knows extensions and nothing else.
type bookReferences struct {
	References
	book *Book
}

func (r bookReferences) Extension(id ID) *Extension { return r.book.Extension(id) }

// Keys that live on the employee give the rights of those on the device.
func TestKeysOfAnEmployeeGiveTheSameRights(t *testing.T) {
	b := featureBook()
	e := &Employee{ID: another, Customer: "c", State: EmployeeEnabled, Softkeys: []Softkey{
		{Function: KeyDNDOther, Value: "p1"}, {Function: KeySwitch, Value: "planned"},
	}}
	b.PutEmployee(e)
	p := b.ByID("p3").Clone()
	may := func(want bool) {
		t.Helper()
		if got := b.MayDisturb(p, b.ByID("p1").Phone) == nil; got != want {
			t.Errorf("do not disturb: %v", got)
		}
		if got := b.MayTurn(p, "planned") == nil; got != want {
			t.Errorf("a switch: %v", got)
		}
	}
	may(false)
	p.SoftkeysOnDevice = new(bool)
	may(true)
	p.Softkeys = e.Softkeys
	e = &Employee{ID: another, Customer: "c", State: EmployeeEnabled}
	b.PutEmployee(e)
	may(false) // what is on the device is on no key
	*p.SoftkeysOnDevice = true
	may(true)
}

func TestAMemberComesAndGoes(t *testing.T) {
	b := featureBook()
	refs := bookReferences{book: b}
	q := NewQueue("c")
	me := QueueMember{ID: "m1", Extension: "e1"}
	toggle := func(want bool, kind Kind) {
		t.Helper()
		if in, err := q.Toggle(me, refs); in != want || (err == nil) != (kind == 0) || err != nil && KindOf(err) != kind {
			t.Errorf("in %v, %v", in, err)
		}
		if q.Has("e1") != want {
			t.Errorf("the queue has it: %v", !want)
		}
	}
	toggle(false, Denied) // only who is an administrator says who is in
	q.Dynamic = true
	toggle(true, 0)
	toggle(false, 0)
	toggle(true, 0)
	q.LockLastMember = true
	toggle(true, Denied)
	q.LockLastMember, q.Members[0].Permanent = false, true
	toggle(true, Denied)
	if q.Has("") {
		t.Error("no extension is no member")
	}
}

func TestSwitchesOfTheBook(t *testing.T) {
	b := featureBook()
	is := func(wantOn, wantExists bool) {
		t.Helper()
		if on, exists := b.Switch("c", "night"); on != wantOn || exists != wantExists {
			t.Errorf("on %v, exists %v", on, exists)
		}
	}
	is(false, false)
	s := NewSwitch("c", "night")
	s.ID, s.Value = "s", true
	b.PutSwitch(s)
	is(true, true)
	off := *s
	off.Value = false
	b.PutSwitch(&off)
	is(false, true)
	b.DropSwitch("s")
	b.DropSwitch("s")
	is(false, false)
}

func TestWhatAQueueOrPhoneIsNamedBy(t *testing.T) {
	b := featureBook()
	q := NewQueue("c")
	q.ID, q.Number = another, "300"
	b.PutQueue(q)
	for named, want := range map[string]bool{"300": true, string(another): true, "301": false, "": false, string(someone): false} {
		if got := b.QueueOf("c", named) != nil; got != want {
			t.Errorf("queue %q: %v", named, got)
		}
	}
	if b.QueueOf("x", string(another)) != nil || b.QueueOf("x", "300") != nil {
		t.Error("another customer's queue")
	}
	p := New("c")
	p.ID, p.Username = someone, "someone"
	b.PutPhone(p)
	if b.PhoneOf("c", string(someone)) == nil || b.PhoneOf("x", string(someone)) != nil || b.PhoneOf("c", "nobody") != nil {
		t.Error("phones of customers")
	}
}
