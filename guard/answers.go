package guard

import (
	"net/netip"
	"time"
)

// Kind is what was wrong with an answer to a challenge.
type Kind int

// The kinds of wrong answers.
const (
	WrongPassword  Kind = iota // of a phone that exists
	UnknownUser                // of nobody
	FormerPassword             // that was right once: its phone has not fetched its configuration since
)

const (
	window = 10 * time.Minute // in which failures and points add up

	pairMost  = 10 // failures of a pair that hold it off
	firstHold = time.Minute
	lastHold  = time.Hour

	nameMost = 100 // failures of a username, from wherever, that slow it
	slowed   = 10 * time.Minute
)

// Held says whether an answer of the username is not to be looked at: the pair
// has failed too often, or the username is under attack and was never right from
// there. Who is held off gets the same challenge as ever.
func (g *Guard) Held(from netip.Addr, username string) bool {
	if g.holding.Load() == 0 {
		return false
	}
	now := g.second()
	if now >= second(g.holding.Load()) || !g.heldAt(sourceOf(from), username, now) || g.trusts(from) {
		return false
	}
	g.counts.held.Add(1)
	return true
}

func (g *Guard) heldAt(s source, username string, now second) bool {
	name := g.hashOf(username)
	hash := pairOf(s, name, g.key)
	slowed, forgiven := g.slowed(name, now)
	return (slowed || g.heldOff(hash, now, forgiven)) && !g.isRight(hash, now)
}

// heldOff says whether a pair has failed too often after it was forgiven.
func (g *Guard) heldOff(hash uint64, now, forgiven second) bool {
	set := g.pairs.of(hash)
	set.Lock()
	defer set.Unlock()
	r := set.find(hash)
	return r != nil && r.held > now && r.heldAt >= forgiven
}

// slowed says whether a username is under attack, and since when failures of it
// count.
func (g *Guard) slowed(hash uint64, now second) (bool, second) {
	set := g.names.of(hash)
	set.Lock()
	defer set.Unlock()
	r := set.find(hash)
	if r == nil {
		return false, 0
	}
	return r.held > now, r.forgiven
}

// isRight says whether the pair has proven itself lately.
func (g *Guard) isRight(hash uint64, now second) bool {
	set := g.rights.of(hash)
	set.Lock()
	defer set.Unlock()
	r := set.find(hash)
	return r != nil && !now.after(r.last, g.Lately)
}

// Wrong tells of a wrong answer to a challenge that was made for the source, and
// has arrived there.
func (g *Guard) Wrong(from netip.Addr, username string, kind Kind) {
	g.counts.wrong[kind].Add(1)
	if g.trusts(from) {
		return
	}
	s, now, name := sourceOf(from), g.second(), g.hashOf(username)
	hash := pairOf(s, name, g.key)
	distinct := g.failed(hash, now, g.isRight(hash, now))
	if kind != UnknownUser { // nobody needs no protection
		g.attacked(name, now)
	}
	switch {
	case !distinct || kind == FormerPassword:
	case kind == UnknownUser:
		g.charge(s, guessPoints, proved, "unknown users", now)
	default:
		g.charge(s, guessPoints, proved, "wrong passwords", now)
	}
}

// failed counts a failure of a pair, and holds it off when they are too many. It
// says whether it is the first of late.
func (g *Guard) failed(hash uint64, now second, isRight bool) (distinct bool) {
	set := g.pairs.of(hash)
	set.Lock()
	defer set.Unlock()
	r, distinct := set.claim(hash)
	if now.after(r.since, window) {
		distinct, r.since, r.failures = true, now, 0
	}
	if now.after(r.held, lastHold) {
		r.level = 0
	}
	if r.failures++; r.failures < pairMost || isRight {
		return distinct
	}
	lasts := min(firstHold<<r.level, lastHold)
	r.level = min(r.level+1, 7)
	r.held, r.heldAt, r.since, r.failures = now.plus(lasts), now, now, 0
	g.holds(r.held)
	return distinct
}

// attacked counts a failure of a username, and slows it when they are too many.
func (g *Guard) attacked(hash uint64, now second) {
	set := g.names.of(hash)
	set.Lock()
	defer set.Unlock()
	r, _ := set.claim(hash)
	if now.after(r.since, window) {
		r.since, r.failures = now, 0
	}
	if r.failures++; r.failures >= nameMost {
		r.held, r.since, r.failures = now.plus(slowed), now, 0
		g.holds(r.held)
	}
}

// holds remembers the last end of all holds, and counts one.
func (g *Guard) holds(until second) {
	g.counts.holds.Add(1)
	for {
		was := g.holding.Load()
		if was >= uint32(until) || g.holding.CompareAndSwap(was, uint32(until)) {
			return
		}
	}
}

// Right tells of a proof: the username's phone is behind the source.
func (g *Guard) Right(from netip.Addr, username string) {
	s, now := sourceOf(from), g.second()
	name := g.hashOf(username)
	hash := pairOf(s, name, g.key)
	if !g.noteRight(hash, now) {
		g.acquit(s, guessPoints)
	}
	g.notePhone(s, name, now)
}

// noteRight says whether the pair was right lately. What it has failed before is
// forgotten with its first success.
func (g *Guard) noteRight(hash uint64, now second) (before bool) {
	set := g.rights.of(hash)
	set.Lock()
	r, isNew := set.claim(hash)
	before = !isNew && !now.after(r.last, g.Lately)
	r.last = now
	set.Unlock()
	if before {
		return true
	}
	failed := g.pairs.of(hash)
	failed.Lock()
	defer failed.Unlock()
	if r := failed.find(hash); r != nil {
		*r = pair{}
	}
	return false
}

// notePhone counts a phone behind the source.
func (g *Guard) notePhone(s source, name uint64, now second) {
	hash := g.hash(s)
	set := g.proven.of(hash)
	set.Lock()
	defer set.Unlock()
	r, isNew := set.claim(hash)
	switch {
	case isNew, now.after(r.since, 2*g.Lately):
		r.seen, r.seenBefore, r.since = 0, 0, now
	case now.after(r.since, g.Lately):
		r.seen, r.seenBefore, r.since = 0, r.seen, now
	}
	r.seen |= 1 << (name & 63)
	r.last = now
}

// isProven says whether there was a phone behind the source lately.
func (g *Guard) isProven(s source, now second) bool {
	hash := g.hash(s)
	set := g.proven.of(hash)
	set.Lock()
	defer set.Unlock()
	r := set.find(hash)
	return r != nil && !now.after(r.last, g.Lately)
}

// Forgive ends the holds of a username: it has a new password, and the phone
// that was held off with the old one need not wait.
func (g *Guard) Forgive(username string) {
	if g.holding.Load() == 0 {
		return
	}
	now, hash := g.second(), g.hashOf(username)
	set := g.names.of(hash)
	set.Lock()
	defer set.Unlock()
	r, _ := set.claim(hash)
	*r = name{forgiven: now + 1}
}
