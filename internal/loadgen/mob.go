package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// kind is what a stranger sends. It stands in the CSeq, and so in the answer.
type kind int

const (
	asks    kind = iota // REGISTER without credentials
	calls               // INVITE without credentials
	lies                // REGISTER whose challenge is answered with a wrong password
	liar                // that answer
	garbage             // has no CSeq
	kinds
)

func (k kind) String() string {
	return [...]string{"REGISTER", "INVITE", "REGISTER of liars", "wrong passwords", "garbage"}[k]
}

// mob is many strangers.
type mob struct {
	opening
	server         netip.AddrPort
	count, sources int
	ports          int
	rate           float64
	known          []account // usernames that there are: half of the strangers know one

	sockets []*socket
	took    time.Duration
	counts  *mobCounts
}

// mobCounts are filled by the readers and the writer.
type mobCounts struct {
	sent, challenged [kinds]atomic.Int64
	other            [700]atomic.Int64 // answers by status
}

func (m *mob) open(ctx context.Context) error {
	m.counts = new(mobCounts)
	for range m.ports {
		s, err := openSocket(ctx, m.server)
		if err != nil {
			return err
		}
		m.sockets = append(m.sockets, s)
	}
	return nil
}

// run sends everything, waits for the last answers, and closes the sockets.
func (m *mob) run() error {
	var readers sync.WaitGroup
	for _, s := range m.sockets {
		readers.Go(func() { m.read(s) })
	}
	start := time.Now()
	err := m.send(start)
	m.took = time.Since(start)
	for _, s := range m.sockets {
		err = errors.Join(err, s.conn.SetReadDeadline(time.Now().Add(time.Second)))
	}
	readers.Wait()
	for _, s := range m.sockets {
		s.close()
	}
	return err
}

// send writes a batch to one socket after the other.
func (m *mob) send(start time.Time) error {
	dice := rand.New(rand.NewPCG(1, 2)) // the same flood each time
	for n := 0; n < m.count; {
		lane := n / batch % m.ports
		s := m.sockets[lane]
		for range min(batch, m.count-n) {
			source := lane + m.ports*dice.IntN(m.sources/m.ports)
			k := pick(dice)
			if err := s.put(m.write(s.next(), dice, k, n, source, s.port), origin(address(ofStrangers, source))); err != nil {
				return err
			}
			m.counts.sent[k].Add(1)
			n++
		}
		if err := s.send(); err != nil {
			return err
		}
		if m.rate > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(float64(n) / m.rate * float64(time.Second)))))
		}
	}
	return nil
}

// pick: one in twenty is garbage, the others are REGISTERs and INVITEs in equal
// parts, and one in five REGISTERs is a liar's.
func pick(dice *rand.Rand) kind {
	switch n := dice.IntN(40); {
	case n < 2:
		return garbage
	case n < 6:
		return lies
	case n < 21:
		return asks
	}
	return calls
}

func (m *mob) write(b []byte, dice *rand.Rand, k kind, n, source int, port uint16) []byte {
	if k == garbage {
		return m.garbage(b, dice, n, source, port)
	}
	return m.append(b, m.request(k, n, source, port))
}

// request is message n of a source.
func (m *mob) request(k kind, n, source int, port uint16) request {
	r := request{
		method: "REGISTER", user: fmt.Sprint("stranger", source), target: "sip:" + m.domain,
		from: netip.AddrPortFrom(address(ofStrangers, source), port), sender: source,
		cseq: uint32(n<<2|int(k)) & 0x7fffffff, callID: 1<<40 + uint64(n),
	}
	if n%2 == 0 {
		r.user = m.known[n%len(m.known)].user
	}
	r.to = "sip:" + r.user + "@" + m.domain
	if k == calls {
		r.method, r.target = "INVITE", "sip:100@"+m.domain
		r.to = r.target
	}
	return r
}

// garbage is a message that is cut off, that says it is longer than it is, that
// has zeros in it, or that is none at all.
func (m *mob) garbage(b []byte, dice *rand.Rand, n, source int, port uint16) []byte {
	whole := m.append(b, m.request(asks, n, source, port))
	switch dice.IntN(4) {
	case 0:
		return whole[:dice.IntN(len(whole)-1)+1]
	case 1:
		return append(whole[:len(whole)-len("0\r\n\r\n")], "99999999999\r\n\r\n"...)
	case 2:
		clear(whole[20:40])
		return whole
	}
	for i := range whole {
		whole[i] = byte(dice.Uint32())
	}
	return whole
}

// read counts answers, and lets liars answer, until the socket's deadline.
func (m *mob) read(s *socket) {
	for {
		n, err := s.many.ReadBatch(s.in, 0)
		if err != nil {
			return
		}
		for _, in := range s.in[:n] {
			m.take(s, in.Buffers[0][:in.N])
		}
	}
}

func (m *mob) take(s *socket, message []byte) {
	a, ok := readAnswer(message)
	if !ok || a.status >= len(m.counts.other) {
		return
	}
	k := kind(a.cseq & 3)
	if a.status != 401 {
		m.counts.other[a.status].Add(1)
		return
	}
	m.counts.challenged[k].Add(1)
	if k != lies {
		return
	}
	r := m.request(liar, int(a.cseq>>2), a.sender, s.port)
	r.proof = m.opening.proof(nil, r.method, r.target, r.user, [32]byte{}, a.nonce, 1)
	m.counts.sent[liar].Add(1)
	_, _, _ = s.conn.WriteMsgUDP(m.append(nil, r), origin(r.from.Addr()), s.server) // lost like any datagram
}

// String tells what was sent, and what was answered.
func (m *mob) String() string {
	var b strings.Builder
	var all int64
	for k := range kinds {
		all += m.counts.sent[k].Load()
	}
	fmt.Fprintf(&b, "strangers: %d messages in %.1f s (%.0f/s) from %d addresses and %d ports\n",
		all, m.took.Seconds(), float64(all)/m.took.Seconds(), m.sources, m.ports)
	for k := range kinds {
		fmt.Fprintf(&b, "  %-18s %8d sent, %8d challenged\n", k, m.counts.sent[k].Load(), m.counts.challenged[k].Load())
	}
	fmt.Fprint(&b, "  other answers:")
	for status := range m.counts.other {
		if n := m.counts.other[status].Load(); n > 0 {
			fmt.Fprintf(&b, " %d with %d", n, status)
		}
	}
	return b.String()
}
