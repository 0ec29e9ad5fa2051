package b2bua

import (
	"context"
	"flag"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"ringfence/phone"
	"ringfence/sip"
)

var update = flag.Bool("update", false, "write the records and events that came into the scenarios")

// TestCalls runs the scenarios of testdata/calls: real phones on real sockets,
// each of which sees exactly the messages that its ladder shows.
func TestCalls(t *testing.T) {
	files, err := filepath.Glob("../../testdata/calls/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios", err)
	}
	t.Run("calls", func(t *testing.T) {
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			t.Run(strings.ReplaceAll(name, "-", " "), func(t *testing.T) {
				t.Parallel()
				runScenario(t, file)
			})
		}
	})
	noGoroutines(t)
}

func runScenario(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	part := map[string]*string{}
	for i := range a.Files {
		text := string(a.Files[i].Data)
		part[a.Files[i].Name] = &text
	}
	w := prepare(t, section(part, "world"))
	for line := range strings.Lines(section(part, "ladder")) {
		w.play(strings.Fields(line))
	}
	w.finish()
	got := map[string]string{"records": w.records(), "events": strings.Join(w.events, "\n") + "\n", "lamps": strings.Join(append(w.lamps, ""), "\n")}
	for name, text := range got {
		if want := section(part, name); want != text && part[name] != nil && !*update {
			t.Errorf("%s:\n%swant:\n%s", name, text, want)
		}
	}
	if *update {
		rewrite(t, file, a, got)
	}
}

func section(part map[string]*string, name string) string {
	if part[name] == nil {
		return ""
	}
	return *part[name]
}

func rewrite(t *testing.T, file string, a *txtar.Archive, got map[string]string) {
	for i := range a.Files {
		if text, ok := got[a.Files[i].Name]; ok {
			a.Files[i].Data = []byte(text)
		}
	}
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Error(err)
	}
}

// prepare makes the world that a scenario asks for.
func prepare(t *testing.T, text string) *world {
	var s settings
	var later [][]string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch words[0] {
		case "ring":
			s.ring = duration(t, words[1])
		case "silence":
			s.silence = duration(t, words[1])
		case "T1":
			s.timers = sip.Timers{T1: duration(t, words[1])}
		case "no":
			s.noPorts = true
		default:
			later = append(later, words)
		}
	}
	w := newWorld(t, s)
	for _, words := range later {
		switch {
		case words[0] == "group" || words[0] == "queue":
			w.gather(words)
			continue
		case len(words) == 4 && words[2] == "a":
			w.brand(words[0], words[3])
			continue
		case len(words) > 1 && words[1] == "controls":
			w.control(words[0], words[2])
			continue
		case len(words) > 1 && words[1] == "forwards":
			w.forward(words[0], words[2], words[len(words)-1])
			continue
		}
		w.arrange(words[0], strings.Join(words[1:], " "))
	}
	return w
}

func (w *world) arrange(who, how string) {
	h := w.handsets[who]
	if h == nil {
		w.t.Fatalf("no phone %q", who)
	}
	switch how {
	case "is online":
		w.register(h)
	case "has a second line":
		w.addHandset(newHandset(w.t, h.Phone, who+".2", "udp", w.at))
	case "is switched off": // there is a socket, but nobody reads SIP from it
		w.register(h)
		w.mu.Lock()
		w.online[h.ID][0].Target = h.rtp.LocalAddr().(*net.UDPAddr).AddrPort()
		w.mu.Unlock()
	case "is outside its fence":
		w.door.refuse(h.ID, 403)
	case "cannot be judged":
		w.door.refuse(h.ID, 500)
	case "has no extension":
		p := h.Clone()
		p.Extension = ""
		w.book.PutPhone(p)
	case "is of a customer who is blocked":
		w.book.PutCustomer(&phone.Customer{ID: customer, Name: "Test", State: phone.CustomerBlocked})
	case "forgets its calls":
		h.mu.Lock()
		h.forgetful = true
		h.mu.Unlock()
	case "answers before a CANCEL": // which it does not know yet
		h.stubborn = true
	case "sends no PRACK by itself":
		h.idle = true
	case "never answers a BYE", "is slow to answer an UPDATE":
		h.mu.Lock()
		h.mute = sip.RequestMethod(how[strings.LastIndexByte(how, ' ')+1:])
		h.mu.Unlock()
	case "is not to be disturbed":
		p := h.Clone()
		p.DND = true
		w.book.PutPhone(p)
	case "encrypts":
		h.SRTP = phone.SRTPRequired
		w.book.PutPhone(h.Clone())
	case "takes no second call":
		p, no := h.Clone(), false
		p.CallWaiting = &no
		w.book.PutPhone(p)
	case "is unknown":
		w.book.DropPhone(h.ID)
	default:
		w.t.Fatalf("what is %q?", how)
	}
}

