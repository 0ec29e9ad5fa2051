package door

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unsafe"

	"ringfence/phone"
	"ringfence/sip"
)

const minute = int64(time.Minute)

// use plays uses of nonces, such as "A1 A2 B1": the nonces are named in the
// order of their making, the number is the count. The answer has a "-" for each
// that was refused.
func play(uses string) string {
	c := newCounts(time.Hour)
	got := ""
	for one := range strings.FieldsSeq(uses) {
		var nc uint32
		var print uint64 // one that is never the same, unless the step has a "*"
		if text, again := strings.CutSuffix(one[1:], "*"); true {
			if _, err := fmt.Sscan(text, &nc); err != nil {
				panic(err)
			}
			if again {
				print = uint64(nc)
			}
		}
		if c.use("phone", int64(one[0]), nc, print) {
			got += "+"
		} else {
			got += "-"
		}
	}
	return got
}

func TestNonceCounts(t *testing.T) {
	for name, c := range map[string]struct{ uses, want string }{
		"counts that rise":                        {"A1 A2 A3 A9", "++++"},
		"a count that is used again":              {"A1 A2 A2 A1", "++--"},
		"an old count that was used":              {"A1 A2 A3 A2", "+++-"},
		"a client that always counts 1":           {"A1 A1 B1 B1", "+-+-"},
		"two requests that overtake each other":   {"A1 A3 A2 A5 A4 A6", "++++++"},
		"one that comes 64 late":                  {"A1 A70 A6", "+++"},
		"one that comes 65 late":                  {"A1 A70 A5", "++-"},
		"the first, 64 late, was used":            {"A1 A65 A1", "++-"},
		"a leap over the whole window":            {"A1 A2 A4294967295 A4294967294 A4294967294 A2", "++++--"},
		"a leap of just the window":               {"A1 A65 A64 A64 A2 A2", "+++-+-"},
		"a client that does not begin at 1":       {"A7 A6 A6 A8", "++-+"},
		"the same request again":                  {"A1* A1* A1* A2", "++++"},
		"another request with the same count":     {"A1* A1 A1*", "+-+"},
		"the same request, but others were since": {"A1* A2* A1*", "++-"},
		"two nonces side by side":                 {"A1 B1 A2 B2 A3 B3 A3 B3", "++++++--"},
		"a third pushes the oldest out":           {"A1 B1 C1 A2 B2 C2", "+++-++"},
		"one that is older than both":             {"B1 C1 A1 B2", "++-+"},
		"one between both":                        {"A1 C1 B1 A2 B2 C2", "+++-++"},
		"one that was pushed out stays out":       {"A1 B1 C1 A1 A1", "+++--"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := play(c.uses); got != c.want {
				t.Errorf("%s: got %s, want %s", c.uses, got, c.want)
			}
		})
	}
}

// A phone refreshes its registration and makes calls with one nonce, and the
// network changes the order a little.
func TestOneNonceForAllThatAPhoneDoes(t *testing.T) {
	h := newHouse()
	nonce := h.Nonces.Issue(home.Remote.Addr())
	for i, nc := range []uint32{1, 2, 4, 3, 5, 8, 6, 7, 9, 12, 11, 10} {
		method := []sip.RequestMethod{sip.REGISTER, sip.INVITE}[i%2]
		value := signature{nonce: nonce, nc: nc, method: method}.value(t, h)
		a, res := h.AuthenticateRequest(request(t, string(method), fmt.Sprintf("CSeq: %d %s", nc, method), value), home)
		if a == nil || res != nil {
			t.Fatalf("%s with nc %d is answered %v", method, nc, res)
		}
	}
}

func TestWhatIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		method, again string
		flow          sip.Flow
		want          string
	}{
		"a REGISTER as it was":            {"REGISTER", "", home, "phone 1"},
		"with another CSeq":               {"REGISTER", "CSeq: 2 REGISTER", home, "stale"},
		"with another Call-ID":            {"REGISTER", "Call-ID: 2", home, "stale"},
		"with another From tag":           {"REGISTER", "From: <sip:desk@example.net>;tag=2", home, "stale"},
		"with another branch":             {"REGISTER", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2", home, "stale"},
		"with another contact":            {"REGISTER", "Contact: <sip:thief@192.0.2.1>", home, "stale"},
		"with one contact more":           {"REGISTER", "Contact: <sip:desk@192.0.2.1>, <sip:thief@192.0.2.1>", home, "stale"},
		"with an Expires":                 {"REGISTER", "Expires: 0", home, "stale"},
		"with a Path":                     {"REGISTER", "Path: <sip:192.0.2.66;lr>", home, "stale"},
		"from another port":               {"REGISTER", "", sip.Flow{Network: "udp", Remote: port(home, 5066)}, "stale"},
		"over TCP, which loses nothing":   {"REGISTER", "", sip.Flow{Network: "tcp", Remote: home.Remote}, "stale"},
		"an INVITE, whose transaction it": {"INVITE", "", home, "stale"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			value := signature{method: sip.RequestMethod(c.method)}.value(t, h)
			first := sip.OutlineOf(request(t, c.method, "", value))
			flow := home
			if c.flow.Network == "tcp" {
				flow = c.flow
			}
			if got := told(h.Authenticate(first, flow)); got != "phone 1" {
				t.Fatalf("the first: %s", got)
			}
			again := sip.OutlineOf(request(t, c.method, c.again, value))
			if got := told(h.Authenticate(again, c.flow)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if s := h.Stats(); s.Replayed != s.Proven%2 {
				t.Errorf("counted %+v", s)
			}
		})
	}
}

func TestOneWhoDoesNotCountNeedsAnotherChallenge(t *testing.T) {
	h := newHouse()
	nonce := h.Nonces.Issue(home.Remote.Addr())
	for i, want := range []string{"phone 1", "stale", "phone 1", "stale"} {
		if i == 2 {
			h.now = h.now.Add(time.Second)
			nonce = h.Nonces.Issue(home.Remote.Addr())
		}
		o := sip.OutlineOf(request(t, "REGISTER", fmt.Sprintf("CSeq: %d REGISTER", i+1), signature{nonce: nonce}.value(t, h)))
		if got := told(h.Authenticate(o, home)); got != want {
			t.Errorf("request %d: got %s, want %s", i, got, want)
		}
	}
}

func TestCountsAreForgottenWithTheirNonces(t *testing.T) {
	c := newCounts(time.Minute)
	all := func(who string, phones int, issued int64) (used int) {
		for i := range phones {
			if c.use(phone.ID(fmt.Sprint(who, i)), issued, 1, 0) {
				used++
			}
		}
		return used
	}
	known := func() (n int) {
		for i := range c.shards {
			n += c.shards[i].windows.used
		}
		return n
	}
	for i, step := range []struct {
		who          string
		phones       int
		issued       int64
		used, memory int
	}{
		{"a", 1000, 10 * minute, 1000, 1000},
		{"a", 1000, 10*minute + minute/2, 1000, 2000},
		{"a", 1000, 10 * minute, 0, 2000},
		{"b", 2000, 11 * minute, 2000, 4000}, // the first nonce of a is just not too old
		{"a", 1000, 10*minute + minute/2, 0, 4000},
		{"b", 2000, 12 * minute, 2000, 4000},
		{"a", 1000, 13*minute + 1, 1000, 1000},
	} {
		if got := all(step.who, step.phones, step.issued); got != step.used {
			t.Errorf("step %d: %d could use it, not %d", i, got, step.used)
		}
		if got := known(); got != step.memory {
			t.Errorf("step %d: %d nonces are remembered, not %d", i, got, step.memory)
		}
	}
}

func TestWhatAPhoneCostsInCounts(t *testing.T) {
	const phones, most = 10_000, 48
	c := newCounts(time.Minute)
	for i := range phones {
		c.use(phone.ID(fmt.Sprint(i)), minute+int64(i), 1, 0)
		rows := 0
		for i := range c.shards {
			rows += len(c.shards[i].windows.rows)
		}
		if bytes := (rows - 8*len(c.shards)) * int(unsafe.Sizeof(window{})); i > phones/2 && bytes > most*(i+1) {
			t.Fatalf("%d phones: %d bytes", i+1, bytes)
		}
	}
}

func TestManyPhonesAtOnce(t *testing.T) {
	c := newCounts(time.Minute)
	done := make(chan int)
	for range 4 {
		go func() {
			used := 0
			for i := range 1000 {
				if c.use(phone.ID(fmt.Sprint(i)), minute, 1, 0) {
					used++
				}
			}
			done <- used
		}()
	}
	if n := <-done + <-done + <-done + <-done; n != 1000 {
		t.Errorf("1000 counts were used %d times", n)
	}
}
