package b2bua

import (
	"net"
	"strings"
	"testing"

	"ringfence/sip"
)

// What goes wrong in calls in the field, each as a test that is named after it.
// Those that are of one session alone are in sip/session.

func (w *world) holdDisk() (release func()) {
	hold := make(chan struct{})
	w.cdrs.mu.Lock()
	defer w.cdrs.mu.Unlock()
	w.cdrs.hold = hold
	return func() { close(hold) }
}

func TestConversationWithoutItsRecord(t *testing.T) {
	w := newWorld(t, settings{})
	release := w.holdDisk()
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 200 sendrecv
		bob   < ACK`)
	if n := len(w.handsets["alice"].heard); n != 0 {
		t.Error("the caller hears of an answer that is not on disk")
	}
	release()
	w.lines(`
		alice < 200 sendrecv
		alice > ACK` + over)
	w.finish()
	if n := len(w.cdrs.answered); n != 1 {
		t.Errorf("%d answers were noted", n)
	}
}

func TestRefusalWithoutItsRecord(t *testing.T) {
	w := newWorld(t, settings{})
	release := w.holdDisk()
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 486`)
	if n := len(w.handsets["alice"].heard); n != 0 {
		t.Error("the caller hears of a refusal that is not on disk")
	}
	release()
	w.lines("alice < 486")
	w.finish()
}

func TestCalleeHangsUpBeforeTheCallerKnows(t *testing.T) {
	w := newWorld(t, settings{})
	release := w.holdDisk()
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 200 sendrecv
		bob   < ACK
		bob   > BYE
		bob   < 200 BYE`)
	release()
	w.lines(`
		alice < 200 sendrecv
		alice > ACK
		alice < BYE`)
	w.finish()
	if got, want := w.records(), "101 Alice -> 102 Bob (bob): HANGUP by B, 200\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	if r := w.cdrs.all()[0]; r.Answered.IsZero() || r.AnsweredByCallee.IsZero() {
		t.Errorf("whoever bills it finds no answer: %+v", r)
	}
}

// A call that goes round in a circle through others ends: the last hop is not the
// first again.
func TestLastHop(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(`
		alice > INVITE 102 hops=1
		bob   < INVITE "Alice" 101 sendrecv`)
	if got := w.handsets["bob"].initial.MaxForwards().Value(); got != "0" {
		t.Errorf("%s hops are left", got)
	}
	w.lines(`
		bob   > 486
		alice < 486`)
	w.finish()
}

// An INVITE that comes anew after its transaction was forgotten, or beside it, is
// the one that has begun a call: there is no second one.
func TestInviteThatComesTwiceIsOneCall(t *testing.T) {
	w := newWorld(t, settings{})
	alice := w.handsets["alice"]
	f, err := w.stack.Flow("udp", w.at, alice.at)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		req, err := sip.Parse([]byte("INVITE sip:102@ringfence.test SIP/2.0\r\nVia: SIP/2.0/UDP " + alice.at.String() + ";branch=z9hG4bKtwice\r\n" +
			"From: <sip:user-of-alice@ringfence.test>;tag=a\r\nTo: <sip:102@ringfence.test>\r\nCall-ID: twice\r\nCSeq: 1 INVITE\r\n" +
			"Contact: <sip:alice@" + alice.at.String() + ">\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		w.sw.Serve(req.(*sip.Request), f)
	}
	w.lines(`bob < INVITE "Alice" 101`)
	if n := w.sw.Calls(); n != 1 {
		t.Errorf("%d calls", n)
	}
	w.lines("bob > 486")
	w.finish()
	if len(w.cdrs.all()) != 1 || len(w.events) != 2 {
		t.Errorf("records\n%sevents %v", w.records(), w.events)
	}
}

func TestCancelCrossesTheAnswer(t *testing.T) {
	w := newWorld(t, settings{})
	release := w.holdDisk()
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 180
		alice < 180
		bob   > 200 sendrecv
		bob   < ACK
		alice > CANCEL
		alice < 487
		bob   < BYE`)
	release()
	w.finish()
	if got, want := w.records(), "101 Alice -> 102 Bob (bob): CANCEL by A, 487\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

func TestNo487AfterCancelOverTCP(t *testing.T) {
	w := newWorld(t, settings{})
	at, err := w.stack.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	alice := w.handsets["alice"]
	alice.close()
	w.addHandset(newHandset(t, alice.Phone, "alice", "tcp", at))
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 180
		alice < 180
		alice > CANCEL
		alice < 487
		bob   < CANCEL`)
	w.finish()
}

// The last media may still be on their way when an end hangs up: the ports are
// open until the other end has been told.
func TestMediaEndBeforeTheGoodbye(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered + "\nalice ~ bob" + over)
	w.finish()
	legs := w.cdrs.all()[0].Legs
	if len(legs) != 2 || legs[0].Media.PacketsIn != 1 || legs[1].Media.PacketsIn != 1 {
		t.Errorf("the record has lost media: %+v", legs)
	}
}

// An answer to a re-INVITE has a description, of the same session and one version
// later.
func TestReinviteAnsweredWithoutDescription(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered)
	alice := w.handsets["alice"]
	alice.mu.Lock()
	first := string(alice.last.Body())
	alice.mu.Unlock()
	w.lines(`
		alice > INVITE sendonly
		bob   < INVITE sendonly
		bob   > 200 recvonly
		bob   < ACK
		alice < 200 recvonly
		alice > ACK`)
	alice.mu.Lock()
	second := string(alice.last.Body())
	alice.mu.Unlock()
	id1, version1 := origin(t, first)
	id2, version2 := origin(t, second)
	if id1 != id2 || version1 != "1" || version2 != "2" {
		t.Errorf("session %s version %s became session %s version %s", id1, version1, id2, version2)
	}
	w.lines(over)
	w.finish()
}

// A phone that rings is asked again until it answers at all: the INVITE has a
// transaction of its own.
func TestLostInviteIsNotSentAgain(t *testing.T) {
	w := newWorld(t, settings{})
	bob := w.handsets["bob"]
	w.mu.Lock()
	w.online[bob.ID][0].Target = bob.rtp.LocalAddr().(*net.UDPAddr).AddrPort()
	w.mu.Unlock()
	w.lines("alice > INVITE 102")
	b := make([]byte, 4096)
	branches := map[string]int{}
	for range 2 {
		n, err := bob.rtp.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(b[:n]), "branch=")
		branch, _, _ := strings.Cut(rest, "\r\n")
		branches[branch]++
	}
	if len(branches) != 1 {
		t.Errorf("the INVITE came with %d branches", len(branches))
	}
	w.lines(`
		alice > CANCEL
		alice < 487`)
	w.finish()
}
