package media

import (
	"net/netip"
	"strconv"
	"strings"
)

// editor turns the description of one peer into what another is told. Only what
// is about places and keys is changed, or left out; all else of a stream that is
// relayed stays as it was, line by line.
type editor struct {
	*session           // what the one peer said
	says     []section // the same, understood
	to       *End      // whose peer is told
	slots    []slot    // what it is told, by its m= lines
	hidden   []string  // how the one names its own side
	addr     netip.Addr
	held     bool // a stream is on hold in the old way: our a=inactive stands for it
	out      []byte
}

// slot is one m= line as the other peer is told it.
type slot struct {
	from    int    // index in what was said; -1 for none
	name    string // of the m= line, when from is -1
	rest    string // what follows its port, when from is -1
	port    int    // 0: off
	profile profile
	suites  []suite // whose keys are offered
	tags    []uint32
	secret  *secret
}

// editor begins to edit what was said for the End's peer: all m= lines of the
// session are off. The caller finishes it.
func (n *End) editor(s *session, says []section) *editor {
	e := n.engine.editors.take()
	e.session, e.says, e.to, e.addr, e.hidden = s, says, n, n.address(), s.names(e.hidden)
	for i := range says {
		e.held = e.held || says[i].held()
	}
	for _, m := range n.media {
		e.slots = append(e.slots, slot{from: -1, name: m.name, rest: m.rest})
	}
	return e
}

// finish keeps nothing but the room.
func (e *editor) finish() {
	engine := e.to.engine
	clear(e.slots[:cap(e.slots)])
	clear(e.hidden)
	*e = editor{slots: e.slots[:0], hidden: e.hidden[:0], out: e.out[:0]}
	engine.editors.put(e)
}

// write writes all sections in the order of RFC 8866 section 5 and signs them.
// The c= line of the session holds for every stream, so no stream has one.
func (e *editor) write() ([]byte, error) {
	e.line('v', "0")
	origin := len(e.out)
	e.line('s', "-")
	e.out = appendAddr(append(e.out, "c="...), e.addr)
	e.copy(e.lines, 'b')
	e.writeTimes()
	for _, l := range e.lines {
		if l.kind == 'a' && !(e.held && l.isDirection()) {
			e.keep(l)
		}
	}
	for i := range e.slots {
		if err := e.writeSlot(&e.slots[i]); err != nil {
			return nil, err
		}
	}
	return e.to.sign(e.out, origin), nil
}

// writeTimes copies the t= lines. Some devices leave out the one that a call
// needs (RFC 3264 section 5); others would refuse what has none.
func (e *editor) writeTimes() {
	before := len(e.out)
	e.copy(e.lines, 't')
	if len(e.out) == before {
		e.line('t', "0 0")
	}
}

func (e *editor) writeSlot(s *slot) error {
	if s.from < 0 {
		e.writeMedia(s.name, 0, s.rest)
		return nil
	}
	m := &e.streams[s.from]
	if e.leaks(m.value) {
		return malformed(m.line, "has an address in it")
	}
	profile := s.profile.String()
	if s.profile == unknownProfile {
		profile = m.profile
	}
	e.writeMedia(m.media, s.port, profile, m.formats...)
	if s.port != 0 {
		e.writeStream(m, &e.says[s.from], s)
	}
	return nil
}

// writeMedia writes an m= line.
func (e *editor) writeMedia(name string, port int, profile string, formats ...string) {
	e.out = append(append(e.out, "m="...), name...)
	e.out = append(strconv.AppendInt(append(e.out, ' '), int64(port), 10), ' ')
	e.out = append(e.out, profile...)
	for _, f := range formats {
		e.out = append(append(e.out, ' '), f...)
	}
	e.out = append(e.out, "\r\n"...)
}

// writeStream writes the lines of a stream that is relayed.
func (e *editor) writeStream(m *mediaStream, says *section, s *slot) {
	e.copy(m.lines, 'b')
	own := false
	for _, l := range m.lines {
		switch {
		case l.kind != 'a':
		case l.isDirection() && says.held():
		default:
			own = own || l.isDirection()
			e.keep(l)
		}
	}
	// What the session level said for all is gone when one stream is held.
	if e.held && !own {
		e.line('a', string(says.direction))
	}
	if _, named := m.attribute("rtcp"); named {
		e.out = append(strconv.AppendInt(append(e.out, "a=rtcp:"...), int64(s.port+1), 10), "\r\n"...)
	}
	for i, suite := range s.suites {
		e.out = s.secret.appendCrypto(e.out, s.tags[i], suite)
	}
}

// copy writes those of the lines that are of a kind and may be kept.
func (e *editor) copy(lines []line, kind byte) {
	for _, l := range lines {
		if l.kind == kind {
			e.keep(l)
		}
	}
}

// keep writes a line, unless it must not reach the other peer.
func (e *editor) keep(l line) {
	name, _, _ := strings.Cut(l.value, ":")
	if l.kind == 'a' && hopByHop[name] || e.leaks(l.value) {
		return
	}
	e.line(l.kind, l.value)
}

// line writes one line with the line end of RFC 8866.
func (e *editor) line(kind byte, value string) { e.out = line{kind: kind, value: value}.append(e.out) }
