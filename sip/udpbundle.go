package sip

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
)

// bundle is what is sent in one go. Its arrays are used again and again.
type bundle struct {
	messages [mostBatch]ipv4.Message
	parcels  [mostBatch]parcel
	n        int
}

// mostAtOnce is how many messages one system call takes. More would save nothing
// any more, and cost a lot where there is one processor: a call of more than 20
// us is taken for a blocked one by Go's scheduler, which then wakes another thread
// to go on without it.
const mostAtOnce = 8

// parcel is what a message of a bundle points to.
type parcel struct {
	body [1][]byte
	to   net.UDPAddr
	ip   [16]byte // of to
	oob  [controlSize]byte
}

// send is for one message; its error is the caller's, unless it has to wait.
func (l *udpListener) send(local, remote netip.AddrPort, message []byte) error {
	return l.sendFor(nil, local, remote, message)
}

// sendFor is send; owner is told the error of a message that had to wait.
func (l *udpListener) sendFor(owner loser, local, remote netip.AddrPort, message []byte) error {
	if l.tray.take(local, remote, message, owner) {
		return nil
	}
	b := l.bundles.Get().(*bundle)
	defer l.bundles.Put(b)
	b.add(l.source, local, remote, message)
	_, err := l.flush(b, int(remote.Port()), nil)
	return err
}

// deliver sends the letters of m, from the one at first on, that go from this
// listener, and marks them. Those with an error are counted.
func (l *udpListener) deliver(m *Mail, first int) {
	b := l.bundles.Get().(*bundle)
	defer l.bundles.Put(b)
	alive := true
	for i := first; i < len(m.letters); i++ {
		t := &m.letters[i]
		if t.flow.sender != sender(l) {
			continue
		}
		b.add(l.source, t.flow.Local, t.flow.Remote, m.bytes[t.from:t.to])
		t.flow.sender = nil
		if b.n == mostBatch {
			alive = l.post(b, m.lane, alive)
		}
	}
	l.post(b, m.lane, alive)
}

// post flushes b and counts what did not leave. A socket that takes nothing is
// not tried again with the rest of one Mail: its sender has other things to do.
func (l *udpListener) post(b *bundle, lane int, alive bool) bool {
	n := b.n
	sent, err := 0, error(nil)
	if alive {
		sent, err = l.flush(b, lane, nil)
	}
	b.clear()
	l.stack.count.drops[dropSendError].Add(uint64(n - sent))
	return alive && !stuck(err)
}

// flush sends b through the socket of a lane and empties it. It gives how many
// were sent, and the last error. A message with an error, such as of no route
// to its destination, keeps no other back; failed, unless nil, is told which it is.
func (l *udpListener) flush(b *bundle, lane int, failed func(i int, err error)) (sent int, last error) {
	defer b.clear()
	s := l.sockets[lane%len(l.sockets)]
	for ms := b.messages[:b.n]; len(ms) > 0; {
		n, err := s.write(ms[:min(len(ms), mostAtOnce)])
		if err == nil {
			sent += n
			ms = ms[n:]
			continue
		}
		n = 1 // the one at fault
		if last = err; stuck(err) {
			n = len(ms)
		}
		for i := range n {
			if failed != nil {
				failed(b.n-len(ms)+i, err)
			}
		}
		ms = ms[n:]
	}
	l.stack.count.out.Add(uint64(sent))
	return sent, last
}

// add puts one message in.
func (b *bundle) add(s *sourceInfo, local, remote netip.AddrPort, message []byte) {
	p, m := &b.parcels[b.n], &b.messages[b.n]
	p.body[0] = message
	p.to.Port, p.to.Zone = int(remote.Port()), remote.Addr().Zone()
	if remote.Addr().Is4() {
		a := remote.Addr().As4()
		p.to.IP = append(p.ip[:0], a[:]...)
	} else {
		p.ip = remote.Addr().As16()
		p.to.IP = p.ip[:]
	}
	m.Buffers, m.Addr = p.body[:], &p.to
	m.OOB = s.append(p.oob[:0], local.Addr())
	b.n++
}

// clear forgets the messages, so that they are not kept from being collected.
func (b *bundle) clear() {
	for i := range b.parcels[:b.n] {
		b.parcels[i].body[0] = nil
	}
	b.n = 0
}