// forward makes "102 forwards busy to 103": also always, unanswered (after a
// second) and offline.
func (w *world) forward(number, when, to string) {
	x := *w.book.ByNumber(customer, number)
	switch x.NoAnswerTime = 1; when {
	case "always":
		x.Forward.Unconditional = to
	case "busy":
		x.Forward.Busy = to
	case "unanswered":
		x.Forward.NoAnswer = to
	case "offline":
		x.Forward.Unregistered = to
	default:
		w.t.Fatalf("when is %q?", when)
	}
	w.book.PutExtension(&x)
}

// gather makes "group 200 of 102 103", or "queue 300 SEQUENTIAL of 102", with "for 1s"
// before the members when calls wait no longer.
func (w *world) gather(words []string) {
	of := slices.Index(words, "of")
	var members []phone.ID
	for _, number := range words[of+1:] {
		members = append(members, w.book.ByNumber(customer, number).ID)
	}
	id := phone.ID(strings.Repeat("0", 21) + words[1])
	if words[0] == "group" {
		w.book.PutGroup(&phone.Group{ID: id, Customer: customer, Name: "Sales", Number: words[1], Members: members})
		return
	}
	q := &phone.Queue{ID: id, Customer: customer, Name: "Support", Number: words[1], Strategy: words[2]}
	if words[3] == "for" {
		q.MaxWaitTime = int(duration(w.t, words[4]).Seconds())
	}
	for i, m := range members {
		q.Members = append(q.Members, phone.QueueMember{Extension: m, Priority: 20 - i})
	}
	w.book.PutQueue(q)
}

func duration(t *testing.T, s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// play does one line of a ladder: "alice > INVITE 102" (alice sends), "bob <
// CANCEL" (bob gets), "alice ~ bob" (they hear each other).
func (w *world) play(line []string) {
	w.t.Helper()
	if len(line) < 3 || w.t.Failed() {
		return
	}
	if line[0] == "server" {
		w.command(line[2:])
		return
	}
	h := w.handsets[line[0]]
	switch rest := strings.Join(line[2:], " "); line[1] {
	case ">":
		h.do(line[2:])
	case "<":
		w.expect(h, rest)
	case "~":
		if other := w.handsets[rest]; other != nil {
			w.talk(h, other)
			return
		}
		h.hears(rest)
	}
}

// expect waits for messages: "487 & 200 BYE" are two of different transactions,
// which may come in either order.
func (w *world) expect(h *handset, want string) {
	w.t.Helper()
	all := strings.Split(want, " & ")
	var got []string
	for range all {
		select {
		case what := <-h.heard:
			got = append(got, what)
		case <-time.After(patience):
			w.t.Errorf("%s got %q and never %q\n%s", h.name, got, want, w.log)
			return
		}
	}
	slices.Sort(all)
	slices.Sort(got)
	if !slices.Equal(got, all) {
		w.t.Errorf("%s got %q, not %q", h.name, got, want)
	}
}

// closeNow shuts the switch with no patience for its calls.
func (w *world) closeNow() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.sw.Close(ctx); err == nil {
		w.t.Error("no call had to be cut")
	}
}

// talk proves that each hears the other, through a port of ours.
func (w *world) talk(a, b *handset) {
	for _, pair := range [][2]*handset{{a, b}, {b, a}} {
		speaker, listener := pair[0], pair[1]
		speaker.say(1)
		said, from := listener.listen()
		listener.mu.Lock()
		told := listener.remote
		listener.mu.Unlock()
		if said != speaker.name || from != told {
			w.t.Errorf("%s heard %q from %v, not %q from %v", listener.name, said, from, speaker.name, told)
		}
	}
}
