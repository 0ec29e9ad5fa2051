package registrar

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
	"unique"

	"ringfence/phone"
	"ringfence/sip/digest"
)

// tape is a journal that remembers its entries, as the store does.
type tape struct {
	entries map[int64][]byte
	last    int64
}

func (j *tape) AppendBindings(_ context.Context, entry []byte) (int64, error) {
	j.last++
	j.entries[j.last] = slices.Clone(entry)
	return j.last, nil
}

func (j *tape) TrimBindings(_ context.Context, upTo int64) error {
	maps.DeleteFunc(j.entries, func(n int64, _ []byte) bool { return n <= upTo })
	return nil
}

func (j *tape) replay(take func([]byte) error) error {
	for _, n := range slices.Sorted(maps.Keys(j.entries)) {
		if err := take(j.entries[n]); err != nil {
			return err
		}
	}
	return nil
}

// What is restored from the journal is what was in memory, whether the journal
// has been compacted meanwhile or not; and it does not grow without end.
func TestTheJournalIsCompacted(t *testing.T) {
	w := newWorld(nil)
	j := &tape{entries: map[int64][]byte{}}
	w.Registrar.Journal = j
	user := "office"
	short := func(i int) string {
		return fmt.Sprintf("REGISTER sip:example.net\nCall-ID: %d\nContact: <sip:%d@192.0.2.10>;expires=%d\nUser-Agent: %0200d", i%3, i%3, 600+i, i)
	}
	wants(t, w.ask(t, "roamer", home, 1, hello), 200)
	most := 0
	for i := range 400 {
		w.compaction.grown += roomy / 50 // as much as many others would write
		wants(t, w.ask(t, user, home, i+1, short(i)), 200)
		most = max(most, len(j.entries))
	}
	if most > 300 || len(j.entries) == 0 {
		t.Errorf("%d entries at most, %d at the end", most, len(j.entries))
	}
	again := newWorld(nil)
	if err := again.Restore(j.replay); err != nil {
		t.Fatal(err)
	}
	for _, id := range []phone.ID{"office", "roamer"} {
		equal(t, "restored", again.Bindings(id), w.Bindings(id), func(a, b phone.Binding) bool { return a == b })
	}
}

func TestEveryFieldOfARecordIsWritten(t *testing.T) {
	whole := record{
		username: "user", contact: "sip:1@192.0.2.1", callID: "call", instance: "<urn:uuid:1>", path: "<sip:edge;lr>",
		userAgent: unique.Make("ExamplePhone"), local: unique.Make(home.Local), remote: home.Remote,
		registered: noon.UnixMilli(), expires: noon.UnixMilli() + 1, asked: 600, cseq: 1 << 31, regID: 7, q: 999, port: 65535, transport: 4, country: [2]byte{'D', 'K'},
	}
	if whole.blank() {
		t.Error("a field is not tested")
	}
	bare := record{userAgent: unique.Make(""), local: unique.Make(home.Local), remote: home.Remote}
	for _, id := range []phone.ID{"6925f0c2a1b2c3d4e5f60718", "desk"} {
		rs := []record{whole, bare}
		in := reader{rest: appendSet([]byte{journalVersion}, id, rs)}
		err := in.changes(func(got phone.ID, list []record) {
			if got != id || !slices.Equal(list, rs) {
				t.Errorf("%s: got %s %+v", id, got, list)
			}
		}, nil)
		if err != nil {
			t.Error(err)
		}
	}
}

// blank says whether a field has no value.
func (r *record) blank() bool {
	for _, s := range []string{r.username, r.contact, r.callID, r.instance, r.path, r.userAgent.Value(), r.remote.String()} {
		if s == "" {
			return true
		}
	}
	for _, n := range []int64{r.registered, r.expires, int64(r.asked), int64(r.cseq), int64(r.regID), int64(r.q), int64(r.port), int64(r.transport), int64(r.country[0])} {
		if n == 0 {
			return true
		}
	}
	return false
}

