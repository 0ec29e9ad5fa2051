package media

import (
	"encoding/binary"
	"math/rand/v2"
)

// Play lets the End's peer hear a tone: once, or until Silence. It is heard in
// the place of what another peer sends, until the two Ends are joined anew by an
// answer: then the first packet of the other ends it, so that there is neither a
// gap nor two voices. A tone that is being played goes on as it is.
//
// Nothing is heard by a peer that has agreed to no sound, to none in which we
// can speak (G.711, G.722), or that wants none now; and none of a direct link.
func (n *End) Play(t *Tone) {
	_ = t.waves() // here, and not where packets wait
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.sound(); s != nil {
		s.play(t, n.engine.now().UnixNano())
		s.thread.band.add(s)
	}
}

// Silence ends what Play has begun.
func (n *End) Silence() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.sound(); s != nil {
		s.hush()
	}
}

// sound is the stream of the End's sound, nil for none.
func (n *End) sound() *stream {
	for _, m := range n.media {
		if m.kind == Audio && m.rtp != nil && !m.shut {
			return m.rtp
		}
	}
	return nil
}

// speech is how a peer is spoken to: with a number of its own for a law.
type speech struct {
	kind uint8
	law  law // noLaw: not at all
}

// speechFor chooses the first codec of the answer in which we can speak, by the
// number that the peer has for it, if it listens.
func speechFor(peer, answer *section) speech {
	if peer.held() || peer.direction == SendOnly || peer.direction == Inactive {
		return speech{}
	}
	for _, c := range answer.codecs {
		for _, own := range peer.codecs {
			if l := lawOf(c); l != noLaw && lawOf(own) == l {
				return speech{own.kind, l}
			}
		}
	}
	return speech{}
}

// player plays tones to the peer of one stream. It is a source of its own in the
// words of RFC 3550, and always the same: SRTP counts its packets. The stream's
// tx guards it.
type player struct {
	tone   *Tone // nil for silence
	at     int   // how many octets of it have been played
	yields bool  // to the next packet of the linked End

	ssrc  uint32
	seq   uint16
	stamp uint32
	left  int64 // when stamp was, Unix time in ns
	fresh bool  // the next packet is the first after silence
}

// newPlayer begins anywhere (RFC 3550 section 5.1), but for the sequence numbers
// in the lower half, so that nobody takes them for those before their first
// rollover (RFC 3711 section 3.3.1).
func newPlayer(now int64) *player {
	return &player{ssrc: rand.Uint32(), seq: uint16(rand.Uint32()) >> 1, stamp: rand.Uint32(), left: now}
}

// begin plays a tone from its beginning. The clock has gone on in the silence.
func (p *player) begin(t *Tone, now int64) {
	p.tone, p.at, p.fresh = t, 0, true
	p.stamp += uint32(max(now-p.left, 0) / 125_000)
}

// next writes the next packet of the tone.
func (p *player) next(to speech, room []byte) []byte {
	b := append(room[:0], 0x80, to.kind) // RFC 3550 section 5.1
	if p.fresh {
		b[1] |= 0x80 // RFC 3551 section 4.1
	}
	p.seq, p.fresh = p.seq+1, false
	b = binary.BigEndian.AppendUint16(b, p.seq)
	b = binary.BigEndian.AppendUint32(b, p.stamp)
	b = binary.BigEndian.AppendUint32(b, p.ssrc)
	return append(b, p.tone.waves()[to.law][p.at:p.at+frame]...)
}

// pass lets the time of some packets go by.
func (p *player) pass(packets int, now int64) {
	p.at += packets * frame
	p.stamp += uint32(packets * frame)
	p.left = now
	switch whole := p.tone.octets(); {
	case p.at < whole:
	case p.tone.once:
		p.tone = nil
	default:
		p.at %= whole
	}
}

// play begins a tone, unless that is being played.
func (s *stream) play(t *Tone, now int64) {
	s.tx.Lock()
	defer s.tx.Unlock()
	if s.player == nil {
		s.player = newPlayer(now)
	}
	if s.player.yields = false; s.player.tone != t {
		s.player.begin(t, now)
	}
}

func (s *stream) hush() {
	s.tx.Lock()
	defer s.tx.Unlock()
	if s.player != nil {
		s.player.tone = nil
	}
}

// plays reports whether there is something to be played.
func (s *stream) plays() bool {
	s.tx.Lock()
	defer s.tx.Unlock()
	return s.playing()
}

// playing is plays for who holds tx.
func (s *stream) playing() bool { return s.player != nil && s.player.tone != nil && s.sock.open() }

// speak settles how the peer is spoken to from now on.
func (s *stream) speak(how speech) {
	s.tx.Lock()
	defer s.tx.Unlock()
	s.speech = how
}

// yield lets the linked End's packets end a tone.
func (s *stream) yield() {
	s.tx.Lock()
	defer s.tx.Unlock()
	if s.player != nil {
		s.player.yields = true
	}
}

// interrupted reports whether packets of the linked End may leave: they end a
// tone, or are not heard beside it. The caller holds tx.
func (s *stream) interrupted() bool {
	if s.playing() && !s.player.yields {
		return false
	}
	if s.player != nil {
		s.player.tone = nil
	}
	return true
}

// maxBeats is how many packets are sent at once when the thread was late; more
// are left out.
const maxBeats = 3

// perform sends the packets of the tone for some beats, and says whether there
// are more.
func (s *stream) perform(n *band, beats int, now int64, b *batch) (sent int, more bool) {
	s.tx.Lock()
	defer s.tx.Unlock()
	switch late := beats - maxBeats; {
	case !s.playing():
	case s.player.fresh: // it was not waiting for all of them
		beats = min(beats, 1)
	case late > 0:
		s.player.pass(late, now)
		beats = maxBeats
	}
	for ; beats > 0 && s.playing(); beats-- {
		sent += s.beat(n, now, b)
	}
	return sent, s.playing()
}

// beat sends one packet of the tone, where there is somebody to hear it.
func (s *stream) beat(n *band, now int64, b *batch) (sent int) {
	p := s.player
	if s.speech.law == noLaw || s.to.size == 0 {
		p.fresh = true
	} else {
		n.sheet[0].bytes = p.next(s.speech, n.room[:])
		sent = s.depart(n.sheet[:], now, b)
	}
	p.pass(1, now)
	return sent
}
