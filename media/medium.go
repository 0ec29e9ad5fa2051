package media

import (
	"errors"
	"net/netip"
)

// broadcast is the limited broadcast address of RFC 919.
var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// medium is one m= line of our session with a peer: its two ports and keys. Its
// End's lock guards it.
type medium struct {
	name, rest string // of the m= line, for when it is off
	kind       Kind
	settled    bool // an answer has been about it
	shut       bool // the ports have been closed; what they counted is kept
	pending    int  // offers that wait for an answer and are about it
	rtp, rtcp  *stream
	security   *security // nil before there are keys
}

// security is the SRTP of a medium.
type security struct {
	secret           secret
	opening, sealing keys // in use; suite 0 for plain media
	opener, sealer   *crypt
}

// listen makes the streams of a pair of ports, and has them read.
func (m *medium) listen(n *End, p pair) error {
	m.shut = false
	both := new(struct { // in one piece, which costs less
		rtp, rtcp stream
		meter     meter
		reports   reports
	})
	m.rtp, m.rtcp = &both.rtp, &both.rtcp
	m.rtp.end, m.rtp.thread, m.rtp.sock, m.rtp.port = n, n.thread, p.rtp, uint16(p.port)
	m.rtp.meter, m.rtp.sound = &both.meter, m.kind == Audio
	m.rtcp.end, m.rtcp.thread, m.rtcp.sock, m.rtcp.port = n, n.thread, p.rtcp, uint16(p.port+1)
	m.rtcp.reports, m.rtcp.rtcp = &both.reports, true
	m.rtp.latch.sequenced = true
	return errors.Join(n.thread.add(m.rtp), n.thread.add(m.rtcp))
}

// close closes the ports and puts them to rest.
func (m *medium) close(p *Ports) error {
	if m.rtp == nil || m.shut {
		return nil
	}
	m.shut = true
	defer p.release(int(m.rtp.port))
	return errors.Join(m.rtp.close(), m.rtcp.close())
}

// keys returns where the medium's own keys are made.
func (m *medium) keys() *security {
	if m.security == nil {
		m.security = &security{secret: newSecret()}
	}
	return m.security
}

// plain ends encryption.
func (m *medium) plain() {
	if s := m.security; s != nil {
		s.opening, s.sealing, s.opener, s.sealer = keys{}, keys{}, nil, nil
	}
}

// encrypt uses the peer's key and our own of the same suite. A key that is in
// use already goes on with its counters (RFC 3711 section 3.3.1).
func (m *medium) encrypt(theirs keys) error {
	s := m.keys()
	if s.opener == nil || !s.opening.same(&theirs) {
		c, err := newCrypt(theirs)
		if err != nil {
			return err
		}
		s.opening, s.opener = theirs, c
	}
	ours := s.secret.keys(theirs.suite)
	if s.sealer == nil || !s.sealing.same(&ours) {
		c, err := newCrypt(ours)
		if err != nil {
			return err
		}
		s.sealing, s.sealer = ours, c
	}
	return nil
}

// suite is what encrypts the medium; 0 for nothing.
func (m *medium) suite() suite {
	if m.security == nil {
		return 0
	}
	return m.security.opening.suite
}

// arm expects what the peer's section says, from its SIP's source, of these
// codecs.
func (m *medium) arm(says *section, n *End, codecs []codec) {
	var types typeSet
	for _, c := range codecs {
		types.add(c.kind)
	}
	t := terms{held: says.held(), signalling: n.config.Signalling.Unmap(), types: types}
	var opener, sealer *crypt
	if m.suite() != 0 {
		t.secure, opener, sealer = true, m.security.opener, m.security.sealer
	}
	t.want = n.usable(says.remote)
	m.rtp.arm(t, opener, sealer, codecs)
	t.want = n.usable(says.rtcp)
	m.rtcp.arm(t, opener, sealer, nil)
}

// join lets packets flow between two media.
func (m *medium) join(other *medium) {
	m.rtp.join(other.rtp)
	m.rtcp.join(other.rtcp)
}

// part ends the flow of packets to and from a medium.
func (m *medium) part() {
	if m.rtp != nil {
		m.rtp.speak(speech{})
		m.rtp.point(nil)
		m.rtcp.point(nil)
	}
}
