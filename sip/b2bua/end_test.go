package b2bua

import (
	"testing"
	"time"

	"ringfence/phone"
)

// In a queue the same phones ring again and again: the record keeps the latest.
func TestRecordOfACallThatRingsForHours(t *testing.T) {
	s := New(Config{NewID: func() (phone.ID, error) { return "1", nil }})
	c, err := s.newCall(customer)
	if err != nil {
		t.Fatal(err)
	}
	caller := c.newEnd(phone.CDRLeg{Number: "101"}, party{})
	talks := c.newEnd(phone.CDRLeg{Number: "102"}, party{})
	talks.log().Answered = time.Now()
	talks.leave(200, phone.EndedByCallee, phone.EndHangup)
	var last *end
	for range 1000 {
		last = c.newEnd(phone.CDRLeg{SIPPhone: "2", Number: "103"}, party{})
		last.leave(487, phone.EndedByCaller, phone.EndCancel)
	}
	rings := c.newEnd(phone.CDRLeg{Number: "104"}, party{})
	if n := len(c.cdr.Legs); n != maxSeen {
		t.Errorf("%d legs", n)
	}
	for want, e := range map[string]*end{"101": caller, "102": talks, "104": rings} {
		if got := e.log().Number; got != want {
			t.Errorf("the leg of %s has become that of %s", want, got)
		}
	}
	names := map[phone.LegID]bool{}
	for _, e := range []*end{caller, talks, last, rings} {
		names[phone.NewLegID(c.id, e.nth)] = true
	}
	if len(names) != 4 || rings.nth <= last.nth {
		t.Errorf("a leg has the name of another: %v", names)
	}
	if n := len(s.busy); n != 0 {
		t.Errorf("%d phones are still in calls", n)
	}
}
