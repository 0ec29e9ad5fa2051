package media

import (
	"net/netip"
	"slices"
	"strings"
)

// section is what an m= line and the lines below it say: what has to be
// remembered of them until the next offer.
type section struct {
	name      string // audio, video, ...
	kind      Kind
	profile   profile
	on        bool // it has a port, and is of a kind and profile that is relayed
	rest      string
	remote    netip.AddrPort // the address is unspecified for a hold of the old way
	rtcp      netip.AddrPort
	direction Direction
	codecs    []codec
	crypto    []cryptoLine // those that we can do, the best first
}

// sections reads all streams, into the room that there is or more.
func (s *session) sections(room []section) ([]section, error) {
	all := slices.Grow(room[:0], len(s.streams))[:len(s.streams)]
	for i, m := range s.streams {
		all[i] = section{}
		if err := s.section(m, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s *session) section(m mediaStream, to *section) error {
	to.kind, to.profile = kindOf(m.media), profileOf(m.profile)
	to.name = to.kind.String()
	to.rest = to.profile.refused()
	if to.kind == Other {
		to.name = strings.Clone(m.media)
	}
	if to.profile == unknownProfile || to.kind == Other {
		to.rest = m.profile + " " + m.formats[0]
	}
	if m.port == 0 || to.kind == Other || to.profile == unknownProfile {
		return nil
	}
	d, err := s.describe(m)
	if err != nil {
		return err
	}
	to.on, to.remote, to.rtcp, to.direction = true, d.Remote, d.RTCP, d.Direction
	if to.codecs, err = m.codecs(); err != nil {
		return err
	}
	for v := range values(m.lines, "crypto") {
		if c, ok := parseCrypto(v); ok && len(to.crypto) < maxCrypto {
			to.crypto = append(to.crypto, c)
		}
	}
	return nil
}

// maxCrypto is how many a=crypto lines of a stream are looked at.
const maxCrypto = 8

// codecs says what the payload types are, in order of preference.
func (m mediaStream) codecs() ([]codec, error) {
	all := make([]codec, min(len(m.formats), maxCodecs))
	for i := range m.formats {
		kind, err := m.payloadType(i)
		if err != nil {
			return nil, err
		}
		if i < maxCodecs {
			all[i] = static(kind)
		}
	}
	for _, l := range m.lines {
		value, ok := strings.CutPrefix(l.value, "rtpmap:")
		if l.kind != 'a' || !ok {
			continue
		}
		c, ok := parseRtpmap(value)
		for i := range all {
			if ok && all[i].kind == c.kind {
				all[i] = c
			}
		}
	}
	return all, nil
}

// held reports whether the peer wants nothing, in the old way (RFC 3264 section
// 8.4).
func (s *section) held() bool { return s.on && s.remote.Addr().IsUnspecified() }
