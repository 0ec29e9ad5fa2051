package media

// Way is which way a packet goes, as the End sees it.
type Way uint8

// The ways.
const (
	In  Way = iota // from the peer
	Out            // to the peer
)

// Tap is handed every RTP packet of an End's sound in the clear: what the peer
// sent, when it is believed, and what is about to be sent to the peer. It is
// called on the thread that carries the packet, possibly on two threads at
// once, one for each way. It must neither block nor keep or change the octets.
type Tap func(w Way, rtp []byte)

// Tap sets who listens to the End's sound, or with nil that nobody does, which
// costs nothing. It may be called at any time from any goroutine; a packet that
// is on its way is still handed to the one before.
func (n *End) Tap(t Tap) {
	if t == nil {
		n.tap.Store(nil)
		return
	}
	n.tap.Store(&t)
}
