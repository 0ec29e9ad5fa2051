package b2bua

import (
	"context"
	"math/rand/v2"
	"time"

	"ringfence/phone"
)

// change is what an administrator does to a phone or an extension.
func (s *storm) change(rng *rand.Rand) {
	i := s.imps[rng.IntN(5)]
	x := *s.w.book.ByNumber(customer, i.number)
	to := ""
	if rng.IntN(4) == 0 {
		to = s.numbers[rng.IntN(5)]
	}
	switch rng.IntN(7) {
	case 0:
		p := i.phone.Clone()
		p.DND = rng.IntN(3) == 0
		s.w.book.PutPhone(p)
	case 1:
		s.w.book.DropPhone(i.phone.ID)
		time.AfterFunc(time.Duration(rng.IntN(20))*time.Millisecond, func() { s.w.book.PutPhone(i.phone) })
	case 2:
		x.Forward.Busy = to
	case 3:
		x.Forward.NoAnswer, x.NoAnswerTime = to, 1
	case 4:
		if to != "" && rng.IntN(3) > 0 {
			to = ""
		}
		x.Forward.Unconditional = to
	case 5:
		s.w.book.PutCustomer(&phone.Customer{ID: customer, Name: "Test", State: phone.CustomerBlocked})
		time.AfterFunc(time.Duration(rng.IntN(20))*time.Millisecond, func() {
			s.w.book.PutCustomer(&phone.Customer{ID: customer, Name: "Test", State: phone.CustomerActive})
		})
	default:
		x.CallWaiting = !x.CallWaiting
	}
	s.w.book.PutExtension(&x)
}

// command is what a page asks for.
func (s *storm) command(rng *rand.Rand) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	sw, device := s.w.sw, s.imps[rng.IntN(5)].phone.ID
	number := s.numbers[rng.IntN(len(s.numbers))]
	live := sw.Live(func(phone.ID) bool { return true })
	if len(live) == 0 || rng.IntN(5) == 0 {
		_, _ = sw.Originate(ctx, device, number)
		return
	}
	leg := func() (phone.ID, phone.LegID) {
		l := live[rng.IntN(len(live))]
		if len(l.Legs) == 0 {
			return l.ID, ""
		}
		return l.ID, l.Legs[rng.IntN(len(l.Legs))].ID
	}
	id, one := leg()
	_, other := leg()
	var err error
	switch rng.IntN(6) {
	case 0:
		err = sw.Hangup(ctx, id)
	case 1:
		err = sw.Transfer(ctx, one, number)
	case 2:
		err = sw.Join(ctx, one, other)
	case 3:
		err = sw.Pickup(ctx, device, id)
	case 4:
		err = sw.Steal(ctx, device, one)
	case 5:
		err = sw.Hold(ctx, one)
	}
	if ctx.Err() != nil {
		s.t.Errorf("storm %d: a command hangs: %v", s.seed, err)
	}
}

// slowDisk lets nothing be written for a while.
func (s *storm) slowDisk() {
	l := s.w.cdrs
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hold != nil {
		return
	}
	hold := make(chan struct{})
	l.hold = hold
	time.AfterFunc(4*chaosT1, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.hold = nil
		close(hold)
	})
}

// goodbye lets everybody who believes to be in a call leave it.
func (s *storm) goodbye() {
	for _, i := range s.imps {
		i.box.Do(func() {
			for _, c := range i.chats {
				switch {
				case c.up && c.dialog != nil && (c.caller || i.chance(0.5)):
					c.bye()
				case c.up:
					i.after(10*chaosT1, c.bye)
				case c.caller && !c.over && c.client != nil:
					_ = c.client.Cancel()
				}
			}
		})
	}
}
