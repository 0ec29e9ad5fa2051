package resync

import (
	"time"

	"ringfence/phone"
)

// lately is for how long a phone that has fetched is left alone when it comes
// online: it has just started, and does not start again for what came between.
const lately = time.Minute

// cause is why a device waits. A change counts more than a return.
type cause uint8

const (
	returned cause = iota // it is told only of what it was not told before
	changed
)

// Came notes that a phone has come online. It is told of a change that it missed,
// as soon as of one that is made now, and at the same pace: after a restart of the
// server all come. It does not block.
//
// A phone that has never fetched is not told: it is set up in another way. Nor
// is it told again what it has said yes to. There are phones that restart to fetch,
// and one that is not let have its configuration would do so for ever.
func (p *Pacer) Came(id phone.ID) {
	loaded, _, _ := p.Book.Configured(id)
	now := time.Now()
	if loaded.IsZero() || now.Sub(loaded) < lately || !p.Book.Stale(id) {
		return
	}
	if device := p.Book.MACOf(id); device != "" {
		p.add(turn{device, now.Add(p.Settle)}, returned)
		p.wake()
	}
}

// knows says whether a device has said yes to the word of a configuration.
func (p *Pacer) knows(device phone.MAC, saved time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	told, ok := p.told[device]
	return ok && !told.Before(saved)
}

// remember notes that it has. What there is no room for is told again some day.
func (p *Pacer) remember(device phone.MAC, saved time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.told) >= p.Most {
		clear(p.told)
	}
	p.told[device] = saved
}
