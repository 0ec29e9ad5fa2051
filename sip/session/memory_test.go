package session

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"ringfence/sip"
)

// idle is the owner of legs that only have to be there.
type idle struct{ up chan struct{} }

func (o *idle) Progressed(*Leg, Progress)            {}
func (o *idle) Answered(*Leg, *sip.Response, []byte) { o.up <- struct{}{} }
func (o *idle) Failed(*Leg, Failure)                 {}
func (o *idle) Cancelled(*Leg, []string)             {}
func (o *idle) Acknowledged(*Leg, []byte)            { o.up <- struct{}{} }
func (o *idle) Agreed(*Leg, []byte)                  {}
func (o *idle) Offered(*Leg, *Offer)                 {}
func (o *idle) Requested(*Leg, *Incoming)            {}
func (o *idle) Ended(*Leg, End)                      {}

// maxIdle is what a leg in conversation may weigh, with its dialog, its timer and
// its place in the table; the mailbox is the owner's.
const maxIdle = 2560

// A leg in conversation keeps no message.
func TestMemoryOfALegInConversation(t *testing.T) {
	const legs = 400
	for name, converse := range map[string]func(w *world, o *idle, i int) *Leg{
		"inbound": converseInbound, "outbound": converseOutbound,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *Config) { c.Timers.T1, c.Timers.T4 = 25*time.Millisecond, 25*time.Millisecond })
			o := &idle{make(chan struct{}, 1)}
			converse(w, o, 0) // what is there once
			w.rested()
			before, all := heap(), make([]*Leg, legs)
			for i := range all {
				all[i] = converse(w, o, i+1)
			}
			w.rested()
			each := (heap() - before) / legs
			t.Logf("%d bytes a leg", each)
			if each > maxIdle {
				t.Errorf("a leg is %d bytes, at most %d are allowed", each, maxIdle)
			}
			runtime.KeepAlive(all)
		})
	}
}

// maxEnded is what a leg may leave behind, with its transactions, until the last of
// their timers: one of ours has to acknowledge what its INVITE may still bring.
var maxEnded = map[string]int{"inbound": 1536, "outbound": 3584}

// A leg that the peer has ended leaves little, and nothing of its owner's.
func TestMemoryOfALegThatHasEnded(t *testing.T) {
	const legs = 300
	for name, converse := range map[string]func(w *world, o *idle, i int) *Leg{
		"inbound": converseInbound, "outbound": converseOutbound,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *Config) { c.Timers = sip.Timers{} })
			o := &idle{make(chan struct{}, 1)}
			end := func(i int) {
				converse(w, o, i)
				w.peer.tag = fmt.Sprintf("a6c85cf%d", i)
				w.peer.asks("BYE", "")
				w.peer.hasAnswer(200, sip.BYE)
				w.peer.theirs = ""
				clear(w.peer.seen)
			}
			end(0)
			before := heap()
			for i := range legs {
				end(i + 1)
			}
			each := (heap() - before) / legs
			t.Logf("%d bytes a leg", each)
			if each > maxEnded[name] {
				t.Errorf("a leg leaves %d bytes, at most %d are allowed", each, maxEnded[name])
			}
		})
	}
}

// rested waits until all transactions have ended.
func (w *world) rested() {
	w.Helper()
	clear(w.peer.seen)
	w.until("no transactions", func() bool {
		s := w.stack.Stats()
		return s.ServerTx == 0 && s.ClientTx == 0
	})
}

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func converseInbound(w *world, o *idle, i int) *Leg {
	w.Helper()
	var leg *Leg
	b := &box{}
	route := sip.Handler(func(req *sip.Request, f sip.Flow) {
		b.Do(func() {
			var err error
			if leg, err = NewInbound(&w.cfg, b, o, req, f); err != nil {
				w.Error(err)
				return
			}
			leg.Accept([]byte(answerB))
		})
	})
	w.first.Store(&route)
	w.peer.callID, w.peer.theirs, w.peer.tag = fmt.Sprintf("9b3f77f4-%d@192.0.2.1", i), "", fmt.Sprintf("a6c85cf%d", i)
	w.peer.asks("INVITE", offerA, allowsUpdate, "User-Agent: Yealink SIP-T46U 108.86.0.20", "Supported: 100rel, replaces")
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.theirs = ""
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.asksAs("ACK", w.peer.cseq, "")
	<-o.up
	return leg
}

func converseOutbound(w *world, o *idle, i int) *Leg {
	w.Helper()
	f, err := w.stack.Flow("udp", w.at, w.peer.at)
	if err != nil {
		w.Fatal(err)
	}
	b := &box{}
	var leg *Leg
	b.Do(func() {
		leg = NewOutbound(&w.cfg, b, o, Outbound{
			Flow: f, URI: uri("sip:bob@" + w.peer.at.String()), SDP: []byte(offerA),
			From: Party{"Alice", uri("sip:100@example.com")}, To: Party{"", uri("sip:200@example.com")},
		})
		err = leg.Invite()
	})
	if err != nil {
		w.Fatal(err)
	}
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "180 Ringing", fmt.Sprintf("a6c85cf%d", i), "")
	w.peer.answer(invite, "200 OK", fmt.Sprintf("a6c85cf%d", i), answerB, allowsUpdate, "Server: Yealink SIP-T46U 108.86.0.20")
	w.peer.gets(sip.ACK)
	<-o.up
	return leg
}
