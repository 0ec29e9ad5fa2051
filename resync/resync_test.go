package resync

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
)

const desk phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb1"

// office is a Book of phones, and who was told of a new configuration when.
type office struct {
	*Pacer
	begin   time.Time
	offline map[phone.ID]bool
	silent  map[phone.ID]bool

	mu   sync.Mutex
	told []string // "2s 000001"
}

// within runs a test in a time of its own, with a Pacer at work.
func within(t *testing.T, do func(t *testing.T, o *office), changes ...func(*Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{begin: time.Now(), offline: map[phone.ID]bool{}, silent: map[phone.ID]bool{}}
		c := Config{
			Book: phone.NewBook("example.net", []int{1}), Log: slog.New(slog.DiscardHandler),
			Online: func(id phone.ID) bool { return !o.offline[id] }, Tell: o.tell,
			Able: func(m *phone.Model) bool { return m.Capabilities.SIPConfigReload },
		}
		for _, change := range changes {
			change(&c)
		}
		o.Pacer = New(c)
		o.Book.PutModel(&phone.Model{ID: desk, Capabilities: phone.ModelCapabilities{Provision: true, SIPConfigReload: true}})
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { o.Run(ctx) })
		do(t, o)
		cancel()
		run.Wait()
	})
}

func (o *office) tell(_ context.Context, id phone.ID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, fmt.Sprint(time.Since(o.begin).Round(time.Millisecond), " ", id))
	if o.silent[id] {
		return errors.New("silence")
	}
	return nil
}

// put adds a phone; its number is its id and, unless it is told, its MAC address.
func (o *office) put(number int, change ...func(*phone.Phone)) phone.ID {
	p := phone.New("aaaaaaaaaaaaaaaaaaaaaaa1")
	p.ID, p.Model = phone.ID(fmt.Sprintf("%06d", number)), desk
	p.Username, p.MAC = string(p.ID), phone.MAC(fmt.Sprintf("00041300%04d", number))
	for _, f := range change {
		f(p)
	}
	o.Book.PutPhone(p)
	return p.ID
}

// change saves another configuration of phones now.
func (o *office) change(ids ...phone.ID) {
	for _, id := range ids {
		o.Book.ConfigSaved(id, time.Now())
	}
	o.Saved(ids)
}

func (o *office) expect(t *testing.T, after time.Duration, want ...string) {
	t.Helper()
	time.Sleep(after)
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	if fmt.Sprint(o.told) != fmt.Sprint(want) {
		t.Errorf("told %q, want %q", o.told, want)
	}
	o.told = nil
}

func TestAPhoneThatIsChangedOftenIsToldOnce(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		id := o.put(1)
		for range 10 {
			o.change(id)
			time.Sleep(100 * time.Millisecond)
		}
		o.expect(t, time.Minute, "2s 000001")
		o.change(id)
		o.expect(t, time.Minute, "1m3s 000001")
	})
}

func TestManyAreToldAtASteadyPace(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		var ids []phone.ID
		for i := range 500 {
			ids = append(ids, o.put(i))
		}
		o.change(ids...)
		time.Sleep(7 * time.Second)
		synctest.Wait()
		if s := o.Stats(); s.Told < 249 || s.Told > 252 {
			t.Errorf("%+v in five seconds", s)
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if s := o.Stats(); s.Told != 500 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhoNeedNotBeTold(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		o.Book.PutModel(&phone.Model{ID: "bbbbbbbbbbbbbbbbbbbbbbb2", Capabilities: phone.ModelCapabilities{Provision: true}})
		offline, fetched, gone := o.put(1), o.put(2), o.put(3)
		cannot := o.put(4, func(p *phone.Phone) { p.Model = "bbbbbbbbbbbbbbbbbbbbbbb2" })
		bare := o.put(5, func(p *phone.Phone) { p.MAC = "" })
		last := o.put(6)
		o.offline[offline] = true
		o.change(offline, fetched, gone, cannot, bare, "999999", last)
		o.Book.ConfigLoaded(fetched, time.Now().Add(time.Millisecond))
		o.Book.DropPhone(gone)
		o.expect(t, time.Minute, "2s 000006")
		if s := o.Stats(); s.Left != 4 || s.Told != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// Handsets share a base: it is told by one of them that is online, and by the
// next one where that does not answer.
func TestHandsetsOfABaseAreOneDevice(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		var ids []phone.ID
		for i := range 4 {
			ids = append(ids, o.put(i, func(p *phone.Phone) { p.MAC, p.HandsetIndex = "0004130000FF", &i }))
		}
		o.offline[ids[0]], o.silent[ids[1]] = true, true
		o.change(ids...)
		o.expect(t, time.Minute, "2s 000001", "2s 000002")
	})
}

func TestASilentPhoneIsLeftAlone(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		id := o.put(1)
		o.silent[id] = true
		o.change(id)
		o.expect(t, time.Hour, "2s 000001")
		if s := o.Stats(); s.Failed != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestTheQueueIsBounded(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		o.change(o.put(1), o.put(2), o.put(3))
		o.expect(t, time.Minute, "2s 000001", "2.02s 000002")
		if s := o.Stats(); s.Dropped != 1 {
			t.Errorf("%+v", s)
		}
	}, func(c *Config) { c.Most = 2 })
}

// What phones are slow to answer does not hold up more than its places.
func TestSlowPhonesHoldUpNobody(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		o.change(o.put(1), o.put(2), o.put(3))
		o.expect(t, 10*time.Minute, "2s 000001", "1m2s 000002", "2m2s 000003")
	}, func(c *Config) {
		tell := c.Tell
		c.Asking, c.Tell = 1, func(ctx context.Context, id phone.ID) error {
			err := tell(ctx, id)
			wait(ctx, time.Minute)
			return err
		}
	})
}

func BenchmarkSaved(b *testing.B) {
	p := New(Config{Book: phone.NewBook("example.net", []int{1}), Most: 1})
	p.Book.PutPhone(&phone.Phone{ID: "000001", Username: "x", MAC: "000413000001", PBXCluster: 1})
	ids := []phone.ID{"000001"}
	b.ReportAllocs()
	for b.Loop() {
		p.Saved(ids)
	}
}
