package media

import (
	"slices"
	"sync"
)

// band are the streams of one thread whose peers hear a tone. It plays in time
// with a metronome that the thread waits for, and that stands still when there is
// nobody to play for.
type band struct {
	mu      sync.Mutex // guards what follows
	beat    metronome
	closed  bool
	streams []*stream

	// Of the thread alone.
	round []*stream
	gone  []*stream
	sheet [1]datagram
	room  [header + frame + tail]byte
}

// header is that of RTP, without anything that may be left out.
const header = 12

// add lets a stream take part, in which there is something to be played.
func (n *band) add(s *stream) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed || slices.Contains(n.streams, s) {
		return
	}
	n.streams = append(n.streams, s)
	if len(n.streams) == 1 {
		n.beat.start()
	}
}

// play sends the packets for which it is time now, beats of them for each
// stream. It returns how many left.
func (n *band) play(beats int, now int64, b *batch) (sent int) {
	n.mu.Lock()
	n.round = append(n.round[:0], n.streams...)
	n.mu.Unlock()
	n.gone = n.gone[:0]
	for _, s := range n.round {
		k, more := s.perform(n, beats, now, b)
		sent += k
		if !more {
			n.gone = append(n.gone, s)
		}
	}
	clear(n.round) // what is closed meanwhile is not held here
	if len(n.gone) > 0 {
		n.rest()
	}
	return sent
}

// rest lets those go that have nothing to play, unless that has changed.
func (n *band) rest() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.gone {
		if i := slices.Index(n.streams, s); i >= 0 && !s.plays() {
			n.streams = slices.Delete(n.streams, i, i+1)
		}
	}
	clear(n.gone)
	if len(n.streams) == 0 {
		n.beat.stop()
	}
}

func (n *band) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.closed = true
		n.beat.close()
	}
}
