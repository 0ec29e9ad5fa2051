package media

import (
	"fmt"
	"slices"
)

// answer takes the answer to the offer, arms what is agreed, and writes what the
// offerer is answered.
func (t *turn) answer(s *session) ([]byte, error) {
	says, err := s.sections(s.room)
	if err != nil {
		return nil, err
	}
	s.room = says
	if len(says) > len(t.to.media) {
		return nil, fmt.Errorf("%w: it has more streams than the offer", ErrMalformed)
	}
	if err := t.agree(says); err != nil {
		return nil, err
	}
	text, err := t.answered(s, says)
	if err != nil {
		return nil, err
	}
	if err := t.settle(says); err != nil {
		return nil, err
	}
	return text, nil
}

// at returns the answer's section for one m= line of the offer, and its index;
// nil for one that the answer has left out.
func (t *turn) at(says []section, i int) (*section, int) {
	j := t.fates[i].slot
	if j >= len(says) {
		return nil, -1
	}
	return &says[j], j
}

// agree says for each m= line of the offer whether it is on. What we did not
// offer cannot be taken.
func (t *turn) agree(says []section) error {
	for i := range t.says {
		f := &t.fates[i]
		f.agreed = false
		a, _ := t.at(says, i)
		if !f.passed || a == nil || !a.on {
			continue
		}
		if a.kind != t.says[i].kind {
			return fmt.Errorf("%w: stream %d is of another kind than the offer's", ErrMalformed, i+1)
		}
		if !t.allowed(a) {
			return fmt.Errorf("%w: stream %d", ErrSRTP, i+1)
		}
		f.agreed = true
	}
	return nil
}

// allowed reports whether the answerer's policy takes an answer. Its key counts
// for the suite that it names: we have offered all, and the tag, which should say
// the same (RFC 4568 section 5.1.2), is always 1 with some phones.
func (t *turn) allowed(a *section) bool {
	_, ok := t.to.config.SRTP.accepts(a.profile, len(a.crypto) > 0)
	return ok
}

// answered writes what the offerer is answered: its own m= lines in its own
// profile, with the key for the one of its a=crypto that was chosen.
func (t *turn) answered(s *session, says []section) ([]byte, error) {
	e := t.from.editor(s, says)
	defer e.finish()
	e.slots = e.slots[:len(t.says)]
	for i := range t.says {
		offer, o := &t.says[i], &e.slots[i]
		_, j := t.at(says, i)
		o.rest = offer.rest
		if j >= 0 && says[j].name == offer.name {
			o.from = j
		}
		if offer.profile != unknownProfile {
			o.profile = offer.profile
		}
		if !t.fates[i].agreed {
			continue
		}
		a, _ := t.media(i)
		o.port = int(a.rtp.port)
		if k := t.fates[i].keys; k != nil {
			o.secret = &a.keys().secret
			o.suites, o.tags = []suite{k.keys.suite}, []uint32{k.tag}
		}
	}
	return e.write()
}

// settle lets flow what is agreed, and nothing else.
func (t *turn) settle(says []section) error {
	for i := range t.fates {
		a, b := t.media(i)
		a.settled, b.settled = true, true
		a.name, a.kind, a.rest = t.says[i].name, t.says[i].kind, t.says[i].rest
		if !t.fates[i].agreed {
			a.part()
			b.part()
			continue
		}
		answer, _ := t.at(says, i)
		if err := t.connect(i, answer); err != nil {
			return err
		}
	}
	// What the offer did not speak of is off.
	for _, m := range t.from.media[len(t.says):] {
		m.part()
	}
	for j, m := range t.to.media {
		if !slices.ContainsFunc(t.fates, func(f fate) bool { return f.slot == j }) {
			m.part()
		}
	}
	if t.taken {
		t.release()
	}
	return nil
}

// connect arms the two media of a stream and joins them.
func (t *turn) connect(i int, answer *section) error {
	a, b := t.media(i)
	offer := &t.says[i]
	var theirs *keys
	if k := t.fates[i].keys; k != nil {
		theirs = &k.keys
	}
	if err := a.agree(theirs); err != nil {
		return err
	}
	theirs = nil
	if encrypted, _ := t.to.config.SRTP.accepts(answer.profile, len(answer.crypto) > 0); encrypted {
		theirs = &answer.crypto[0].keys
	}
	if err := b.agree(theirs); err != nil {
		return err
	}
	// Each sends by the numbers of the other's description (RFC 3264 section
	// 5.1); some by their own.
	a.arm(offer, t.from, both(answer.codecs, offer.codecs))
	b.arm(answer, t.to, both(offer.codecs, answer.codecs))
	a.rtp.speak(speechFor(offer, answer))
	b.rtp.speak(speechFor(answer, answer))
	a.join(b)
	return nil
}

// agree encrypts with the peer's key, or with none.
func (m *medium) agree(theirs *keys) error {
	if theirs == nil {
		m.plain()
		return nil
	}
	return m.encrypt(*theirs)
}

// both are the codecs of one description, and those of another that it has no
// number for.
func both(first, second []codec) []codec {
	all := slices.Clip(first) // nobody changes it: mostly it is all there is
	for _, c := range second {
		known := false
		for _, f := range first {
			known = known || f.kind == c.kind
		}
		if !known {
			all = append(all, c)
		}
	}
	return all
}
