package guard

import (
	"maps"
	"math"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const shards = 1 << 10

const forever = time.Duration(math.MaxInt64)

// bans are what is banned and until when, in the guard's time. Who asks takes no
// lock: a change replaces the part that it is in.
type bans struct {
	key    uint64     // of the hash
	mu     sync.Mutex // held while something changes; guards count and next
	count  int
	next   time.Duration // when the first of them ends, or earlier
	some   atomic.Bool   // there are any
	shards [shards]atomic.Pointer[map[source]time.Duration]
	wide   atomic.Pointer[networks]
}

// networks are the bans that are not of one source.
type networks struct {
	bits4, bits6 []int // which lengths there are
	until        map[netip.Prefix]time.Duration
}

// until says until when an address is banned, false when it is not.
func (b *bans) until(s source, a netip.Addr) (until time.Duration, banned bool) {
	if !b.some.Load() {
		return 0, false
	}
	if m := b.shard(s).Load(); m != nil {
		until, banned = (*m)[s]
	}
	if n := b.wide.Load(); n != nil && len(n.until) > 0 {
		around, in := n.of(a.Unmap())
		until, banned = max(until, around), banned || in
	}
	return until, banned
}

func (b *bans) shard(s source) *atomic.Pointer[map[source]time.Duration] {
	return &b.shards[mix(uint64(s), b.key)%shards]
}

// of is the ban of the networks around an address that ends last.
func (n *networks) of(a netip.Addr) (until time.Duration, banned bool) {
	lengths := n.bits6
	if a.Is4() {
		lengths = n.bits4
	}
	for _, bits := range lengths {
		p, err := a.Prefix(bits)
		if err != nil {
			continue
		}
		if u, ok := n.until[p]; ok {
			until, banned = max(until, u), true
		}
	}
	return until, banned
}

// put adds bans, or changes when they end.
func (b *bans) put(list map[netip.Prefix]time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wide := map[netip.Prefix]time.Duration{}
	for p, until := range list {
		if b.count == 0 || until < b.next {
			b.next = until
		}
		if s, ok := single(p); ok {
			b.edit(s, func(m map[source]time.Duration) { m[s] = until })
		} else {
			wide[p] = until
		}
	}
	if len(wide) > 0 {
		b.editWide(func(m map[netip.Prefix]time.Duration) { maps.Copy(m, wide) })
	}
}

// drop lifts a ban. One that is not there is lifted already.
func (b *bans) drop(p netip.Prefix) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, ok := single(p); ok {
		b.edit(s, func(m map[source]time.Duration) { delete(m, s) })
	} else {
		b.editWide(func(m map[netip.Prefix]time.Duration) { delete(m, p) })
	}
}

// edit changes a copy of the part that a source is in. It is called with the
// mutex held.
func (b *bans) edit(s source, change func(map[source]time.Duration)) {
	m := map[source]time.Duration{}
	at := b.shard(s)
	if old := at.Load(); old != nil {
		m = maps.Clone(*old)
	}
	b.count -= len(m)
	change(m)
	b.count += len(m)
	at.Store(&m)
	b.some.Store(b.count > 0)
}

// editWide is the same for networks.
func (b *bans) editWide(change func(map[netip.Prefix]time.Duration)) {
	m := map[netip.Prefix]time.Duration{}
	if old := b.wide.Load(); old != nil {
		m = maps.Clone(old.until)
	}
	b.count -= len(m)
	change(m)
	b.count += len(m)
	b.wide.Store(newNetworks(m))
	b.some.Store(b.count > 0)
}

func newNetworks(until map[netip.Prefix]time.Duration) *networks {
	n := &networks{until: until}
	for p := range until {
		lengths := &n.bits6
		if p.Addr().Is4() {
			lengths = &n.bits4
		}
		if !slices.Contains(*lengths, p.Bits()) {
			*lengths = append(*lengths, p.Bits())
		}
	}
	return n
}

// ended says whether a ban may have ended by now.
func (b *bans) ended(now time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count > 0 && b.next <= now
}

// sweep forgets the bans that have ended, and finds the next.
func (b *bans) sweep(now time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next = forever
	for i := range b.shards {
		old := b.shards[i].Load()
		if old == nil {
			continue
		}
		left := stillOn(*old, now, &b.next)
		b.count -= len(*old) - len(left)
		b.shards[i].Store(&left)
	}
	if old := b.wide.Load(); old != nil {
		left := stillOn(old.until, now, &b.next)
		b.count -= len(old.until) - len(left)
		b.wide.Store(newNetworks(left))
	}
	b.some.Store(b.count > 0)
}

// stillOn are the bans that go on, the map itself when all do, and the first
// end of them.
func stillOn[K comparable](m map[K]time.Duration, now time.Duration, next *time.Duration) map[K]time.Duration {
	left := m
	for k, until := range m {
		if until > now {
			*next = min(*next, until)
			continue
		}
		if len(left) == len(m) {
			left = maps.Clone(m)
		}
		delete(left, k)
	}
	return left
}

func (b *bans) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count
}
