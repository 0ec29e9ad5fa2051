package resync

import (
	"testing"
	"time"

	"ringfence/phone"
)

// missed is a phone that has fetched an hour ago and whose configuration was
// changed since, when it was offline.
func (o *office) missed(number int, change ...func(*phone.Phone)) phone.ID {
	id := o.put(number, change...)
	o.Book.ConfigLoaded(id, time.Now().Add(-time.Hour))
	o.Book.ConfigSaved(id, time.Now().Add(-time.Minute))
	return id
}

func TestAPhoneThatComesBackIsToldWhatItMissed(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		id := o.missed(1)
		o.Came(id)
		o.Came(id)
		o.expect(t, time.Minute, "2s 000001")
		o.Came(id) // it has said yes, and not fetched
		o.expect(t, time.Minute)
		o.change(id)
		o.expect(t, time.Minute, "2m2s 000001")
	})
}

func TestAPhoneThatWasSilentIsToldWhenItComesBack(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		id := o.missed(1)
		o.silent[id] = true
		o.Came(id)
		o.expect(t, time.Minute, "2s 000001")
		o.silent[id] = false
		o.Came(id)
		o.expect(t, time.Minute, "1m2s 000001")
	})
}

// A change while it waits is told even where the one before was told already.
func TestAChangeCountsMoreThanAReturn(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		id := o.missed(1)
		o.change(id)
		o.expect(t, time.Minute, "2s 000001")
		o.Came(id)
		o.Saved([]phone.ID{id})
		o.expect(t, time.Minute, "1m2s 000001")
	})
}

func TestWhoNeedNotBeToldWhenItComesBack(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		o.Book.PutModel(&phone.Model{ID: "bbbbbbbbbbbbbbbbbbbbbbb2", Capabilities: phone.ModelCapabilities{Provision: true}})
		never := o.put(1)
		o.Book.ConfigSaved(never, time.Now())
		started := o.missed(2)
		o.Book.ConfigLoaded(started, time.Now().Add(-lately+time.Second))
		o.Book.ConfigSaved(started, time.Now())
		uptodate := o.missed(3)
		o.Book.ConfigLoaded(uptodate, time.Now().Add(-2*lately))
		o.Book.ConfigSaved(uptodate, time.Now().Add(-3*lately))
		cannot := o.missed(4, func(p *phone.Phone) { p.Model = "bbbbbbbbbbbbbbbbbbbbbbb2" })
		bare := o.missed(5, func(p *phone.Phone) { p.MAC = "" })
		gone := o.missed(6)
		o.offline[gone] = true
		for _, id := range []phone.ID{never, started, uptodate, cannot, bare, gone, "999999"} {
			o.Came(id)
		}
		o.expect(t, time.Minute)
	})
}

// After a restart of the server all phones come within minutes.
func TestManyThatComeBackAreToldAtTheSamePace(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		for i := range 500 {
			o.Came(o.missed(i))
		}
		wait(t.Context(), 7*time.Second)
		if s := o.Stats(); s.Told < 249 || s.Told > 252 || s.Dropped != 50 {
			t.Errorf("%+v in five seconds", s)
		}
		wait(t.Context(), 6*time.Second)
		if s := o.Stats(); s.Told != 450 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	}, func(c *Config) { c.Most = 450 })
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	within(t, func(t *testing.T, o *office) {
		for i := range 3 {
			o.Came(o.missed(i))
			o.expect(t, time.Second*3, []string{"2s 000000", "5s 000001", "8s 000002"}[i])
		}
		if n := len(o.Pacer.told); n != 1 {
			t.Errorf("%d are remembered", n)
		}
	}, func(c *Config) { c.Most = 2 })
}
