package guard

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"hash/maphash"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
)

// Store keeps the bans on disk. What it has committed it tells to whoever calls
// Put and Drop.
type Store interface {
	// SaveBans adds bans that the guard has made.
	SaveBans(ctx context.Context, list []*phone.Ban) error
	// ExpireBans deletes those that have ended.
	ExpireBans(ctx context.Context) error
}

// Config is what a Guard stands on.
type Config struct {
	Rate    float64        // what a stranger may send a second; 0 is no limit
	Trusted []netip.Prefix // never limited, held off or banned
	// Busy names sources that have no rate but may be banned: a trunk is one address
	// with the calls of many phones. It is asked about what is over the rate; nil is
	// nobody.
	Busy func(netip.Addr) bool
	// Lately is how long a phone that has proven itself counts: as long as a
	// registration may last. 0 is an hour.
	Lately time.Duration
	Store  Store            // nil keeps nothing
	Now    func() time.Time // nil is time.Now
	Log    *slog.Logger     // nil is silence
}

// Guard judges sources. It is safe for concurrent use.
type Guard struct {
	Config
	start time.Time
	key   uint64       // of the hashes
	seed  maphash.Seed // of the hashes of names
	clock atomic.Int64 // the time since start that was read last

	bans      bans
	strangers strangers
	pace      time.Duration // of a stranger
	paces     paces

	proven  table[proven, *proven]
	rights  table[right, *right]
	scores  table[score, *score]
	pairs   table[pair, *pair]
	names   table[name, *name]
	holding atomic.Uint32 // the last end of all holds

	mu     sync.Mutex   // guards made
	made   []*phone.Ban // since Run has saved them
	counts counts
}

// New makes a guard that has banned nobody.
func New(c Config) *Guard {
	if c.Lately <= 0 {
		c.Lately = time.Hour
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	var key [8]byte
	_, _ = rand.Read(key[:]) // never fails
	g := &Guard{
		Config: c, start: c.Now(), key: binary.BigEndian.Uint64(key[:]), seed: maphash.MakeSeed(),
		proven: newTable[proven](provenRows), rights: newTable[right](rightRows), scores: newTable[score](scoreRows),
		pairs: newTable[pair](pairRows), names: newTable[name](nameRows),
	}
	g.bans.key = g.key
	if c.Rate > 0 {
		g.pace, g.paces = time.Duration(float64(time.Second)/c.Rate), newPaces(c.Rate)
	}
	return g
}

// Admit says whether a packet or connection from the source may be read. It is
// quick enough to be asked about every packet of a flood, and allocates nothing.
func (g *Guard) Admit(network string, from netip.Addr) bool {
	s := sourceOf(from)
	if until, banned := g.bans.until(s, from); banned && until > g.now() && !g.trusts(from) {
		g.counts.banned.Add(1)
		return false
	}
	if g.pace == 0 {
		return true
	}
	medium := mediumOf(network)
	// The clock costs as much as all the rest: it is read when the time that is
	// known does not suffice.
	if g.pass(s, medium, time.Duration(g.clock.Load())) || g.pass(s, medium, g.now()) || g.trusts(from) || g.Busy != nil && g.Busy(from) {
		return true
	}
	g.counts.limited.Add(1)
	return false
}

// pass asks the meter of the source, its own if there are phones behind it.
func (g *Guard) pass(s source, medium int, now time.Duration) (ok bool) {
	hash := g.hash(s)
	set := g.proven.of(hash)
	set.Lock()
	if r := set.find(hash); r != nil {
		each := g.pace
		if !seconds(now).after(r.last, g.Lately) {
			each = g.paces.of(r.seen | r.seenBefore)
		}
		m := &r.meters[medium]
		*m, ok = m.pass(now, each)
		set.Unlock()
		return ok
	}
	set.Unlock()
	return g.strangers.pass(hash+uint64(medium), now, g.pace)
}

// mediumOf tells UDP, where a source can be forged, from connections.
func mediumOf(network string) int {
	if network == "udp" {
		return 0
	}
	return 1
}

func (g *Guard) trusts(a netip.Addr) bool {
	if len(g.Trusted) == 0 {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, p := range g.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// now reads the clock: the time since the guard was made.
func (g *Guard) now() time.Duration {
	d := g.Now().Sub(g.start)
	g.clock.Store(int64(d))
	return d
}

// second is now in whole seconds.
func (g *Guard) second() second { return seconds(g.now()) }

func (g *Guard) hash(s source) uint64 { return mix(uint64(s), g.key) }

// hashOf is of a username, and pairOf of where it was used.
func (g *Guard) hashOf(username string) uint64 { return maphash.String(g.seed, username) }

func pairOf(s source, name, key uint64) uint64 { return mix(uint64(s), key^name) }
