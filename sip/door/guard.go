package door

import (
	"hash/maphash"
	"net/netip"
	"sync/atomic"
	"time"

	"ringfence/guard"
	"ringfence/phone"
)

// Guard holds off those who guess. Its methods must not block.
type Guard interface {
	// Held says whether nothing that this username shows from there counts.
	Held(source netip.Addr, username string) bool
	// Wrong is told of a wrong answer to a fresh challenge made for the source.
	Wrong(source netip.Addr, username string, kind guard.Kind)
	// Right is told of each proof that the fence has let in.
	Right(source netip.Addr, username string)
	// Sign is told what a request says of itself that brings no credentials for
	// us.
	Sign(source netip.Addr, userAgent, fromUser, toUser string)
}

type noGuard struct{}

func (noGuard) Held(netip.Addr, string) bool            { return false }
func (noGuard) Wrong(netip.Addr, string, guard.Kind)    {}
func (noGuard) Right(netip.Addr, string)                {}
func (noGuard) Sign(netip.Addr, string, string, string) {}

// quiet lets the log speak of one thing of one phone once a minute, and of all
// not more often than it has places: two that share one wait for each other.
type quiet struct {
	seed   maphash.Seed
	places [1024]atomic.Int64 // when the last was told, Unix seconds
}

const quietFor = 60 // seconds

func newQuiet() *quiet { return &quiet{seed: maphash.MakeSeed()} }

// speak says whether it is time again.
func (q *quiet) speak(what string, id phone.ID, now time.Time) bool {
	place := &q.places[(maphash.String(q.seed, what)^maphash.String(q.seed, string(id)))%uint64(len(q.places))]
	last := place.Load()
	return now.Unix() >= last+quietFor && place.CompareAndSwap(last, now.Unix())
}
