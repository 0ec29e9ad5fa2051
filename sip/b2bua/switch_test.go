package b2bua

import (
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"ringfence/media"
	"ringfence/phone"
)

// lines plays a ladder that stands in a test.
func (w *world) lines(text string) {
	w.t.Helper()
	for line := range strings.Lines(text) {
		w.play(strings.Fields(line))
	}
}

// answered is a call from Alice to Bob, up to the ACK.
const answered = `
	alice > INVITE 102
	bob   < INVITE "Alice" 101 sendrecv
	bob   > 200 sendrecv
	bob   < ACK
	alice < 200 sendrecv
	alice > ACK`

// over is its end.
const over = `
	alice > BYE
	alice < 200 BYE
	bob   < BYE`

func TestMoreCallsThanAllowedAreRefused(t *testing.T) {
	w := newWorld(t, settings{maxCalls: 1})
	w.lines(answered + `
		carol > INVITE 102
		carol < 503` + over)
	w.finish()
	if got, want := w.sw.Stats(), (Stats{Started: 1, Refused: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
}

func TestClosedSwitchRefusesCalls(t *testing.T) {
	w := newWorld(t, settings{})
	if err := w.sw.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.lines(`
		alice > INVITE 102
		alice < 503`)
	w.finish()
	if got := w.records(); got != "" {
		t.Errorf("a record of no call: %s", got)
	}
}

func TestCallsEndByThemselvesWhileItCloses(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	closed := make(chan error)
	go func() { closed <- w.sw.Close(ctx) }()
	w.lines(over)
	if err := <-closed; err != nil {
		t.Errorf("a call had to be cut: %v", err)
	}
	w.finish()
}

func TestRequestOfNoDialog(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered)
	alice := w.handsets["alice"]
	right := alice.dialog.LocalTag
	alice.dialog.LocalTag = "another"
	w.lines(`
		alice > BYE
		alice < 481 BYE`)
	alice.dialog.LocalTag, right = right, alice.dialog.RemoteTag
	alice.dialog.RemoteTag = "no-tag-of-ours"
	w.lines(`
		alice > BYE
		alice < 481 BYE`)
	alice.dialog.RemoteTag = right
	w.lines(over)
	w.finish()
}

func TestOldRequestChangesNothing(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered)
	alice := w.handsets["alice"]
	alice.dialog.LocalSeq = 2 // the INVITE had 7
	w.lines(`
		alice > BYE
		alice < 500 BYE`)
	alice.dialog.LocalSeq = 7
	w.lines(over)
	w.finish()
}

func TestPanicEndsOneCallOnly(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered)
	w.mu.Lock()
	w.panics = true
	w.mu.Unlock()
	w.lines(`
		carol > INVITE 102
		carol < 500`)
	w.lines("alice ~ bob" + over)
	w.finish()
	want := "101 Alice -> 102 Bob (bob): HANGUP by A, 200\n103 Carol -> 102 Bob: ERROR by S, 500\n"
	if got := w.records(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if !strings.Contains(w.log.String(), "bindings are broken") {
		t.Error("the log does not tell of the panic")
	}
}

func TestUnsavedRecordStandsInTheLog(t *testing.T) {
	w := newWorld(t, settings{})
	w.cdrs.fillDisk()
	w.lines(answered + over)
	w.finish()
	log := w.log.String()
	for _, part := range []string{"disk full", `\"terminatedReason\":\"HANGUP\"`, `\"number\":\"102\"`} {
		if !strings.Contains(log, part) {
			t.Errorf("the log does not tell %s", part)
		}
	}
}

func TestNothingOfTheCallerReachesTheCalledPhone(t *testing.T) {
	w := newWorld(t, settings{})
	w.lines(answered + over)
	w.finish()
	alice, got := w.handsets["alice"], w.handsets["bob"].initial.String()
	for _, secret := range []string{
		alice.at.String(), alice.Username, "call-of-alice", "tag-of-alice", "secret-of-alice", "Mallory",
		alice.rtp.LocalAddr().String(), "o=alice",
	} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is in what Bob's phone gets:\n%s", secret, got)
		}
	}
	for _, part := range []string{
		"INVITE sip:user-of-bob@" + w.handsets["bob"].at.String() + ";line=1 SIP/2.0\r\n",
		`From: "Alice" <sip:101@ringfence.test>;tag=`,
		"To: <sip:user-of-bob@ringfence.test>\r\n",
		`P-Asserted-Identity: "Alice" <sip:101@ringfence.test>` + "\r\n",
		"Max-Forwards: 69\r\n",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is missing in:\n%s", part, got)
		}
	}
}

