package door

import (
	"hash/maphash"
	"sync"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// counts remembers which nonce counts phones have used, so that what somebody
// has overheard proves nothing a second time (RFC 7616 sections 3.4 and 5.4). It
// knows proven phones only: a stranger costs no memory. A phone costs some 45
// bytes, twice that while it changes over to another nonce, until the nonces that
// it has used are too old anyway.
type counts struct {
	seed   maphash.Seed
	shards [64]countShard
}

type countShard struct {
	mu      sync.Mutex // guards the windows
	windows windows
}

func newCounts(life time.Duration) *counts {
	c := &counts{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].windows.life = int64(life)
	}
	return c
}

// use says whether a phone may use this count of the fresh nonce that was issued
// then, and notes it. print is of the request; 0 is of one that is never sent
// again.
func (c *counts) use(id phone.ID, issued int64, nc uint32, print uint64) bool {
	h := maphash.String(c.seed, string(id))
	s := &c.shards[h%uint64(len(c.shards))]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.windows.use(uint32(h>>32), issued, nc, print)
}

// window is the counts used of one nonce. Requests overtake each other on the
// way, so it is more than the highest.
type window struct {
	issued  int64  // when it was made; 0 is none
	seen    uint64 // bit i is the count highest-1-i
	print   uint64 // of the request with the highest count
	highest uint32
	owner   uint32
}

const windowSize = 64

func (w *window) use(nc uint32, print uint64) bool {
	if nc > w.highest {
		n := nc - w.highest
		w.seen = w.seen<<n | 1<<(n-1)
		w.highest, w.print = nc, print
		return true
	}
	if nc == w.highest {
		return print != 0 && print == w.print
	}
	below := w.highest - nc
	bit := uint64(1) << (below - 1) // 0 beyond the window
	if below > windowSize || w.seen&bit != 0 {
		return false
	}
	w.seen |= bit
	return true
}

// print is what a REGISTER that is sent again over UDP repeats: then it proves
// itself again, since its answer may be lost. It is 0 for other requests. An
// INVITE that is sent again belongs to its transaction and does not come here;
// one that does would be another call.
func (d *Door) print(o *sip.Outline, f sip.Flow) uint64 {
	if o.Method != sip.REGISTER || f.Network != "udp" {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(d.seed)
	for _, s := range [...]string{o.Text, o.CallID, o.From.Tag, o.Via.Branch, o.Expires} {
		writePart(&h, s)
	}
	for _, list := range [...][]string{o.Contacts, o.Path} {
		for _, s := range list {
			writePart(&h, s)
		}
		h.WriteByte(1) // that another list begins
	}
	address, port := f.Remote.Addr().As16(), f.Remote.Port()
	h.Write(address[:])
	for _, n := range [...]uint32{o.CSeq, uint32(port)} {
		h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	}
	return max(h.Sum64(), 1)
}

// writePart writes a text that holds no NUL, and its end.
func writePart(h *maphash.Hash, s string) {
	h.WriteString(s)
	h.WriteByte(0)
}