// What has gone without a REGISTER is not in the journal either, where it would
// come back with a restart or be taken for what was refreshed since.
func TestWhatHasGoneStaysGone(t *testing.T) {
	const (
		brief = "REGISTER sip:example.net\nCall-ID: a\nContact: <sip:a@192.0.2.10>;expires=60"
		long  = "REGISTER sip:example.net\nCall-ID: b\nContact: <sip:b@192.0.2.11>;expires=600"
	)
	expire := func(w *world) { w.wait(61 * time.Second); w.expireDue(w.clock()) }
	unbind := func(w *world) { w.Unbind("office", phone.BindingID("sip:a@192.0.2.10"), "removed") }
	for name, c := range map[string]struct {
		before, while, during func(*world) // a refresh of the other; it waits for the disk; the disk writes
	}{
		"expired before a refresh":           {before: expire},
		"expired while a refresh waits":      {while: expire},
		"expired while a refresh is written": {during: expire},
		"removed before a refresh":           {before: unbind},
		"removed while a refresh waits":      {while: unbind},
		"removed while a refresh is written": {during: unbind},
	} {
		t.Run(name, func(t *testing.T) {
			step := func(w *world, f func(*world)) {
				if f != nil {
					f(w)
				}
			}
			w := newWorld(nil)
			wants(t, w.ask(t, "office", home, 1, brief), 200)
			wants(t, w.ask(t, "office", home, 1, long), 200)
			step(w, c.before)
			text, err := message("office", long, 2, string(w.Door.Nonces.AppendIssue(nil, home.Remote.Addr())), digest.SHA256, password("office"))
			if err != nil {
				t.Fatal(err)
			}
			w.put(t, text, home)
			step(w, c.while)
			w.during = func() { w.during = nil; step(w, c.during) }
			for range 3 {
				wants(t, w.ask(t, "roamer", home, w.writes+1, hello), 200) // and all that waits
			}
			wants(t, w.ask(t, "office", home, 3, long), 200)
			if len(w.disk["office"]) != 1 || !slices.Equal(w.disk["office"], w.Registrar.live("office")) {
				t.Errorf("on disk %+v, in memory %+v", w.disk["office"], w.Registrar.live("office"))
			}
		})
	}
}

// When all come at once, they are not told to come back at once.
func TestARushIsSpread(t *testing.T) {
	w := newWorld(nil)
	s := w.table.shard("desk")
	now := w.clock()
	for range calm {
		if got := w.grant(s, 3600, now); got != 3600 {
			t.Fatalf("granted %d s in a calm second", got)
		}
	}
	seen := map[uint32]bool{}
	for range 1000 {
		got := w.grant(s, 3600, now)
		if got < 3240 || got > 3600 {
			t.Fatalf("granted %d s of 3600", got)
		}
		seen[got] = true
	}
	if len(seen) < 200 {
		t.Errorf("a thousand come back within %d seconds", len(seen))
	}
	if got := w.grant(s, 60, now); got != 60 {
		t.Errorf("granted %d s, which is less than the least", got)
	}
	if got := w.grant(s, 3600, now.Add(time.Second)); got != 3600 {
		t.Errorf("granted %d s in the next second", got)
	}
	if w.Stats().Spread == 0 {
		t.Error("not counted")
	}
}

func TestWithoutAJournalNothingWaitsForOne(t *testing.T) {
	w := newWorld(nil)
	w.Registrar.Journal = nil
	over := flow("tcp", "127.0.0.1:41000")
	wants(t, w.ask(t, "office", over, 1, hello), 200)
	w.FlowClosed(over)
	wants(t, w.ask(t, "desk", home, 1, hello), 200)
	w.Forget("desk", "deleted")
	if s := w.Stats(); s.Unsaved != 1 {
		t.Errorf("%+v", s)
	}
	if !w.save(t.Context()) || w.Stats().Unsaved != 0 || w.Stats().Phones != 0 {
		t.Errorf("%+v", w.Stats())
	}
}

func TestACommitUnderWayIsNotCutShort(t *testing.T) {
	w := newWorld(nil)
	wants(t, w.ask(t, "office", home, 1, hello), 200)
	w.Forget("office", "deleted")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if !w.save(ctx) || len(w.disk) != 0 {
		t.Errorf("on disk %v", w.disk)
	}
}

func FuzzJournal(f *testing.F) {
	f.Add(appendSet([]byte{journalVersion}, "desk", []record{bound("sip:1@192.0.2.1", "", "a", 1, 1, time.Hour)}))
	one := bound("sip:1@192.0.2.1", "x", "a", 1, 1, time.Hour)
	f.Add(appendRefresh([]byte{journalVersion}, "desk", 0, &one))
	f.Fuzz(func(t *testing.T, entry []byte) {
		in := reader{rest: entry}
		err := in.changes(func(phone.ID, []record) {}, func(phone.ID, int, record) {})
		if err != nil && !errors.Is(err, errJournal) {
			t.Error(err)
		}
	})
}
