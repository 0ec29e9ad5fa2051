package sip

import (
	"strings"
	"sync"
)

// kit is room for what nearly every message has, so that it comes with the message
// in one piece of memory. A nil kit makes each thing anew.
type kit struct {
	via      ViaHeader
	from     FromHeader
	to       ToHeader
	contact  ContactHeader
	callID   CallIDHeader
	cseq     CSeqHeader
	hops     MaxForwardsHeader
	length   ContentLengthHeader
	vias     int // of via, whether it is taken; likewise
	contacts int
	params   [8]Param // one more, and a response is of the next larger size
	used     int      // of params
}

type (
	requestBox struct {
		Request
		kit
	}
	responseBox struct {
		Response
		kit
	}
)

func newRequest(method string, uri URI) (*Request, *kit) {
	b := &requestBox{}
	b.Method, b.Recipient, b.SipVersion = RequestMethod(method), uri, "SIP/2.0"
	return &b.Request, &b.kit
}

func newResponse(code int, reason string) (*Response, *kit) {
	b := &responseBox{}
	b.StatusCode, b.Reason, b.SipVersion = code, reason, "SIP/2.0"
	return &b.Response, &b.kit
}

func (k *kit) newVia() *ViaHeader {
	if k == nil || k.vias > 0 {
		return &ViaHeader{}
	}
	k.vias++
	return &k.via
}

func (k *kit) newContact() *ContactHeader {
	if k == nil || k.contacts > 0 {
		return &ContactHeader{}
	}
	k.contacts++
	return &k.contact
}

// newParams is room for n parameters.
func (k *kit) newParams(n int) Params {
	if k == nil || k.used+n > len(k.params) {
		return make(Params, 0, n)
	}
	k.used += n
	return k.params[k.used-n : k.used-n : k.used]
}

// gathered are the header fields of a message that is being read.
type gathered struct {
	kit   *kit
	hs    []Header
	first [2]Header // Via and Route, of each the first
	more  [2]bool   // and there is another
}

func (g *gathered) add(h Header) {
	switch h.(type) {
	case *ViaHeader:
		g.mark(0, h)
	case *RouteHeader:
		g.mark(1, h)
	}
	g.hs = append(g.hs, h)
}

func (g *gathered) mark(i int, h Header) {
	if g.first[i] == nil {
		g.first[i] = h
	} else {
		g.more[i] = true
	}
}

// into gives m its header fields at once. The message model then knows the last
// Via and Route as its own, where it should know the first.
func (g *gathered) into(m Message) {
	req, ok := m.(*Request)
	if !ok {
		res := m.(*Response)
		res.PrependHeader(g.hs...)
		for i, h := range g.first {
			if g.more[i] {
				res.ReplaceHeader(h)
			}
		}
		return
	}
	req.PrependHeader(g.hs...)
	for i, h := range g.first {
		if g.more[i] {
			req.ReplaceHeader(h)
		}
	}
}

// scratch is what reading and making a message needs for as long as that lasts.
type scratch struct {
	fields []field
	gathered
}

var scratches = sync.Pool{New: func() any {
	return &scratch{fields: make([]field, 0, 32), gathered: gathered{hs: make([]Header, 0, 32)}}
}}

func newScratch() *scratch { return scratches.Get().(*scratch) }

// free lets go of the message.
func (s *scratch) free() {
	clear(s.fields)
	clear(s.hs)
	s.fields, s.gathered = s.fields[:0], gathered{hs: s.hs[:0]}
	scratches.Put(s)
}

// text is for a header field that has no form of its own.
func (g *gathered) text(name, value string) { g.add(NewHeader(name, value)) }

// plainModel reads a URI of the usual form without a look at each character by
// its meaning; false is for ParseURI.
func (k *kit) plainModel(s string) (URI, bool) {
	p, ok := plainURI(s)
	if !ok || p.Rest != "" && p.Rest[0] != ';' || strings.IndexByte(p.Rest, '?') >= 0 || strings.IndexByte(p.User, ':') >= 0 {
		return URI{}, false
	}
	u := URI{Scheme: p.Scheme, User: p.User, Host: p.Host, Port: int(p.Port)}
	if p.Rest == "" {
		return u, true
	}
	u.UriParams = k.newParams(strings.Count(p.Rest, ";"))
	for w := (paramWalk{text: p.Rest}); w.step(); {
		u.UriParams = append(u.UriParams, Param{K: w.name, V: w.value})
	}
	return u, true
}
