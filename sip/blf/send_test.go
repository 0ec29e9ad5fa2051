package blf

import (
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

func TestWhatAPhoneSaysToANotification(t *testing.T) {
	for code, stays := range map[int]int{200: 1, 202: 1, 500: 1, 491: 1, 401: 1, 481: 0, 489: 0, 404: 0, 501: 0} {
		w := newWorld(t, Config{})
		carol := w.device("carol")
		carol.answers(code)
		carol.subscribe("102")
		carol.expect("terminated (active)")
		if w.settle(stays); stays == 1 {
			w.bobRings()
			carol.expect("early recipient Alice sip:101@ringfence.test (active)")
		} else if w.Stats().Lost != 1 {
			t.Errorf("%d: %+v", code, w.Stats())
		}
	}
}

// While a notification has no answer, changes gather: the next one has the state
// of then.
func TestOneAtATime(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	carol.answers(0)
	carol.subscribe("102")
	first := <-carol.heard
	d := w.bobRings()
	d.State = phone.DialogConfirmed
	w.Dialog(d)
	carol.answers(200)
	again := <-carol.heard // the same once more, and then an answer
	if again.CSeq().SeqNo != first.CSeq().SeqNo {
		t.Fatal("a second notification before the answer to the first")
	}
	carol.expect("confirmed recipient Alice sip:101@ringfence.test (active)")
	if n := w.Stats().Notified; n != 2 {
		t.Errorf("%d notifications", n)
	}
}

func TestNotTooOften(t *testing.T) {
	w := newWorld(t, Config{Gap: time.Hour})
	carol := w.device("carol")
	carol.subscribe("102")
	carol.expect("terminated (active)")
	w.advance(2 * time.Hour / 3600)
	for range 1000 {
		d := w.bobRings()
		d.State = phone.DialogTerminated
		w.Dialog(d)
	}
	w.bobRings()
	w.mu.Lock()
	queued, stale := len(w.pending), 0
	for _, s := range w.all {
		if s.stale {
			stale++
		}
	}
	w.mu.Unlock()
	if queued != 0 || stale != 1 {
		t.Errorf("%d wait and %d are stale", queued, stale)
	}
}

func TestAnUnchangedLampIsNotToldOf(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	dialog := carol.subscribe("102")
	carol.expect("terminated (active)")
	d := w.bobRings()
	carol.expect("early recipient Alice sip:101@ringfence.test (active)")
	w.Dialog(d)
	w.Dialog(d)
	carol.silent(dialog, "early recipient Alice sip:101@ringfence.test (active)")
}

// A phone that was switched off subscribes anew, and does not know the old one.
func TestALeftoverIsFound(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	carol.subscribe("102")
	carol.expect("terminated (active)")
	carol.answers(481)
	req := carol.request("102", dialogEvent)
	if res := carol.send(req); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	carol.next()
	carol.next()
	w.settle(0) // this one forgets both
}

// The NAT of a phone has given it another port.
func TestAPhoneThatHasMoved(t *testing.T) {
	w := newWorld(t, Config{})
	carol, moved := w.device("carol"), w.device("carol")
	w.bind(phoneID("Carol"), "udp", carol.at)
	carol.subscribe("102")
	carol.expect("terminated (active)")
	w.bind(phoneID("Carol"), "udp", moved.at)
	w.bobRings()
	moved.expect("early recipient Alice sip:101@ringfence.test (active)")
	w.settle(1)
}

func TestAPhoneThatIsNotThere(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	carol.answers(0)
	carol.subscribe("102")
	<-carol.heard
	w.mu.Lock()
	m := &notification{s: w.all[0]}
	w.mu.Unlock()
	w.answered(m, 0, sip.ErrTimeout)
	w.settle(0)
}

func TestLampsOfFeatureCodes(t *testing.T) {
	const queue = phone.ID("000000000000000000000300")
	w := newWorld(t, Config{})
	q := phone.NewQueue(customer)
	q.ID, q.Number = queue, "300"
	w.book.PutQueue(q)
	carol := w.device("carol")
	for _, c := range []struct {
		number  string
		on, off func()
	}{
		{"*28night", func() { w.turn(true) }, func() { w.turn(false) }},
		{"*45300", func() { w.members(q, extension(101), extension(103)) }, func() { w.members(q, extension(101)) }},
		{"*76", func() { w.dnd("Carol", true) }, func() { w.dnd("Carol", false) }},
		{"*76" + string(phoneID("Bob")), func() { w.dnd("Bob", true) }, func() { w.dnd("Bob", false) }},
	} {
		dialog := carol.subscribe(c.number)
		carol.expect("terminated (active)")
		c.on()
		carol.expect("confirmed (active)")
		c.off()
		carol.expect("terminated (active)")
		carol.send(carol.renewal(dialog, "0"))
		carol.expect("terminated (terminated;reason=timeout)")
	}
}

func (w *world) turn(on bool) {
	s := &phone.Switch{ID: "000000000000000000000400", Customer: customer, Name: "night", Value: on}
	w.book.PutSwitch(s)
	w.SwitchChanged(s)
}

func (w *world) members(q *phone.Queue, ids ...phone.ID) {
	changed := *q
	changed.Members = nil
	for _, id := range ids {
		changed.Members = append(changed.Members, phone.QueueMember{ID: id, Extension: id})
	}
	w.book.PutQueue(&changed)
	w.QueueChanged(&changed)
}

func (w *world) dnd(name string, on bool) {
	before := w.book.ByID(phoneID(name)).Phone
	after := before.Clone()
	after.DND = on
	w.book.PutPhone(after)
	w.PhoneChanged(phone.Change{Before: before, After: after})
}

// The lamp shows what the key would pick up.
func TestLampsOfPickup(t *testing.T) {
	w := newWorld(t, Config{})
	carol, alice := w.device("carol"), w.device("alice")
	for _, number := range []string{"*8", "*8102", "*8200"} {
		carol.subscribe(number)
		carol.expect("terminated (active)")
	}
	alice.subscribe("*8102") // she may not
	alice.expect("terminated (active)")
	d := w.bobRings()
	carol.expect("early (active)")
	carol.expect("early (active)")
	d.State = phone.DialogTerminated
	w.Dialog(d)
	carol.expect("terminated (active)")
	carol.expect("terminated (active)")
	d.Called = "200" // now the group is called
	d.State = phone.DialogEarly
	w.Dialog(d)
	for range 3 {
		carol.expect("early (active)")
	}
	if len(alice.heard) != 0 {
		t.Error("who may not pick up sees that it rings")
	}
}

// What a phone has subscribed from another port than it has registered from is told
// of there.
func TestAPhoneWithTwoPorts(t *testing.T) {
	w := newWorld(t, Config{})
	carol, registered := w.device("carol"), w.device("carol")
	w.bind(phoneID("Carol"), "udp", registered.at)
	carol.subscribe("102")
	carol.expect("terminated (active)")
	if len(registered.heard) > 0 {
		t.Error("it is told of elsewhere")
	}
}

// flow is that of the newest subscription.
func (w *world) flow() sip.Flow {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all[len(w.all)-1].flow
}

// The connection of a phone is another one now.
func TestAPhoneThatHasConnectedAnew(t *testing.T) {
	w := newWorld(t, Config{})
	carol, again := w.device("carol"), w.device("carol")
	for _, d := range []*device{carol, again} {
		d.network, d.to = "tcp", w.tcp
	}
	dialog := carol.subscribe("102")
	carol.expect("terminated (active)")
	w.bind(phoneID("Carol"), "tcp", w.flow().Remote)
	carol.silent(dialog, "terminated (active)")
	if err := carol.stack.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again.subscribe("101")
	again.expect("terminated (active)")
	w.bind(phoneID("Carol"), "tcp", w.flow().Remote)
	w.bobRings()
	again.expect("early recipient Alice sip:101@ringfence.test (active)")
	w.settle(2)
}

// A phone that is gone, with its connection and without another one.
func TestAPhoneThatIsDisconnected(t *testing.T) {
	w := newWorld(t, Config{})
	carol := w.device("carol")
	carol.network, carol.to = "tcp", w.tcp
	carol.subscribe("102")
	carol.expect("terminated (active)")
	f := w.flow()
	if err := carol.stack.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for f.Open() {
		<-time.After(time.Millisecond)
	}
	w.bobRings()
	w.settle(0)
}