func TestEventsAndRecordTellTheWholeCall(t *testing.T) {
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	w := newWorld(t, settings{now: func() time.Time { return clock }})
	w.lines(answered + "\nalice ~ bob" + over)
	w.finish()
	parties := `"call":"000000000000000000000001","callee":{"name":"Bob","number":"102"},"caller":{"name":"Alice","number":"101"},"customer":"aaaaaaaaaaaaaaaaaaaaaaaa",`
	rest := `"phone":"100000000000000000000000",`
	if len(w.data) != 3 {
		t.Fatalf("%d events", len(w.data))
	}
	for i, want := range []string{
		`{` + parties + rest + `"time":"2026-01-02T03:04:05Z","type":"call.started"}`,
		`{"answeredBy":"200000000000000000000000",` + parties + rest + `"time":"2026-01-02T03:04:05Z","type":"call.answered"}`,
		`{"by":"A",` + parties + `"duration":0,` + rest + `"reason":"HANGUP","sipCode":200,"time":"2026-01-02T03:04:05Z","type":"call.ended"}`,
	} {
		got, _ := json.Marshal(w.data[i])
		if string(got) != want {
			t.Errorf("event %d is\n%s\nwant\n%s", i, got, want)
		}
	}
	got, _ := json.MarshalIndent(w.cdrs.all()[0], "", " ")
	want, err := os.ReadFile("testdata/record.json")
	text := string(got) + "\n"
	for _, name := range []string{"alice", "bob"} {
		text = strings.ReplaceAll(text, w.handsets[name].at.String(), name)
	}
	if *update {
		err = os.WriteFile("testdata/record.json", []byte(text), 0o644)
	} else if text != string(want) {
		t.Errorf("record is\n%s\nwant\n%s", text, want)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestExternalAddressAndVersionOfDescriptions(t *testing.T) {
	w := newWorld(t, settings{external: netip.MustParseAddr("203.0.113.9")})
	w.lines(answered)
	bob := w.handsets["bob"]
	first := string(bob.initial.Body())
	w.lines(`
		alice > INVITE sendonly
		bob   < INVITE sendonly
		bob   > 200 recvonly
		bob   < ACK
		alice < 200 recvonly
		alice > ACK` + over)
	w.finish()
	second := string(bob.asked.Body())
	if !strings.Contains(first, "c=IN IP4 203.0.113.9\r\n") {
		t.Errorf("the external address is not in\n%s", first)
	}
	id1, version1 := origin(t, first)
	id2, version2 := origin(t, second)
	if id1 != id2 || version1 != "1" || version2 != "2" {
		t.Errorf("session %s version %s became session %s version %s", id1, version1, id2, version2)
	}
}

// origin reads identity and version of a session.
func origin(t *testing.T, sdp string) (id, version string) {
	t.Helper()
	_, rest, _ := strings.Cut(sdp, "o=- ")
	f := strings.Fields(rest)
	if len(f) < 2 {
		t.Fatalf("no o= line in\n%s", sdp)
	}
	return f[0], f[1]
}

func TestCalledPhoneOverTCP(t *testing.T) {
	w := newWorld(t, settings{})
	at, err := w.stack.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bob := w.handsets["bob"]
	bob.close()
	tcp := newHandset(t, bob.Phone, "bob", "tcp", at)
	w.handsets["bob"] = tcp
	w.register(tcp)
	w.lines(answered + "\nalice ~ bob" + over)
	w.finish()
}

// Phones of one extension may reach us at different addresses: each gets media
// from the one that it talks to.
func TestPhonesAtDifferentAddressesOfOurs(t *testing.T) {
	w := newWorld(t, settings{})
	second, err := w.stack.Listen("udp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	desk := w.handsets["desk"]
	w.register(desk)
	w.mu.Lock()
	w.online[desk.ID][0].Local = second
	w.mu.Unlock()
	w.lines(`
		alice > INVITE 102
		bob   < INVITE "Alice" 101 sendrecv
		desk  < INVITE "Alice" 101 sendrecv`)
	if s := w.ports.Stats(); s.Used != 3 {
		t.Errorf("%d pairs of ports in use, want one for each phone", s.Used)
	}
	desk.server = second
	w.lines(`
		bob   > 180
		alice < 180
		desk  > 200 sendrecv
		desk  < ACK
		bob   < CANCEL
		alice < 200 sendrecv
		alice > ACK`)
	d, err := media.Describe(desk.asked.Body())
	if err != nil || d.Remote.Addr() != second.Addr() {
		t.Errorf("the desk phone sends media to %v: %v", d.Remote, err)
	}
	if s := w.ports.Stats(); s.Used != 2 {
		t.Errorf("%d pairs of ports in use, want those of the answered call", s.Used)
	}
	w.lines(`
		alice ~ desk
		alice > BYE
		alice < 200 BYE
		desk  < BYE`)
	w.finish()
}

func TestContactThatIsNoURIDoesNotRing(t *testing.T) {
	w := newWorld(t, settings{})
	id := w.handsets["bob"].ID
	w.mu.Lock()
	w.online[id] = append(w.online[id], phone.Binding{Contact: "sip:", Transport: "udp", Local: w.at, Target: w.at})
	w.mu.Unlock()
	w.lines(answered + over)
	w.finish()
}

// Media that pass us by are told as they are, but for whose session it is.
func TestMediaFromPhoneToPhone(t *testing.T) {
	w := newWorld(t, settings{direct: true})
	w.lines(answered)
	alice, bob := w.handsets["alice"], w.handsets["bob"]
	alice.mu.Lock()
	heard := alice.remote
	alice.mu.Unlock()
	if at := bob.rtp.LocalAddr().String(); heard.String() != at {
		t.Errorf("Alice's phone sends media to %v, not to %s", heard, at)
	}
	if strings.Contains(string(bob.initial.Body()), "o=alice") {
		t.Error("Bob's phone is told whose session it is")
	}
	if s := w.ports.Stats(); s.Used != 0 {
		t.Errorf("%d pairs of ports are in use", s.Used)
	}
	w.lines(over)
	w.finish()
}
