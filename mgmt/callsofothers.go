package mgmt

import "ringfence/phone"

// pickUp is GET /pbx/app/action/pickup: the device answers a call that rings at
// the target: an extension, a number, or the call itself.
func (s *Server) pickUp(c *call) (any, error) {
	device, err := s.device(c)
	if err != nil {
		return nil, err
	}
	l, err := s.ringing(device, c.Query("target"))
	if err != nil {
		return nil, err
	}
	if err := s.own(c.caller, l.Customer); err != nil {
		return nil, err
	}
	if leg, err := s.reachable(c, device, l, phone.MayPickUp, phone.CallRinging); leg == nil {
		return nil, err
	}
	return done(s.Calls.Pickup(c.Request.Context(), device.ID, l.ID))
}

// ringing is the call that rings at a target; of several the one that has rung
// for longest.
func (s *Server) ringing(device *phone.Account, target string) (*phone.LiveCall, error) {
	if id, ok := phone.ParseID(target); ok && s.Book.Extension(id) == nil {
		l := s.Calls.LiveCall(id)
		if l == nil {
			return nil, errNoCall
		}
		if l.State != phone.CallRinging {
			return nil, errNotRinging
		}
		return l, nil
	}
	number, err := s.numberOf(device.Customer, target)
	if err != nil {
		return nil, err
	}
	var first *phone.LiveCall
	for _, l := range s.Calls.Live(func(customer phone.ID) bool { return customer == device.Customer }) {
		if l.State == phone.CallRinging && s.ringsAt(l, number) && (first == nil || l.ID < first.ID) {
			first = l
		}
	}
	if first == nil {
		return nil, errNotRinging
	}
	return first, nil
}

// ringsAt says whether the call rings for a number: it was dialled, or it is
// that of an extension whose phone rings.
func (s *Server) ringsAt(l *phone.LiveCall, number string) bool {
	if l.Callee.Number == number {
		return true
	}
	for i := range l.Legs {
		e := s.Book.Extension(l.Legs[i].Extension)
		if l.Legs[i].Direction == phone.Outbound && e != nil && e.Number == number {
			return true
		}
	}
	return false
}

// steal is GET /pbx/app/action/steal: the device goes on with a call in the
// place of a phone of its own extension, or of one that it controls.
func (s *Server) steal(c *call) (any, error) {
	device, err := s.device(c)
	if err != nil {
		return nil, err
	}
	l, err := s.liveCall(c)
	if err != nil {
		return nil, err
	}
	if err := s.own(c.caller, l.Customer); err != nil {
		return nil, err
	}
	if l.State == phone.CallRinging {
		return nil, errNotAnswered
	}
	if l.OfPhone(device.ID) != nil {
		return nil, invalid("device", "SIP phone is in that call")
	}
	leg, err := s.reachable(c, device, l, phone.MaySteal, phone.CallTalking)
	if err != nil {
		return nil, err
	}
	return done(s.Calls.Steal(c.Request.Context(), device.ID, leg.ID))
}

// reachable is the leg of the call that the device may take over: first one of
// its own extension, then of an extension that it controls by a group. An
// administrator may take over whom they like, the callee first. A call that rings
// is taken over at who is called.
func (s *Server) reachable(c *call, device *phone.Account, l *phone.LiveCall, right func(*phone.Group) bool, state phone.CallState) (*phone.LiveLeg, error) {
	legs := candidates(l, state)
	if l.Customer != device.Customer {
		return nil, phone.Fault(phone.AccessDenied)
	}
	for _, leg := range legs {
		if leg.Extension == device.Extension {
			return leg, nil
		}
	}
	for _, leg := range legs {
		if c.caller.level.AtLeast(phone.Manager) || s.Book.Controls(device.Extension, leg.Extension, right) {
			return leg, nil
		}
	}
	return nil, phone.Fault(phone.AccessDenied)
}

// candidates are the legs that somebody else could be in the place of, those of
// called phones first.
func candidates(l *phone.LiveCall, state phone.CallState) (legs []*phone.LiveLeg) {
	for i := len(l.Legs) - 1; i >= 0; i-- {
		leg := &l.Legs[i]
		switch {
		case state == phone.CallRinging && (leg.Direction == phone.Inbound || leg.State != state):
		case leg.SIPPhone == "":
		default:
			legs = append(legs, leg)
		}
	}
	return legs
}
