package media

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Origin is whom a session description that we write says it is from. One leg
// keeps its ID for the whole call; Version goes up by one whenever the text has
// changed (RFC 3264 section 8).
type Origin struct {
	Username string // one word; "" means "-"
	ID       uint64
	Version  uint64
	Addr     netip.Addr // zero means the relay's address
}

// Edited is a session description made ready for the other phone.
type Edited struct {
	SDP         []byte
	Description Description // what it said before, for the relay to expect
}

// Rewrite edits the session description of one phone into what the other phone
// is sent: the audio comes from, and goes to, our relay at addr and port, with
// RTCP on the next port, and origin and subject are ours. Codecs and all other
// lines about the audio stay as they are. Every other stream keeps its place
// with port 0 (RFC 3264 section 6). What could tell one phone's address to the
// other is left out, and so is what only holds for one hop: ICE, keys, muxing of
// RTCP. A hold in the old way (c=IN IP4 0.0.0.0) becomes a=inactive, or keeps an
// a=sendonly that stands beside it.
//
// Errors wrap ErrMalformed, ErrTooLarge, ErrNoAudio or ErrProfile, or say that
// addr or port is none.
func Rewrite(sdp []byte, addr netip.Addr, port int, o Origin) (Edited, error) {
	if !addr.IsValid() || addr.IsUnspecified() || port < 1 || port > 65534 {
		return Edited{}, fmt.Errorf("rewrite session description for %v port %d", addr, port)
	}
	s, err := read(sdp)
	if err != nil {
		return Edited{}, err
	}
	i, err := s.audio()
	if err != nil {
		return Edited{}, err
	}
	d, err := s.describe(s.streams[i])
	if err != nil {
		return Edited{}, err
	}
	e := editor{session: s, audio: i, addr: addr.Unmap(), port: port, origin: o}
	e.hold = d.Remote.Addr().IsUnspecified()
	e.hidden = s.addresses()
	e.out = make([]byte, 0, len(sdp)+128)
	if err := e.write(d.Direction); err != nil {
		return Edited{}, err
	}
	return Edited{SDP: e.out, Description: d}, nil
}

// editor writes one edited description.
type editor struct {
	*session
	audio  int // index of the stream that is relayed
	addr   netip.Addr
	port   int
	origin Origin
	hold   bool     // in the old way: our a=inactive stands for it
	hidden []string // the describer's addresses
	out    []byte
}

// write writes all sections in the order of RFC 8866 section 5. The c= line of
// the session holds for every stream, so no stream has one.
func (e *editor) write(d Direction) error {
	e.line('v', "0")
	e.writeOrigin()
	e.line('s', "-")
	e.line('c', "IN "+family(e.addr)+" "+e.addr.String())
	e.copy(e.lines, "b")
	e.writeTimes()
	e.copy(e.lines, "a")
	for i, m := range e.streams {
		if e.leaks(m.value) {
			return malformed(m.line, "has an address in it")
		}
		if i == e.audio {
			e.writeAudio(m, d)
		} else {
			e.writeMedia(m, 0)
		}
	}
	return nil
}

func (e *editor) writeOrigin() {
	o := e.origin
	if o.Username == "" {
		o.Username = "-"
	}
	if !o.Addr.IsValid() {
		o.Addr = e.addr
	}
	ip := o.Addr.Unmap()
	e.line('o', fmt.Sprintf("%s %d %d IN %s %s", o.Username, o.ID, o.Version, family(ip), ip))
}

// writeTimes copies the t= lines. Some devices leave out the one that a call
// needs (RFC 3264 section 5); others would refuse what has none.
func (e *editor) writeTimes() {
	before := len(e.out)
	e.copy(e.lines, "t")
	if len(e.out) == before {
		e.line('t', "0 0")
	}
}

// writeAudio writes the stream that is relayed.
func (e *editor) writeAudio(m mediaStream, d Direction) {
	e.writeMedia(m, e.port)
	e.copy(m.lines, "ba")
	if e.hold {
		e.line('a', string(d))
	}
	if len(values(m.lines, "rtcp")) > 0 {
		e.line('a', "rtcp:"+strconv.Itoa(e.port+1))
	}
}

func (e *editor) writeMedia(m mediaStream, port int) {
	f := append([]string{m.media, strconv.Itoa(port), m.profile}, m.formats...)
	e.line('m', strings.Join(f, " "))
}

// copy writes those of the lines that are of one of the kinds and may be kept,
// kind by kind.
func (e *editor) copy(lines []line, kinds string) {
	for _, kind := range []byte(kinds) {
		for _, l := range lines {
			if l.kind == kind {
				e.keep(l)
			}
		}
	}
}

// keep writes a line, unless it must not reach the other phone.
func (e *editor) keep(l line) {
	name, _, _ := strings.Cut(l.value, ":")
	switch {
	case l.kind == 'a' && hopByHop[name]:
	case e.hold && l.isDirection():
	case e.leaks(l.value):
	default:
		e.line(l.kind, l.value)
	}
}

// line writes one line with the line end of RFC 8866.
func (e *editor) line(kind byte, value string) {
	e.out = append(e.out, kind, '=')
	e.out = append(e.out, value...)
	e.out = append(e.out, "\r\n"...)
}

// family names the address family of RFC 8866 section 5.7.
func family(a netip.Addr) string {
	if a.Is4() {
		return "IP4"
	}
	return "IP6"
}
