package b2bua

import (
	"slices"
	"sync"

	"ringfence/phone"
)

// Live are the calls of the wanted customers as they are at this moment, in no
// order. It waits for calls that are being led just now.
func (s *Switch) Live(wanted func(customer phone.ID) bool) []*phone.LiveCall {
	var looked sync.WaitGroup
	calls := s.running()
	list := make([]*phone.LiveCall, len(calls))
	for i, c := range calls {
		if !wanted(c.customer) {
			continue
		}
		looked.Add(1)
		c.Do(func() {
			defer looked.Done()
			list[i] = c.live()
		})
	}
	looked.Wait()
	return slices.DeleteFunc(list, func(l *phone.LiveCall) bool { return l == nil })
}

// LiveCall is one call, nil when it has ended.
func (s *Switch) LiveCall(id phone.ID) *phone.LiveCall {
	c := s.running1(id)
	if c == nil {
		return nil
	}
	seen := make(chan *phone.LiveCall, 1)
	c.Do(func() {
		var l *phone.LiveCall
		defer func() { seen <- l }()
		l = c.live()
	})
	return <-seen
}

// running1 is a call that has not ended, nil for none.
func (s *Switch) running1(id phone.ID) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[id]
}

// live is the call as it is shown.
func (c *call) live() *phone.LiveCall {
	if c.stage == ended {
		return nil
	}
	r := c.cdr
	l := &phone.LiveCall{
		ID: c.id, Customer: c.customer, State: phone.CallRinging, Started: r.Started,
		Caller: r.Caller, Callee: r.Callee, Trunk: r.Trunk, Legs: []phone.LiveLeg{},
	}
	if c.stage == talking {
		l.State, l.Answered = phone.CallTalking, r.Answered
	}
	for _, e := range c.everybody() {
		leg := e.live()
		if leg.Hold && l.State == phone.CallTalking {
			l.State = phone.CallHeld
		}
		l.Legs = append(l.Legs, leg)
	}
	return l
}

// everybody is who is in the call, or rings for it, in the order of the record.
func (c *call) everybody() []*end {
	all := c.ends[:]
	if c.ring != nil {
		all = slices.Concat(all, c.ring.legs)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(e *end) bool { return e == nil || e.over })
	slices.SortFunc(all, func(a, b *end) int { return a.nth - b.nth })
	return slices.Compact(all)
}

// live is the end as it is shown.
func (e *end) live() phone.LiveLeg {
	r := *e.log()
	l := phone.LiveLeg{
		ID: phone.NewLegID(e.call.id, e.nth), Direction: r.Direction, State: phone.CallRinging, Hold: e.holds,
		Extension: r.Extension, SIPPhone: r.SIPPhone, Trunk: r.Trunk, Number: r.Number,
		Started: r.Started, Answered: r.Answered,
	}
	if e.leg != nil {
		l.Transport = e.leg.Flow().Network
	}
	if r.Answered.IsZero() {
		return l
	}
	l.State = phone.CallTalking
	if o := e.other(); e.holds || o != nil && o.holds {
		l.State = phone.CallHeld
	}
	if e.media != nil {
		e.account(&r)
		l.Codec, l.SRTP = r.Codec, r.SRTP
		if !e.call.Direct {
			l.Media = &r.Media
		}
	}
	return l
}
