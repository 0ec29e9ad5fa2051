package main

import (
	"bytes"
	"net/netip"
	"strconv"
)

// message is what we read of one that came; all of it within the datagram, but
// for the copies of Via and Record-Route.
type message struct {
	status   int    // of a response
	method   []byte // of a request
	target   []byte // its Request-URI
	vias     []byte // the lines, each with its end
	routes   []byte // the Record-Route lines
	from, to []byte
	callID   []byte
	cseq     uint32
	asked    []byte // the method of the CSeq
	contact  []byte // the URI
	body     []byte
}

// read reads one; false is what is none.
func (m *message) read(b []byte) bool {
	*m = message{vias: m.vias[:0], routes: m.routes[:0]}
	first, rest, _ := bytes.Cut(b, []byte("\r\n"))
	if len(first) > 12 && string(first[:8]) == "SIP/2.0 " {
		m.status, _ = strconv.Atoi(string(first[8:11]))
	} else {
		var version []byte
		m.method, first, _ = bytes.Cut(first, []byte{' '})
		m.target, version, _ = bytes.Cut(first, []byte{' '})
		if string(version) != "SIP/2.0" {
			return false
		}
	}
	for {
		end := bytes.Index(rest, []byte("\r\n"))
		if end <= 0 {
			m.body = rest[min(2, len(rest)):]
			return end == 0 && len(m.callID) > 0 && len(m.asked) > 0
		}
		m.header(rest[:end+2])
		rest = rest[end+2:]
	}
}

// header reads a line. Names are as everybody writes them, but for their case.
func (m *message) header(line []byte) {
	name, value, _ := bytes.Cut(line, []byte{':'})
	value = bytes.TrimSpace(value)
	is := func(s string) bool { return len(name) == len(s) && bytes.EqualFold(name, []byte(s)) }
	switch {
	case is("Via"):
		m.vias = append(m.vias, line...)
	case is("Record-Route"):
		m.routes = append(m.routes, line...)
	case is("From"):
		m.from = value
	case is("To"):
		m.to = value
	case is("Call-ID"):
		m.callID = value
	case is("Contact"):
		m.contact = between(value)
	case is("CSeq"):
		n, method := number(value)
		m.cseq, m.asked = uint32(n), bytes.TrimSpace(method)
	}
}

// between is what stands in angle brackets, or all up to the parameters.
func between(value []byte) []byte {
	if _, after, ok := bytes.Cut(value, []byte{'<'}); ok {
		value, _, _ = bytes.Cut(after, []byte{'>'})
		return value
	}
	value, _, _ = bytes.Cut(value, []byte{';'})
	return value
}

// routeSet appends the Route lines that a request of a caller has by the
// Record-Route lines of the answer: RFC 3261 12.1.2, in reverse order. There is
// one value to a line.
func routeSet(b, recorded []byte) []byte {
	const recordRoute = "Record-"
	for len(recorded) > 0 {
		at := bytes.LastIndex(recorded[:len(recorded)-2], []byte("\r\n")) + 2
		if at < 2 {
			at = 0
		}
		b = append(b, recorded[at+len(recordRoute):]...)
		recorded = recorded[:at]
	}
	return b
}

// Our tags say whose the dialog is: of which call, or of which leg, and of which
// use of that place.
const (
	ofCaller = "lga"
	ofCallee = "lgb"
)

func appendTag(b []byte, side string, n int, serial uint32) []byte {
	b = strconv.AppendInt(append(b, side...), int64(n), 10)
	return strconv.AppendUint(append(b, '.'), uint64(serial), 10)
}

// tagged reads the tag that we have given, from the value of To.
func tagged(to []byte) (side string, n int, serial uint32, ok bool) {
	_, tag, found := bytes.Cut(to, []byte(";tag="))
	if !found || len(tag) < 6 {
		return "", 0, 0, false
	}
	switch string(tag[:3]) {
	case ofCaller:
		side = ofCaller
	case ofCallee:
		side = ofCallee
	default:
		return "", 0, 0, false
	}
	n, rest := number(tag[3:])
	if len(rest) < 2 || rest[0] != '.' {
		return "", 0, 0, false
	}
	count, _ := number(rest[1:])
	return side, n, uint32(count), true
}

// called is the phone whose contact a request goes to.
func called(target []byte) (n int, ok bool) {
	_, host, found := bytes.Cut(target, []byte{'@'})
	if !found {
		return 0, false
	}
	host, _, _ = bytes.Cut(host, []byte{':'})
	host, _, _ = bytes.Cut(host, []byte{';'})
	a, err := netip.ParseAddr(string(host))
	if err != nil {
		return 0, false
	}
	return numbered(ofPhones, a)
}

// mediaOf is where an SDP with one audio stream wants its packets.
func mediaOf(sdp []byte) (to netip.AddrPort, ok bool) {
	_, host, ok1 := bytes.Cut(sdp, []byte("c=IN IP4 "))
	_, port, ok2 := bytes.Cut(sdp, []byte("m=audio "))
	if !ok1 || !ok2 {
		return to, false
	}
	host, _, _ = bytes.Cut(host, []byte("\r\n"))
	a, err := netip.ParseAddr(string(host))
	n, _ := number(port)
	if err != nil || n < 1 || n > 65535 {
		return to, false
	}
	return netip.AddrPortFrom(a, uint16(n)), true
}
