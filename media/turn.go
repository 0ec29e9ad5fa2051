package media

import (
	"errors"
	"slices"
)

// turn is one offer, and its answer when there is one (RFC 3264).
type turn struct {
	from, to *End
	says     []section // the offer, by its m= lines
	fates    []fate    // of each of them
	taken    bool      // its media count it as pending

	oneSays [1]section // room for what most calls have: sound, and nothing else
	oneFate [1]fate
}

// fate is what becomes of an m= line that is offered.
type fate struct {
	slot   int         // its index in the answerer's session
	keys   *cryptoLine // the one that is taken; nil for none
	passed bool        // it is offered to the other peer
	agreed bool        // the last answer has it on
}

// newTurn judges an offer: which of its streams are passed on, and where they
// stand in the session with the other peer.
func newTurn(from, to *End, s *session) (*turn, error) {
	t := &turn{from: from, to: to}
	var err error
	if t.says, err = s.sections(t.oneSays[:]); err != nil {
		return nil, err
	}
	t.fates = slices.Grow(t.oneFate[:0], len(t.says))[:len(t.says)]
	if err := t.judge(s); err != nil {
		return nil, err
	}
	t.place()
	return t, nil
}

// judge passes the first audio that can be had, and all video. Phones that offer
// sound twice mean "either": encrypted or not.
func (t *turn) judge(s *session) error {
	var any, sound, foreign, secret bool
	for i := range t.says {
		says := &t.says[i]
		foreign = foreign || says.kind != Other && says.profile == unknownProfile && s.streams[i].port != 0
		if !says.on || says.kind == Audio && sound {
			continue
		}
		encrypted, ok := t.from.config.SRTP.accepts(says.profile, len(says.crypto) > 0)
		if !ok {
			secret = true
			continue
		}
		if encrypted {
			t.fates[i].keys = &says.crypto[0]
		}
		t.fates[i].passed, any, sound = true, true, sound || says.kind == Audio
	}
	switch {
	case any:
		return nil
	case secret:
		return ErrSRTP
	case foreign:
		return ErrProfile
	}
	return ErrNoMedia
}

// place finds for each m= line of the offer one of the other session: there the
// lines of earlier offers keep their places (RFC 3264 section 8), which after a
// transfer were somebody else's.
func (t *turn) place() {
	used := make([]bool, len(t.to.media)+len(t.says))
	for i := range t.says {
		j := t.free(i, used)
		used[j], t.fates[i].slot = true, j
	}
}

// free returns the place for one m= line: the same as in the offer if that is of
// its kind, else the first that is, else a new one.
func (t *turn) free(i int, used []bool) int {
	known := t.to.media
	if i < len(known) && !used[i] && known[i].name == t.says[i].name {
		return i
	}
	for j, m := range known {
		if !used[j] && m.name == t.says[i].name {
			return j
		}
	}
	return len(known) + slices.Index(used[len(known):], false)
}

// take makes the slots of both sessions and the ports of what is passed on.
func (t *turn) take() error {
	t.taken = true
	for i := range t.says {
		a := t.from.slot(i, &t.says[i])
		b := t.to.slot(t.fates[i].slot, &t.says[i])
		a.pending++
		b.pending++
	}
	for i := range t.fates {
		if !t.fates[i].passed {
			continue
		}
		a, b := t.media(i)
		if err := errors.Join(t.from.open(a), t.to.open(b)); err != nil {
			return err
		}
	}
	return nil
}

// media returns the two media of one m= line of the offer.
func (t *turn) media(i int) (from, to *medium) {
	return t.from.media[i], t.to.media[t.fates[i].slot]
}

// withdraw gives up an offer that has had no answer, and with it the ports that
// were for it alone.
func (t *turn) withdraw() {
	if !t.taken {
		return
	}
	t.release()
	for i := range t.says {
		a, b := t.media(i)
		t.from.drop(a)
		t.to.drop(b)
	}
	t.from.trim()
	t.to.trim()
}

// release says that the turn waits for nothing any more.
func (t *turn) release() {
	t.taken = false
	for i := range t.says {
		a, b := t.media(i)
		a.pending--
		b.pending--
	}
}

// drop closes the ports of a medium that no answer has settled and that no
// other offer is about.
func (n *End) drop(m *medium) {
	if !m.settled && m.pending == 0 {
		_ = m.close(n.engine.ports)
	}
}

// offer writes what the other peer is offered.
func (t *turn) offer(s *session) ([]byte, error) {
	e := t.to.editor(s, t.says)
	defer e.finish()
	for i, f := range t.fates {
		_, b := t.media(i)
		o := slot{from: i}
		if f.passed {
			o = t.offered(i, b)
		}
		e.slots[f.slot] = o
	}
	return e.write()
}

// offered is the slot of a stream that is passed on.
func (t *turn) offered(i int, b *medium) slot {
	o := slot{from: i, port: int(b.rtp.port)}
	var keyed bool
	if o.profile, keyed = t.to.config.SRTP.offers(t.says[i].profile); keyed {
		o.secret = &b.keys().secret
		for s := 1; s < len(suites); s++ {
			o.suites, o.tags = append(o.suites, suite(s)), append(o.tags, uint32(s))
		}
	}
	return o
}
