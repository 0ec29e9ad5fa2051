package sip

import (
	"errors"
	"fmt"
	"hash/maphash"
	"net/netip"
	"runtime/debug"
	"strings"
	"unsafe"
)

// received is a parsed message on its way to a worker.
type received struct {
	message Message
	flow    Flow
}

// desk is what one reader works at: used again for each message, and never by
// two goroutines at once.
type desk struct {
	outline Outline
	out     Mail
	rush    rush
}

// receive takes one whole message from a transport. It parses on the reader's
// goroutine, so that garbage costs one parse and no place in a queue. What is
// in d.out afterwards is for the reader to send.
func (s *Stack) receive(data []byte, f Flow, d *desk) {
	s.count.in.Add(1)
	text := borrow(data)
	if s.answered(text, f) {
		return
	}
	if s.cfg.Express != nil && expressible(text) && Scan(text, &d.outline) && s.express(s.cfg.Express, &d.outline, f, &d.out) {
		return
	}
	m, err := s.parse(data)
	if err != nil {
		s.refuse(err, f)
		return
	}
	req, _ := m.(*Request)
	if s.cfg.Express != nil && req != nil && req.Method == REGISTER && s.express(s.cfg.Express, OutlineOf(req), f, &d.out) {
		return
	}
	if s.cfg.Inline {
		s.inline(m, f, d)
		return
	}
	q := s.queues[maphash.String(s.seed, callID(m))%uint64(len(s.queues))]
	select {
	case q <- received{m, f}:
	default:
		s.crowded(req, f, &d.out)
	}
}

// crowded is for a message that its queue has no room for; req is nil for a
// response.
func (s *Stack) crowded(req *Request, f Flow, out *Mail) {
	if s.cfg.Overloaded != nil && req != nil && req.Method != ACK && s.express(s.cfg.Overloaded, OutlineOf(req), f, out) {
		s.count.drop(dropOverload)
		return
	}
	s.count.drop(dropQueue)
}

// borrow is the text of data without a copy. It may be looked at for as long as
// nothing else is written into data. In a reader's buffer that is not long: what is
// kept of it has to be cloned. Copies would be most of what a registration leaves to
// the garbage collector, which has to look through all phones for each bit of it.
func borrow(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

// expressible tells the requests that Express may want. The others are for
// transactions and dialogs.
func expressible(text string) bool {
	return strings.HasPrefix(text, "REGISTER ") || strings.HasPrefix(text, "INVITE ") || strings.HasPrefix(text, "OPTIONS ")
}

// express asks Config.Express or another; a panic in there has dealt with the
// request.
func (s *Stack) express(ask Express, o *Outline, f Flow, out *Mail) (done bool) {
	defer func() {
		if s.recovered("express", recover()) {
			done = true
		}
	}()
	return ask(o, f, out)
}

func (s *Stack) parse(data []byte) (m Message, err error) {
	defer func() {
		if s.recovered("parse", recover()) {
			m, err = nil, bad("Unreadable")
		}
	}()
	return Parse(data)
}

// refuse answers a broken request where that is possible; an ACK never is.
func (s *Stack) refuse(err error, f Flow) {
	s.count.parseErrors.Add(1)
	if s.cfg.Broken != nil {
		s.cfg.Broken(f.Remote.Addr())
	}
	e, ok := errors.AsType[*ParseError](err)
	if !ok || e.Partial == nil || e.Partial.Method == ACK {
		s.count.drop(dropBroken)
		return
	}
	markReceived(e.Partial.Via(), f.Remote)
	if f.Reply(e.Reply()) != nil {
		s.count.drop(dropBroken)
	}
}

// work handles the messages of one queue. When the stack closes it handles
// those that are left.
func (s *Stack) work(queue <-chan received) {
	for {
		select {
		case r := <-queue:
			s.handle(r)
		case <-s.drain:
			for len(queue) > 0 { // we are the only one who takes
				s.handle(<-queue)
			}
			return
		}
	}
}

func (s *Stack) handle(r received) {
	defer func() { s.recovered("handle", recover()) }()
	switch m := r.message.(type) {
	case *Request:
		markReceived(m.Via(), r.flow.Remote)
		s.request(m, r.flow)
	case *Response:
		s.response(m)
	}
}

func (s *Stack) request(req *Request, f Flow) {
	switch req.Method {
	case CANCEL:
		s.cancel(req, f)
		return
	case ACK:
		if t := s.servers.find(s.keys.server(req, INVITE)); t != nil && t.acknowledged() {
			return
		}
	default:
		if t := s.servers.find(s.keys.server(req, req.Method)); t != nil {
			t.retransmitted()
			return
		}
		if id := s.keys.merged(req); id != (key{}) && s.merged.find(id) != nil {
			s.count.drop(dropMerged)
			_ = f.Reply(Reply(req, 482, "Loop Detected"))
			return
		}
	}
	s.cfg.Handler(req, f)
}

// cancel is RFC 3261 section 9.2. It keeps no state: a repeated CANCEL gets the
// same answer again. That the answer may be lost on its way needs no care, the
// peer repeats. Only the host that sent the INVITE may take it back: a CANCEL
// cannot be challenged (22.1), and a branch is no secret on the way.
func (s *Stack) cancel(req *Request, f Flow) {
	t := s.servers.find(s.keys.server(req, INVITE))
	if t == nil || t.flow.Remote.Addr() != f.Remote.Addr() {
		_ = f.Reply(Reply(req, 481, "Call/Transaction Does Not Exist"))
		return
	}
	res := Reply(req, 200, "OK")
	res.To().Params.Add("tag", t.Tag())
	_ = f.Reply(res)
	t.cancel(values(req, "reason"))
}

func (s *Stack) response(res *Response) {
	vias := 0
	for range namedFields(res, "Via") {
		vias++
	}
	if vias != 1 { // RFC 3261 section 8.1.3.3
		s.count.drop(dropResponse)
		return
	}
	method := res.CSeq().MethodName
	if t := s.clients.find(s.keys.client(branch(res), method)); t != nil {
		t.receive(res)
		return
	}
	if method == INVITE && res.IsSuccess() {
		s.count.drop(dropLate2xx)
		return
	}
	s.count.drop(dropResponse)
}

// recovered counts a panic and logs the first of its kind with its stack. It
// is given what recover() returned.
func (s *Stack) recovered(kind string, p any) bool {
	if p == nil {
		return false
	}
	s.count.panics.Add(1)
	if _, known := s.panicked.LoadOrStore(kind, true); !known {
		s.cfg.Logger.Error("sip: panic",
			"in", kind, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
	return true
}

// admit asks Config.Admit; a panic in there admits nobody.
func (s *Stack) admit(network string, source netip.Addr) (ok bool) {
	defer func() {
		if s.recovered("admit", recover()) {
			ok = false
		}
	}()
	return s.cfg.Admit(network, source)
}
