package store

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"ringfence/phone"
)

// benchCalls are calls of two legs between the extensions of many customers.
func benchCalls() (list []*phone.CDR) {
	id := func(kind string, i int) phone.ID { return phone.ID(fmt.Sprintf("%s%022d", kind, i)) }
	for i := range 20_000 {
		from := phone.CDRLeg{
			ID: id("a0", i), Direction: phone.Inbound, Extension: id("5e", i), SIPPhone: id("50", i), Number: "101",
			Address: "192.0.2.1:5060", UserAgent: "snomD865/10.1.141.13", SIPCode: 200, Codec: "PCMA",
		}
		to := from
		to.ID, to.Direction, to.Extension, to.SIPPhone = id("b0", i), phone.Outbound, id("5e", i*7%20_000), id("50", i*7%20_000)
		list = append(list, &phone.CDR{
			Customer: id("c0", i%1000),
			Caller:   phone.Party{Number: "101", Name: "Alice", Type: phone.PartySIPPhone, Extension: from.Extension, SIPPhone: from.SIPPhone},
			Callee:   phone.Party{Number: "102", Name: "Bob", Type: phone.PartySIPPhone, Extension: to.Extension, SIPPhone: to.SIPPhone},
			SIPCode:  200, Legs: []phone.CDRLeg{from, to},
		})
	}
	return list
}

// answer makes it the call with a number, which is answered.
func answer(c *phone.CDR, number int, at time.Time) {
	var b [12]byte
	binary.BigEndian.PutUint64(b[4:], uint64(number))
	c.ID = phone.ID(hex.EncodeToString(b[:]))
	c.Started, c.Answered, c.AnsweredByCallee, c.Ended = at, at, at, time.Time{}
	c.TerminatedBy, c.TerminatedReason = "", ""
	for i := range c.Legs {
		l := &c.Legs[i]
		l.Started, l.Ringing, l.Answered, l.Ended = at, at, at, time.Time{}
		l.EndedBy, l.Reason, l.Media = "", "", phone.LegMedia{}
	}
}

func hangUp(c *phone.CDR, at time.Time) {
	c.Ended, c.TerminatedBy, c.TerminatedReason = at, phone.EndedByCaller, phone.EndHangup
	for i := range c.Legs {
		l := &c.Legs[i]
		l.Ended, l.EndedBy, l.Reason = at, phone.EndedByCaller, phone.EndHangup
		l.Media = phone.LegMedia{PacketsIn: 3000, PacketsOut: 3000, OctetsIn: 516000, OctetsOut: 516000, Lost: 2, Jitter: 1.2, RTT: 23.4, MOS: 4.3}
	}
}

// BenchmarkLedger is a call's answer and its end, at a rate of calls. What it
// takes is the time of the processor, in and below the store; "nothing" is what
// the calls themselves take of it. A table that holds many records already costs
// more: each goes to another page of its indexes.
func BenchmarkLedger(b *testing.B) {
	b.Run("nothing", func(b *testing.B) {
		benchLedger(b, func(_ *phone.CDR, done func(error)) { done(nil) })
	})
	for name, records := range map[string]int{"empty": 0, "full": 300_000} {
		b.Run(name, func(b *testing.B) {
			s := world(b, func(c *Config) { c.Now = time.Now })
			calls := benchCalls()
			fillCDRs(b, s, records, func(i int) *phone.CDR {
				c := calls[i%len(calls)]
				at := noon.Add(time.Duration(i-records) * time.Second / 10)
				answer(c, i, at)
				hangUp(c, at)
				r := *c
				return &r
			})
			commits := s.Stats().Commits
			benchLedger(b, s.Note)
			must(b)(nil, s.ledger.settle(b.Context()))
			b.ReportMetric(float64(b.N)/float64(s.Stats().Commits-commits), "calls/commit")
		})
	}
}

func benchLedger(b *testing.B, note func(*phone.CDR, func(error))) {
	const rate, every, talk, first = 2000, 5 * time.Millisecond, 2000, 1_000_000
	tick := time.NewTicker(every)
	defer tick.Stop()
	var waiting sync.WaitGroup
	done := func(err error) {
		if err != nil {
			b.Error(err)
		}
		waiting.Done()
	}
	calls := benchCalls()
	was, i := processor(b), 0
	for b.Loop() {
		if i%(rate*int(every)/int(time.Second)) == 0 {
			<-tick.C
		}
		at := noon.Add(time.Duration(i) * time.Second / rate)
		c := calls[i%len(calls)]
		answer(c, first+i, at)
		waiting.Add(1)
		note(c, done)
		if i >= talk {
			c := calls[(i-talk)%len(calls)]
			hangUp(c, at)
			waiting.Add(1)
			note(c, done)
		}
		i++
	}
	waiting.Wait()
	b.ReportMetric(float64((processor(b)-was).Nanoseconds())/1000/float64(b.N), "cpu-µs/call")
}

// processor is the time that this process has taken of it.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	must(b)(nil, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
