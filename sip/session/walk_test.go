package session

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"ringfence/sip"
)

// walker is an owner that does anything at any time.
type walker struct {
	*world
	r       *rand.Rand
	offers  []*Offer
	over    bool
	answers map[string]int // final responses by CSeq
	asked   map[string]bool

	mu    sync.Mutex // guards story
	story []string   // what has happened, for when it goes wrong
}

func (o *walker) note(what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.story = append(o.story, what)
}

func (o *walker) news(s string) {
	o.note("heard " + s)
	if o.over {
		o.Errorf("after the end: %s", s)
	}
}
func (o *walker) end(s string) { o.news(s); o.over = true }

func (o *walker) Progressed(_ *Leg, p Progress)              { o.news(fmt.Sprint("progress ", p.Code)) }
func (o *walker) Answered(_ *Leg, _ *sip.Response, _ []byte) { o.news("answer") }
func (o *walker) Failed(_ *Leg, f Failure)                   { o.end(fmt.Sprint("failed ", f.Status)) }
func (o *walker) Cancelled(*Leg, []string)                   { o.end("cancelled") }
func (o *walker) Acknowledged(*Leg, []byte)                  { o.news("acknowledged") }
func (o *walker) Agreed(*Leg, []byte)                        { o.news("agreed") }
func (o *walker) Ended(_ *Leg, e End)                        { o.end("ended " + e.Cause.String()) }
func (o *walker) Requested(_ *Leg, in *Incoming)             { in.Respond(200, "OK") }
func (o *walker) Offered(_ *Leg, of *Offer) {
	o.news("offered " + string(of.Method))
	o.offers = append(o.offers, of)
}

// Whatever both sides do in whatever order: nothing panics, nobody is told
// anything after the end, each request gets its final response, and in the end
// nothing is left.
func TestAnythingInAnyOrder(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, quick)
			o := &walker{world: w, r: rand.New(rand.NewPCG(seed, 1)), answers: map[string]int{}, asked: map[string]bool{}}
			if seed%2 == 0 {
				o.beginInbound()
			} else {
				o.beginOutbound()
			}
			for range 40 {
				o.step()
			}
			o.finish()
		})
	}
}

func (o *walker) beginInbound() {
	route := sip.Handler(func(req *sip.Request, f sip.Flow) {
		o.box.Do(func() { o.leg, _ = NewInbound(&o.cfg, &o.box, o, req, f) })
	})
	o.first.Store(&route)
	o.ask("INVITE", offerA, "Supported: 100rel, timer", allowsUpdate)
	o.until("it is here", func() (here bool) {
		o.do(func(l *Leg) { here = l != nil })
		return here
	})
	o.do(func(l *Leg) { l.Progress(180, "Ringing", nil) }) // so that the peer knows our tag
	o.settleDown()
}

func (o *walker) beginOutbound() {
	f, err := o.stack.Flow("udp", o.at, o.peer.at)
	if err != nil {
		o.Fatal(err)
	}
	o.do(func(*Leg) {
		o.leg = NewOutbound(&o.cfg, &o.box, o, Outbound{
			Flow: f, URI: uri("sip:bob@" + o.peer.at.String()), SDP: bytesOrNil([]string{"", offerA}[o.r.IntN(2)]),
			From: Party{"", uri("sip:100@example.com")}, To: Party{"", uri("sip:200@example.com")},
			Credentials: func(*sip.Request, *sip.Response) (sip.Header, error) {
				return sip.NewHeader("Authorization", "Digest"), nil
			},
		})
		err = o.leg.Invite()
	})
	if err != nil {
		o.Fatal(err)
	}
	o.settleDown()
}

func (o *walker) ask(method, body string, extra ...string) {
	o.peer.asks(method, body, extra...)
	o.asked[itoa(o.peer.cseq)+" "+method] = true
	o.note("peer " + method)
}

func (o *walker) step() {
	o.Helper()
	if n := o.r.IntN(100); n < 45 {
		o.peerActs()
	} else {
		o.do(o.ownerActs)
	}
	o.settleDown()
}

func (o *walker) peerActs() {
	sdp := []string{"", offerC}[o.r.IntN(2)]
	switch o.r.IntN(12) {
	case 0, 1, 2:
		o.ask("INVITE", sdp)
	case 3, 4:
		o.ask("UPDATE", sdp)
	case 5:
		o.ask("INFO", "")
	case 6:
		o.ask("PRACK", sdp, "RAck: 1 101 INVITE")
	case 7, 8, 9:
		o.peer.asksAs("ACK", o.peer.cseq, answerD)
	case 10:
		o.peer.asksOn(o.peer.last, "CANCEL", o.peer.cseq, "")
	case 11:
		if o.r.IntN(8) == 0 {
			o.ask("BYE", "")
		}
	}
}

func (o *walker) ownerActs(l *Leg) {
	if l == nil {
		return
	}
	sdp := bytesOrNil([]string{"", offerC}[o.r.IntN(2)])
	n := o.r.IntN(14)
	o.note("owner " + itoa(n))
	switch n {
	case 0, 1, 2:
		l.Offer(sdp, func([]byte, *Failure) {})
	case 3, 4:
		l.Confirm([]byte(answerD))
	case 5:
		l.Withdraw()
	case 6:
		l.Send(Message{Method: sip.INFO}, nil)
	case 7:
		l.Progress(180+3*o.r.IntN(2), "Progress", sdp)
	case 8, 9:
		l.Accept([]byte(answerB))
	case 13:
		if o.r.IntN(8) == 0 {
			o.over = !l.Early() || l.Inbound()
			l.Bye()
		}
	default:
		if len(o.offers) > 0 {
			of := o.offers[0]
			if o.offers = o.offers[1:]; o.r.IntN(3) == 0 {
				of.Reject(488, "Not Acceptable Here")
			} else {
				of.Answer([]byte(answerB))
			}
		}
	}
}

func (o *walker) finish() {
	o.do(func(l *Leg) {
		for _, of := range o.offers {
			of.Answer([]byte(answerB))
		}
		o.over = o.over || !l.Early() || l.Inbound()
		l.Bye()
	})
	o.until("nothing is left", func() bool {
		o.settleDown()
		return o.cfg.Table.Len() == 0
	})
	for cseq := range o.asked {
		if o.answers[cseq] == 0 {
			o.Errorf("%s had no final response", cseq)
		}
	}
	if n := o.stack.Stats().Panics; n > 0 {
		o.Errorf("%d panics", n)
	}
	if o.T.Failed() {
		o.Log(strings.Join(o.story, "; "))
	}
}
