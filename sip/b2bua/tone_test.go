package b2bua

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"ringfence/media"
	"ringfence/phone"
)

// toneFrame is how many octets of sound a packet of a tone has.
const toneFrame = 160

// beepsOf are the packets of each tone's beeps, of those that are looked at.
var beepsOf = map[string][][2]int{
	"ringing":      {{0, 50}},
	"confirmation": {{15, 23}, {28, 36}},
	"refusal":      {{15, 27}, {39, 51}},
}

// hears proves that a handset hears a tone from its beginning, and more than half
// of it. Some packets may be left out when the machine is busy.
func (h *handset) hears(tone string) {
	h.t.Helper()
	beeps, ok := beepsOf[tone]
	if !ok {
		h.t.Fatalf("what tone is %q?", tone)
	}
	enough := 5
	if len(beeps) > 1 {
		enough = beeps[1][0]
	}
	first, from := h.packet()
	for p, n := first, 0; n < enough; p, from = h.packet() {
		n = int(p.Timestamp-first.Timestamp) / toneFrame
		h.mu.Lock()
		told := h.remote
		h.mu.Unlock()
		if len(p.Payload) != toneFrame || p.SSRC != first.SSRC || from != told {
			h.t.Errorf("%s hears %q from %v", h.name, p.Payload, from)
			return
		}
		want := slices.ContainsFunc(beeps, func(b [2]int) bool { return b[0] <= n && n < b[1] })
		if got := media.Strength(media.DecodePCMA(p.Payload), 425, 8000) > 0.5; got != want {
			h.t.Errorf("%s: packet %d of a %s sounds: %v", h.name, n, tone, got)
		}
	}
}

func TestWhoCallsIsAnsweredWithATone(t *testing.T) {
	tests := []struct {
		name          string
		err           error
		ladder, wants string
	}{
		{"it is done", nil, `
			alice > INVITE *76
			alice < 200 sendrecv
			alice > ACK
			alice ~ confirmation
			alice < BYE "OK"`, "HANGUP by S, 200"},
		{"it is refused", &phone.Error{Kind: phone.Denied}, `
			alice > INVITE *76
			alice < 200 sendrecv
			alice > ACK
			alice ~ refusal
			alice < BYE "Forbidden"`, "BLOCKED by S, 200"},
		{"the caller does not wait for the end of it", nil, `
			alice > INVITE *76
			alice < 200 sendrecv
			alice > ACK
			alice > BYE
			alice < 200 BYE`, "HANGUP by A, 200"},
		{"it is put on hold", nil, `
			alice > INVITE *76
			alice < 200 sendrecv
			alice > ACK
			alice > INVITE sendonly
			alice < 500
			alice ~ confirmation
			alice < BYE "OK"`, "HANGUP by S, 200"},
		{"we have nothing to offer", nil, `
			alice > INVITE *76 sdp=
			alice < 488`, "ERROR by S, 488"},
		{"what it offers cannot be understood", nil, `
			alice > INVITE *76 sdp=rubbish
			alice < 488`, "ERROR by S, 488"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings{feature: func(context.Context, Dialler, phone.Feature) error { return tt.err }})
			w.lines(tt.ladder)
			w.finish()
			if got := w.records(); got != "101 Alice -> *76 : "+tt.wants+"\n" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestWhoCallsGivesUpBeforeTheTone(t *testing.T) {
	w := newWorld(t, settings{feature: func(context.Context, Dialler, phone.Feature) error { return nil }})
	release := w.holdDisk()
	w.lines("alice > INVITE *76")
	for end := time.Now().Add(patience); w.ports.Stats().Used == 0 && time.Now().Before(end); {
		runtime.Gosched() // until it is answering
	}
	w.lines(`
		alice > CANCEL
		alice < 487`)
	release()
	w.finish()
	if got, want := w.records(), "101 Alice -> *76 : CANCEL by A, 487\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// While something is turned nobody rings, so there is nothing to pick up.
func TestAFeatureCodeDoesNotRing(t *testing.T) {
	begun, done := make(chan struct{}), make(chan struct{})
	w := newWorld(t, settings{feature: func(context.Context, Dialler, phone.Feature) error {
		close(begun)
		<-done
		return nil
	}})
	w.lines("alice > INVITE *76")
	<-begun
	w.lines("server > pickup bob alice: target No call is ringing there")
	close(done)
	w.lines(`
		alice < 200 sendrecv
		alice > ACK
		alice ~ confirmation
		alice < BYE "OK"`)
	w.finish()
	if got, want := w.records(), "101 Alice -> *76 : HANGUP by S, 200\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// Where media go from phone to phone, a tone still comes from us.
func TestTonesWhereMediaPassUsBy(t *testing.T) {
	w := newWorld(t, settings{direct: true, feature: func(context.Context, Dialler, phone.Feature) error { return nil }})
	w.lines(`
		alice > INVITE *76
		alice < 200 sendrecv
		alice > ACK
		alice ~ confirmation
		alice < BYE "OK"`)
	w.finish()
}

func TestRingingWhereMediaPassUsBy(t *testing.T) {
	w := newWorld(t, settings{direct: true})
	w.register(w.handsets["alice"])
	w.lines(`
		server > call alice 102
		alice < INVITE "Bob" 102
		alice > 200 sendrecv
		alice < ACK sendrecv
		bob   < INVITE "Alice" 101 sendrecv
		bob   > 180
		alice ~ ringing
		bob   > 200 sendrecv
		bob   < ACK
		alice < INVITE sendrecv
		alice > 200 sendrecv
		alice < ACK
		bob   > BYE
		bob   < 200 BYE
		alice < BYE`)
	alice, bob := w.handsets["alice"], w.handsets["bob"]
	alice.mu.Lock()
	defer alice.mu.Unlock()
	if got, want := alice.remote.String(), bob.rtp.LocalAddr().String(); got != want {
		t.Errorf("Alice's media go to %s, not to Bob's %s", got, want)
	}
	w.finish()
}
