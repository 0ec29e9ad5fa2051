package guard

import (
	"net/netip"
	"time"

	"ringfence/phone"
)

// Points speak against a source. They are counted in tenths.
const (
	// guessPoints are for each distinct username with a wrong password, whether or
	// not somebody has it: else the ban would tell.
	guessPoints  = 10
	signPoints   = 100
	brokenPoints = 1

	limit   = 300 // that ban, within a window
	tenfold = 10  // as many more are needed where phones have proven themselves

	firstBan = 10 * time.Minute
	lastBan  = 24 * time.Hour // and so long without a ban makes the next a first one

	mostBans = 50_000 // that the guard makes; beyond, sources are only limited
	// mostForged is up to how many bans there may be for one that may be forged to be
	// made: whoever forges addresses must not use up the room for those who guess.
	mostForged = 10_000
)

// proved says that the source of what speaks against it cannot be forged.
const proved = true

// Sign tells of a request without credentials: what its User-Agent calls itself,
// and the users of its From and To.
func (g *Guard) Sign(from netip.Addr, userAgent, fromUser, toUser string) {
	points := suspicion(userAgent, fromUser, toUser)
	if points == 0 {
		return
	}
	g.counts.signs.Add(1)
	g.suspect(from, points, "scanner")
}

// Broken tells of garbage that could not be parsed.
func (g *Guard) Broken(from netip.Addr) {
	g.counts.broken.Add(1)
	g.suspect(from, brokenPoints, "broken messages")
}

// suspect charges a source that may be forged, unless there are phones behind it.
func (g *Guard) suspect(from netip.Addr, points uint32, reason string) {
	s, now := sourceOf(from), g.second()
	if !g.isProven(s, now) && !g.trusts(from) {
		g.charge(s, points, !proved, reason, now)
	}
}

// charge adds points, and bans the source when they are too many.
func (g *Guard) charge(s source, points uint32, sure bool, reason string, now second) {
	most := uint32(limit)
	if g.isProven(s, now) {
		most *= tenfold
	}
	if lasts, sure := g.judged(s, points, most, sure, now); lasts > 0 {
		g.ban(s, reason, lasts, sure)
	}
}

// judged returns for how long the source is to be banned, 0 for not at all, and
// whether the reason cannot be forged. Then a ban is twice as long as the one
// before.
func (g *Guard) judged(s source, points, most uint32, sure bool, now second) (lasts time.Duration, proved bool) {
	hash := g.hash(s)
	set := g.scores.of(hash)
	set.Lock()
	defer set.Unlock()
	r, _ := set.claim(hash)
	if now.after(r.since, window) {
		r.points, r.since, r.sure = 0, now, false
	}
	if now.after(r.until, lastBan) {
		r.level = 0
	}
	r.points += points
	r.sure = r.sure || sure
	if r.points < most || r.until > now || !g.room(r.sure) {
		return 0, false
	}
	lasts, proved = firstBan, r.sure
	if proved {
		lasts = min(firstBan<<r.level, lastBan)
		r.level = min(r.level+1, 8)
	}
	r.points, r.sure, r.until = 0, false, now.plus(lasts)
	return lasts, proved
}

// acquit takes points off.
func (g *Guard) acquit(s source, points uint32) {
	hash := g.hash(s)
	set := g.scores.of(hash)
	set.Lock()
	defer set.Unlock()
	if r := set.find(hash); r != nil {
		r.points -= min(r.points, points)
	}
}

// ban bans at once, and has it written down by Run.
func (g *Guard) ban(s source, reason string, lasts time.Duration, sure bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.made) >= mostBans || !g.room(sure) { // the first when the disk fails
		return
	}
	now, network := g.Now(), s.network()
	end := now.Sub(g.start) + lasts
	if until, banned := g.bans.until(s, network.Addr()); banned && until >= end {
		return
	}
	g.counts.bans.Add(1)
	g.bans.put(map[netip.Prefix]time.Duration{network: end})
	g.made = append(g.made, &phone.Ban{
		Address: phone.BannedText(network), Reason: reason, Origin: phone.BanAutomatic,
		Created: phone.Moment(now), Until: phone.Moment(now.Add(lasts)),
	})
}

// room says whether there may be one more ban.
func (g *Guard) room(sure bool) bool {
	most := mostForged
	if sure {
		most = mostBans
	}
	if g.bans.len() < most {
		return true
	}
	g.counts.full.Add(1)
	return false
}

// Put takes over bans that are on disk, new or changed.
func (g *Guard) Put(list ...*phone.Ban) {
	all := make(map[netip.Prefix]time.Duration, len(list))
	for _, b := range list {
		p := b.Network()
		if !p.IsValid() {
			continue
		}
		all[p] = forever
		if !b.Until.IsZero() {
			all[p] = b.Until.Sub(g.start)
		}
		if s, ok := single(p); ok && b.Origin == phone.BanAutomatic {
			g.remember(s, b)
		}
	}
	g.bans.put(all)
}

// remember lets the next ban of a source be longer than one from before a
// restart.
func (g *Guard) remember(s source, b *phone.Ban) {
	hash := g.hash(s)
	set := g.scores.of(hash)
	set.Lock()
	defer set.Unlock()
	r, isNew := set.claim(hash)
	if !isNew {
		return
	}
	r.until = second(max(0, b.Until.Sub(g.start)/time.Second)) + 1
	for r.level = 1; r.level < 8 && firstBan<<r.level <= b.Until.Sub(b.Created); r.level++ {
	}
}

// Drop lifts a ban. If somebody has lifted it before its time, the source begins
// anew.
func (g *Guard) Drop(b *phone.Ban) {
	if b.Ended(g.Now()) { // by itself, and there may be another since
		return
	}
	p := b.Network()
	g.bans.drop(p)
	s, ok := single(p)
	if !ok {
		return
	}
	hash := g.hash(s)
	set := g.scores.of(hash)
	set.Lock()
	defer set.Unlock()
	if r := set.find(hash); r != nil {
		*r = score{}
	}
}
