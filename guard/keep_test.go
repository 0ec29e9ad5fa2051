package guard

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
)

// disk is a Store that tells the guard of what it keeps, as the real one does.
type disk struct {
	mu      sync.Mutex
	guard   *Guard
	bans    []*phone.Ban
	commits int
	full    bool
}

func (d *disk) SaveBans(_ context.Context, list []*phone.Ban) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return errors.New("disk full")
	}
	d.commits++
	d.bans = append(d.bans, list...)
	d.guard.Put(list...)
	return nil
}

func (d *disk) ExpireBans(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return errors.New("disk full")
	}
	d.commits++
	d.bans = slices.DeleteFunc(d.bans, func(b *phone.Ban) bool {
		ended := b.Ended(time.Now())
		if ended {
			d.guard.Drop(b)
		}
		return ended
	})
	return nil
}

// kept is what is on the disk, and how often it was written.
func (d *disk) kept() ([]*phone.Ban, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.bans), d.commits
}

func (d *disk) fill(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

// running is a guard that runs, and its disk.
func running(t *testing.T) (*world, *disk) {
	d := &disk{}
	w := &world{Guard: New(Config{Store: d})}
	d.guard = w.Guard
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return w, d
}

func TestBansAreWrittenTogetherAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := running(t)
		for range 3 {
			w.Sign(stranger, "sipvicious", "", "")
			w.Sign(office, "sipcli", "", "")
		}
		if bans, _ := d.kept(); !w.banned(stranger) || len(bans) > 0 {
			t.Error("a ban holds at once, and is written later")
		}
		time.Sleep(2 * settle)
		bans, commits := d.kept()
		if len(bans) != 2 || commits != 1 {
			t.Fatalf("%d bans in %d commits", len(bans), commits)
		}
		want := phone.Ban{Address: "198.51.100.7", Reason: "scanner", Origin: phone.BanAutomatic, Created: bans[0].Created, Until: bans[0].Created.Add(firstBan)}
		if got := *bans[0]; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		time.Sleep(firstBan)
		if bans, commits = d.kept(); w.banned(stranger) || len(bans) != 0 || w.Stats().Bans != 0 || commits > 3 {
			t.Errorf("they have not ended: %+v, %d commits", w.Stats(), commits)
		}
	})
}

func TestBansAreWrittenAtTheEnd(t *testing.T) {
	d := &disk{}
	w := &world{Guard: New(Config{Store: d})}
	d.guard = w.Guard
	w.scan()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	w.Run(ctx)
	if bans, _ := d.kept(); len(bans) != 1 {
		t.Errorf("%d bans on disk", len(bans))
	}
}

func TestADiskThatFailsIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := running(t)
		d.fill(true)
		w.scan()
		time.Sleep(5 * settle)
		if !w.banned(stranger) {
			t.Error("a ban that cannot be written does not hold")
		}
		d.fill(false)
		time.Sleep(2 * settle)
		if bans, _ := d.kept(); len(bans) != 1 {
			t.Fatal("it is not written when there is room again")
		}
		time.Sleep(firstBan - 8*settle)
		d.fill(true)
		time.Sleep(5 * settle)
		if w.banned(stranger) {
			t.Error("it goes on for the disk's sake")
		}
		d.fill(false)
		time.Sleep(2 * settle)
		if bans, _ := d.kept(); len(bans) != 0 {
			t.Error("it stays on disk")
		}
	})
}

// Strangers, phones, administrators and the disk at the same time.
func TestConcurrently(t *testing.T) {
	w := newWorld()
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				a := office
				if i%2 == 0 {
					a = stranger
				}
				w.Admit("udp", a)
				w.answer(a, username(i%50), i%3 == 0, Kind(i%3))
				w.Sign(a, "sipcli", "", "")
				b := &phone.Ban{Address: "203.0.113.0/24", Until: noon.Add(time.Duration(i) * time.Minute)}
				if n == 0 {
					w.Put(b)
					w.Drop(b)
					w.Forgive(username(i % 50))
					w.Stats()
					w.save(t.Context())
					w.bans.sweep(w.now())
				}
			}
		})
	}
	wg.Wait()
}
