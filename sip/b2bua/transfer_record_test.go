package b2bua

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

const (
	aliceCallsBob = "alice > INVITE 102\nbob < INVITE \"Alice\" 101 sendrecv\nbob > 200 sendrecv\nbob < ACK\nalice < 200 sendrecv\nalice > ACK\n"
	bobRefers     = "bob > REFER 103\nbob < 202 REFER & NOTIFY SIP/2.0 100 Trying\ncarol < INVITE \"Alice\" 101 sendrecv\n"
	carolAnswers  = "carol > 200 sendrecv\ncarol < ACK\nalice < INVITE sendrecv\nalice > 200 sendrecv\nalice < ACK\n" +
		"bob < NOTIFY SIP/2.0 200 OK\nbob < BYE \"Call transferred\"\n"
	aliceHangsUp = "alice > BYE\nalice < 200 BYE\ncarol < BYE\n"
)

// transferred is a world in which Alice calls Bob, who transfers her to Carol.
func transferred(t *testing.T, now func() time.Time) *world {
	w := newWorld(t, settings{now: now})
	w.register(w.handsets["carol"])
	return w
}

func TestATransferIsTwoRecordsThatShareTheTime(t *testing.T) {
	var clock hands
	w := transferred(t, clock.now)
	w.lines(aliceCallsBob + "alice ~ bob\n")
	clock.advance(10 * time.Second)
	w.lines(bobRefers)
	clock.advance(5 * time.Second)
	w.lines(carolAnswers + "alice ~ carol\nalice ~ carol\n")
	clock.advance(20 * time.Second)
	w.lines(aliceHangsUp)
	w.finish()

	first, second := recordOf(t, w, "102"), recordOf(t, w, "103")
	if first.TransferredTo != second.ID || second.TransferredFrom != first.ID || first.TransferredFrom != "" || second.TransferredTo != "" {
		t.Errorf("%s goes on in %s, %s comes from %s", first.ID, first.TransferredTo, second.ID, second.TransferredFrom)
	}
	if first.Seconds() != 15 || second.Seconds() != 20 {
		t.Errorf("%d and %d seconds, of 35", first.Seconds(), second.Seconds())
	}
	if first.TerminatedReason != phone.EndTransferred || first.TerminatedBy != phone.EndedByCallee {
		t.Errorf("%s by %s", first.TerminatedReason, first.TerminatedBy)
	}
	if second.Callee.DivertedBy != "102" || second.Caller.SIPPhone != w.handsets["alice"].ID || len(first.Legs) != 2 || len(second.Legs) != 2 {
		t.Errorf("%+v", second)
	}
	if got := first.Legs[0].UserAgent; got != "secret-of-alice" || second.Legs[0].UserAgent != got {
		t.Errorf("Alice's phone is %q, then %q", got, second.Legs[0].UserAgent)
	}
	for i, want := range []struct {
		leg     phone.CDRLeg
		packets uint64
		seconds int
	}{{first.Legs[0], 1, 15}, {first.Legs[1], 1, 15}, {second.Legs[0], 2, 20}, {second.Legs[1], 2, 20}} {
		if want.leg.Media.PacketsIn != want.packets || int(want.leg.Ended.Sub(want.leg.Answered)/time.Second) != want.seconds {
			t.Errorf("leg %d: %d packets, from %v to %v", i, want.leg.Media.PacketsIn, want.leg.Answered, want.leg.Ended)
		}
	}
}

func recordOf(t *testing.T, w *world, callee string) phone.CDR {
	t.Helper()
	for _, r := range w.cdrs.all() {
		if r.Callee.Number == callee {
			return r
		}
	}
	t.Fatalf("no record of a call to %s", callee)
	return phone.CDR{}
}

func TestATransferShowsWhoItIsWith(t *testing.T) {
	w := transferred(t, nil)
	w.lines(aliceCallsBob + bobRefers)
	invite := w.handsets["carol"].initial
	if got := value(invite, "Referred-By"); got != "<sip:102@ringfence.test>" {
		t.Errorf("Carol is called by order of %s", got)
	}
	if got := value(invite, "P-Asserted-Identity"); got != `"Alice" <sip:101@ringfence.test>` {
		t.Errorf("Carol is called by %s", got)
	}
	w.lines(carolAnswers)
	alice := w.handsets["alice"]
	alice.mu.Lock()
	if got := value(alice.asked, "P-Asserted-Identity"); got != `"Carol" <sip:103@ringfence.test>` {
		t.Errorf("Alice is told that she talks with %s", got)
	}
	alice.mu.Unlock()
	w.lines(aliceHangsUp)
	w.finish()
}

