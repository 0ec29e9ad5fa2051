package registrar

import (
	"cmp"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/door"
)

// Config is what a Registrar is made of. Where a default is given, zero means
// it.
type Config struct {
	Door    *door.Door
	Journal Journal // nil: nothing is kept on disk, and no answer waits for it
	Domain  string

	MinExpires, MaxExpires, DefaultExpires time.Duration // 1 min, 2 h, 1 h
	MaxContacts                            int           // of one phone; 5

	Country func(netip.Addr) string // for Binding.Country; nil leaves it empty
	// Publish hears of each change in order, under a lock: it must neither wait
	// nor call back.
	Publish func(phone.Event)
	// Wanted says whether anybody wants an event now; asked for refreshes, which
	// are too many to tell nobody of. nil: everything is wanted.
	Wanted func(phone.EventType) bool
	// Bound hears of each binding over UDP that is new or has come to be at another
	// address, restored ones too, and of no refresh. It is called under a lock as
	// Publish is; nil is nobody.
	Bound func(phone.Binding)
	// Came hears of each phone that registers when it was offline, before Publish
	// does and under the same lock; nil is nobody.
	Came func(phone.ID)
	Now  func() time.Time // time.Now
	Log  *slog.Logger     // nil is silence
}

// Registrar answers REGISTER. Its methods may be called from any goroutine.
type Registrar struct {
	Config
	table      *table
	jobs       sync.Pool      // of *job
	admissions chan struct{}  // a token for each of admitting
	admitting  sync.WaitGroup // goroutines that wait for a fence
	dates      dates

	committing sync.Mutex // guards what follows
	entry      []byte
	out        sip.Mail
	compaction compaction
}

// patience is how long a REGISTER waits for the lock of its fence, and how long
// for the disk. A phone gives up after 32 s (RFC 3261 timer F).
const patience = 5 * time.Second

// New makes a registrar without bindings; see Restore.
func New(c Config) *Registrar {
	c.MinExpires = cmp.Or(c.MinExpires, time.Minute)
	c.MaxExpires = cmp.Or(c.MaxExpires, 2*time.Hour)
	c.DefaultExpires = cmp.Or(c.DefaultExpires, time.Hour)
	c.MaxContacts = cmp.Or(c.MaxContacts, 5)
	if c.Country == nil {
		c.Country = func(netip.Addr) string { return "" }
	}
	if c.Publish == nil {
		c.Publish = func(phone.Event) {}
	}
	if c.Wanted == nil {
		c.Wanted = func(phone.EventType) bool { return true }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Registrar{Config: c, table: newTable(c.Now()), admissions: make(chan struct{}, admissions)}
}

// FlowClosed drops the bindings over a connection that has gone: without it the
// phone cannot be reached. It does nothing for UDP.
func (r *Registrar) FlowClosed(f sip.Flow) {
	if f.Network != "udp" {
		r.disconnect(routeOf(f))
	}
}

// Stats reads the counters.
func (r *Registrar) Stats() Stats { return r.table.counted() }
