package media

import "net/netip"

// arm expects another source, or the same anew, with keys or without.
func (s *stream) arm(t terms, opener, sealer *crypt, codecs []codec) {
	s.rx.Lock()
	defer s.rx.Unlock()
	s.latch.arm(t)
	s.opener = opener
	if s.meter != nil {
		s.meter.codecs, s.meter.codec = codecs, codec{}
	}
	s.aim()
	s.tx.Lock()
	defer s.tx.Unlock()
	s.sealer = sealer
}

// join lets packets flow between two streams, and no longer between either and
// a third.
func (s *stream) join(other *stream) {
	s.point(other)
	other.point(s)
	s.yield()
	other.yield()
}

// point hands what the peer sends to another stream; what that was before no
// longer sends here. No two streams are locked at once.
func (s *stream) point(to *stream) {
	s.rx.Lock()
	before := s.other
	s.other = to
	s.rx.Unlock()
	if before != nil && before != to {
		before.leave(s)
	}
}

// leave ends the flow to another stream.
func (s *stream) leave(other *stream) {
	s.rx.Lock()
	defer s.rx.Unlock()
	if s.other == other {
		s.other = nil
	}
}

// close ends the stream. No packet is under way through it any more when it
// returns.
func (s *stream) close() error {
	s.point(nil)
	s.rx.Lock()
	s.tx.Lock()
	sock := s.sock
	s.sock, s.to = socket{}, rawAddr{}
	s.opener, s.sealer = nil, nil
	err := sock.close()
	s.tx.Unlock()
	s.rx.Unlock()
	s.thread.remove(s)
	return err
}

// usable returns an address from SDP as a place to send to, or zero when
// sending there would harm: a group of hosts, this machine itself (which 0.0.0.0
// means to a socket, too), or a port of the pool, where two relays would send to
// each other for ever.
func (n *End) usable(a netip.AddrPort) netip.AddrPort {
	a = unmap(a)
	ip, local := a.Addr(), n.config.Local.Unmap()
	switch {
	case !a.IsValid() || a.Port() == 0 || ip.IsUnspecified() || ip.IsMulticast() || ip == broadcast,
		ip.IsLoopback() && !local.IsLoopback(), ip.Is4() != local.Is4(), n.engine.ours(a):
		return netip.AddrPort{}
	}
	return a
}

// unmap turns an IPv4-mapped IPv6 address into its IPv4 one.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