// Alice's session was made in the call that she was transferred from; what breaks
// there now is the call that she is in.
func TestPanicAfterATransferEndsTheCallThatGoesOn(t *testing.T) {
	w := transferred(t, nil)
	w.lines(aliceCallsBob + bobRefers + carolAnswers)
	w.mu.Lock()
	w.panics = true
	w.mu.Unlock()
	w.lines("alice > REFER 102\nalice < 202 REFER & NOTIFY SIP/2.0 100 Trying & NOTIFY SIP/2.0 487 Request Terminated & BYE\ncarol < BYE\n")
	w.finish()
	if r := recordOf(t, w, "103"); r.TerminatedReason != phone.EndError {
		t.Errorf("%+v", r)
	}
}

// Descriptions go from phone to phone, also those that a transfer remembers: each
// is told where the other's media are.
func TestATransferOfDirectMedia(t *testing.T) {
	w := newWorld(t, settings{direct: true})
	w.register(w.handsets["carol"])
	w.lines(aliceCallsBob + "alice ~ bob\n" + bobRefers + carolAnswers)
	alice, carol := w.handsets["alice"], w.handsets["carol"]
	for _, pair := range [][2]*handset{{alice, carol}, {carol, alice}} {
		pair[0].mu.Lock()
		if got, want := pair[0].remote.String(), pair[1].rtp.LocalAddr().String(); got != want {
			t.Errorf("%s is told %s and not %s", pair[0].name, got, want)
		}
		pair[0].mu.Unlock()
	}
	w.lines("alice ~ carol\n" + aliceHangsUp)
	w.finish()
}

// Nobody's rights are left when both extensions are gone: then there is no call.
func TestATransferThatNobodyMayMakeLeavesNoCall(t *testing.T) {
	w := transferred(t, nil)
	w.lines(aliceCallsBob)
	for _, number := range []string{"101", "102"} {
		w.book.DropExtension(w.book.ByNumber(customer, number).ID)
	}
	w.lines("bob > REFER 103\nbob < 202 REFER & NOTIFY SIP/2.0 100 Trying & NOTIFY SIP/2.0 403 Forbidden\n" +
		"alice ~ bob\nalice > BYE\nalice < 200 BYE\nbob < BYE\n")
	w.finish()
	if n := len(w.cdrs.all()); n != 1 {
		t.Errorf("records\n%s", w.records())
	}
}

// A phone that is called instead of another is told so, in numbers of the house.
func TestWhatAPhoneIsToldOfAForward(t *testing.T) {
	w := transferred(t, nil)
	w.forward("102", "busy", "103")
	w.lines("alice > INVITE 102\nbob < INVITE \"Alice\" 101 sendrecv\nbob > 486\ncarol < INVITE \"Alice\" 101 sendrecv\ncarol > 486\nalice < 486\n")
	w.finish()
	if got := value(w.handsets["carol"].initial, "Diversion"); got != "<sip:102@ringfence.test>;reason=user-busy;counter=1" {
		t.Errorf("Carol is told %s", got)
	}
	if got := value(w.handsets["bob"].initial, "Diversion"); got != "" {
		t.Errorf("Bob is told %s", got)
	}
}

