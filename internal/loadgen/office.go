package main

import (
	"context"
	"net/netip"
	"strconv"
	"time"
)

// office is phones that call each other: the first ones those behind them. Both
// ends of all calls share a socket and a goroutine.
type office struct {
	shift
	opening
	manners
	phones  []phone
	callers int
	calls   []call
	places  []int32 // free ones of calls
	dialled int     // calls, since the office was opened
	held    []int32 // calls that are up and kept so

	legs     []leg
	freeLegs []int32
	byCallID map[string]int32 // legs

	wheel   wheel
	prefix  string // of Call-IDs
	proof   []byte
	scratch []byte
	message message

	releasing bool                      // to begin is to hang up a held call
	ended     func(c *call, status int) // is told of each call, if set; status 0: it was forgotten
}

// manners are how calls go.
type manners struct {
	byUser  bool                 // phones are dialled by username, as at a proxy that knows no numbers
	ring    time.Duration        // until the callee answers
	hold    func() time.Duration // from the answer to the BYE; nil: none
	keep    bool                 // calls stay up until they are released
	decline func() bool          // whether a callee is busy; nil: never
	media   uint16               // the port that SDPs name
}

// openOffice registers all phones.
func openOffice(ctx context.Context, p plan, accounts []account, callers int, m manners) (*office, error) {
	f, err := newFleet(ctx, p, accounts)
	if err != nil {
		return nil, err
	}
	if err := warm(f, p); err != nil {
		f.close()
		return nil, err
	}
	return &office{
		shift: shift{socket: f.socket}, opening: p.opening, manners: m, phones: f.phones, callers: callers,
		byCallID: map[string]int32{}, prefix: strconv.FormatInt(time.Now().UnixNano(), 36) + ".",
		proof: make([]byte, 0, 1024), scratch: make([]byte, 0, 4096),
	}, nil
}

// drive makes calls by the plan. A callee that has not been hung up on long after
// its caller has failed.
func (o *office) drive(p plan, atEnd func()) (*tally, error) {
	t, err := o.run(o, p, atEnd)
	if err != nil || p.abrupt || o.keep {
		return t, err
	}
	end := time.Now().Add(timerF)
	_, err = o.run(o, plan{over: func() bool { return len(o.byCallID) == 0 || time.Now().After(end) }}, func() {})
	if n := len(o.byCallID); n > 0 {
		t.failures[noBYE] += n
	}
	o.tally = t
	return t, err
}

// release hangs up all calls that are held, so many at a time.
func (o *office) release(flights int) (*tally, error) {
	o.releasing, o.keep = true, false
	return o.drive(plan{flights: flights, count: len(o.held)}, func() {})
}

// begin starts calls, or hangs up held ones, until so many have begun.
func (o *office) begin(due int) {
	for o.begun < due && o.busy < o.plan.flights {
		o.begun++
		if !o.releasing {
			o.dial()
			continue
		}
		last := len(o.held) - 1
		n := o.held[last]
		o.held = o.held[:last]
		if c := &o.calls[n]; c.kept {
			c.kept = false
			o.busy++
			o.bye(int(n))
		}
	}
}

// send puts a message of a phone into the batch.
func (o *office) send(m []byte, from int) {
	_ = o.socket.put(append(o.socket.next(), m...), o.phones[from].origin) // the next send tells
}

func (o *office) take(b []byte) error {
	o.now = time.Now()
	m := &o.message
	if !m.read(b) {
		return nil
	}
	if m.status == 0 {
		o.heardRequest(m)
	} else if a, ok := readAnswer(b); ok {
		o.heardAnswer(m, a)
	}
	return nil
}

func (o *office) timers() {
	o.wheel.ring(o.now, func(a alarm) {
		switch n := int(a.owner); {
		case n >= 0 && o.calls[n].serial == a.serial && o.calls[n].stage != free:
			o.alarmed(n)
		case n < 0 && o.legs[^n].serial == a.serial && o.legs[^n].live:
			o.legAlarmed(^n)
		}
	})
}

// contact appends the line with where a phone is.
func (p *phone) contact(b []byte) []byte {
	b = append(append(append(b, "Contact: <sip:"...), p.user...), '@')
	return append(p.from.AppendTo(b), ">\r\n"...)
}

// sdp appends the rest of a message: one audio stream at the phone's address.
// Offer and answer are the same.
func (o *office) sdp(b []byte, p *phone) []byte {
	var room [256]byte
	s := appendSDP(room[:0], netip.AddrPortFrom(p.from.Addr(), o.media))
	b = append(b, "Content-Type: application/sdp\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(s)), 10)
	return append(append(b, "\r\n\r\n"...), s...)
}

func appendSDP(b []byte, at netip.AddrPort) []byte {
	b = at.Addr().AppendTo(append(b, "v=0\r\no=- 1 1 IN IP4 "...))
	b = at.Addr().AppendTo(append(b, "\r\ns=-\r\nc=IN IP4 "...))
	b = strconv.AppendUint(append(b, "\r\nt=0 0\r\nm=audio "...), uint64(at.Port()), 10)
	return append(b, " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n"...)
}