func value(m *sip.Request, name string) string {
	if h := m.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

// Neither end of a transferred call hears of the others' addresses, dialogs or
// makers.
func TestATransferHidesTheEndsFromEachOther(t *testing.T) {
	w := transferred(t, nil)
	w.lines(aliceCallsBob + bobRefers + carolAnswers)
	for _, seen := range []struct {
		by   string
		what *sip.Request
	}{{"carol", w.handsets["carol"].initial}, {"alice", w.handsets["alice"].asked}} {
		text := seen.what.String()
		for name, h := range w.handsets {
			if name == seen.by || h.dialog == nil {
				continue
			}
			for _, secret := range []string{h.at.String(), "secret-of-" + name, "tag-of-" + name, "call-of-" + name, h.dialog.CallID, h.dialog.LocalTag, h.rtp.LocalAddr().String()} {
				if strings.Contains(text, secret) {
					t.Errorf("%s is told %s of %s:\n%s", seen.by, secret, name, text)
				}
			}
		}
	}
	w.lines(aliceHangsUp)
	w.finish()
}

func TestAnotherCustomersDialogIsNotReplaced(t *testing.T) {
	const other = phone.ID("bbbbbbbbbbbbbbbbbbbbbbbb")
	w := newWorld(t, settings{})
	w.book.PutCustomer(&phone.Customer{ID: other, Name: "Other", State: phone.CustomerActive})
	x := *w.book.ByNumber(customer, "103")
	x.Customer = other
	w.book.PutExtension(&x)
	p := w.handsets["carol"].Clone()
	p.Customer = other
	w.book.PutPhone(p)
	w.lines(aliceCallsBob + "carol > INVITE 101 replaces=bob\ncarol < 403\nbob > BYE\nbob < 200 BYE\nalice < BYE\n")
	w.finish()
}

func TestLiveCallsOnTheirWay(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines("alice > INVITE 102\nbob < INVITE \"Alice\" 101 sendrecv\nbob > 180\nalice < 180\n")
	w.sees("RINGING alice RINGING IN, bob RINGING OUT")
	w.lines("bob > 200 sendrecv\nbob < ACK\nalice < 200 sendrecv\nalice > ACK\nalice ~ bob\n")
	w.sees("TALKING alice TALKING IN, bob TALKING OUT")
	w.lines("bob > INVITE sendonly\nalice < INVITE sendonly\nalice > 200 recvonly\nalice < ACK\nbob < 200 recvonly\nbob > ACK\n")
	w.sees("HELD alice HELD IN, bob HELD OUT holds")
	c := w.sw.Live(func(phone.ID) bool { return true })[0]
	if l := c.Legs[0]; l.Transport != "udp" || l.Codec != "PCMA" || l.Media == nil || l.Media.PacketsIn != 1 || l.ID != c.Leg(l.ID).ID {
		t.Errorf("%+v", l)
	}
	if got := w.sw.Live(func(phone.ID) bool { return false }); len(got) > 0 {
		t.Errorf("nobody's calls are %v", got)
	}
	w.lines("bob > BYE\nbob < 200 BYE\nalice < BYE\n")
	w.finish()
	if w.sw.LiveCall(c.ID) != nil {
		t.Error("a call that has ended is live")
	}
}

// sees compares the only live call.
func (w *world) sees(want string) {
	w.t.Helper()
	var got []string
	for _, c := range w.sw.Live(func(phone.ID) bool { return true }) {
		var legs []string
		for _, l := range w.sw.LiveCall(c.ID).Legs {
			text := w.nameOf(l.SIPPhone) + " " + string(l.State) + " " + string(l.Direction)
			if l.Hold {
				text += " holds"
			}
			legs = append(legs, text)
		}
		got = append(got, string(c.State)+" "+strings.Join(legs, ", "))
	}
	if strings.Join(got, "; ") != want {
		w.t.Errorf("live is %q, not %q", got, want)
	}
}

// hands are a clock that a test moves.
type hands struct{ past atomic.Int64 }

func (h *hands) now() time.Time { return time.Unix(1_800_000_000, h.past.Load()).UTC() }

func (h *hands) advance(d time.Duration) { h.past.Add(int64(d)) }

// Who transfers a call to the world is who calls there, and their limits hold; and
// when the money is spent, it is the call that goes on which ends.
func TestATransferToTheWorldIsPaidByWhoTransfers(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(aliceCallsBob + "bob > REFER 070305052\nbob < 202 REFER & NOTIFY SIP/2.0 100 Trying\ntrunk < INVITE \"Alice\" +4511111101 sendrecv\n" +
		"trunk > 200 sendrecv\ntrunk < ACK\nalice < INVITE sendrecv\nalice > 200 sendrecv\nalice < ACK\n" +
		"bob < NOTIFY SIP/2.0 200 OK\nbob < BYE \"Call transferred\"\n")
	w.outside.mu.Lock()
	d, spent := w.outside.departures[0], w.outside.spent
	w.outside.mu.Unlock()
	if d.Phone != w.handsets["bob"].ID || d.Forwarded {
		t.Errorf("%+v", d)
	}
	spent()
	w.lines("alice < BYE \"Spending limit reached\"\ntrunk < BYE \"Spending limit reached\"\n")
	w.finish()
	if w.outside.begun != 1 || w.outside.over != 1 {
		t.Errorf("%d calls were counted, %d uncounted", w.outside.begun, w.outside.over)
	}
}

// An end that costs money may change calls, and costs money there.
func TestWhatIsSpentFollowsATransfer(t *testing.T) {
	w := newWorld(t, settings{})
	w.register(w.handsets["bob"])
	w.lines("alice > INVITE 070305052\ntrunk < INVITE \"Alice\" +4511111101 sendrecv\ntrunk > 200 sendrecv\ntrunk < ACK\n" +
		"alice < 200 sendrecv\nalice > ACK\nalice > REFER 102\nalice < 202 REFER & NOTIFY SIP/2.0 100 Trying\n")
	bob := w.handsets["bob"]
	select {
	case <-bob.heard:
	case <-time.After(patience):
		t.Fatal("Bob is not called")
	}
	w.lines("bob > 200 sendrecv\nbob < ACK\ntrunk < INVITE sendrecv\ntrunk > 200 sendrecv\ntrunk < ACK\n" +
		"alice < NOTIFY SIP/2.0 200 OK\nalice < BYE \"Call transferred\"\n")
	w.outside.spent()
	w.lines("bob < BYE \"Spending limit reached\"\ntrunk < BYE \"Spending limit reached\"\n")
	w.finish()
	first, second := recordOf(t, w, "070305052"), recordOf(t, w, "102")
	if first.Trunk == "" || second.Legs[0].Trunk != first.Trunk || second.Trunk != first.Trunk {
		t.Errorf("the trunk is %q, then %q", first.Trunk, second.Legs[0].Trunk)
	}
	if w.outside.begun != 1 || w.outside.over != 1 {
		t.Errorf("%d calls were counted, %d uncounted", w.outside.begun, w.outside.over)
	}
}
