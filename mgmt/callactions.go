package mgmt

import (
	"strings"

	"ringfence/phone"
)

// What is wrong with what is asked of calls.
var (
	errNoDevice      = invalid("device", "SIP phone not found, or of no extension")
	errNoTarget      = invalid("target", "Target is invalid or missing")
	errNoCall        = invalid("target", "Call not found")
	errNotRinging    = invalid("target", "No call is ringing there")
	errNotAnswered   = invalid("target", "Call has not been answered")
	errNoSource      = invalid("source", "Call leg not found")
	errNoDestination = invalid("destination", "Call leg not found")
	errNothingToHold = &phone.Error{Kind: phone.NotFound, Key: "target", Text: "SIP phone is in no such call"}
)

// callActions are the live calls, and what a phone's key or a page may do to them
// by opening a URL.
func (s *Server) callActions() []route {
	const base = "/pbx/app/action/"
	return []route{
		{"GET", "/pbx/calls", phone.Personal, s.listCalls},
		{"GET", "/pbx/calls/:id", phone.Personal, s.getCall},
		{"GET", base + "call", phone.Personal, s.placeCall},
		{"GET", base + "hangup", phone.Personal, s.hangUp},
		{"GET", base + "transfer", phone.Personal, s.transfer},
		{"GET", base + "pickup", phone.Personal, s.pickUp},
		{"GET", base + "steal", phone.Personal, s.steal},
		{"GET", base + "hold", phone.Personal, s.hold},
	}
}

// placed is the answer of an action that makes a call.
type placed struct {
	Success bool     `json:"success"`
	ID      phone.ID `json:"_id"`
}

// placeCall is GET /pbx/app/action/call: the device rings, and calls the target
// when somebody takes it up.
func (s *Server) placeCall(c *call) (any, error) {
	device, err := s.device(c)
	if err != nil {
		return nil, err
	}
	number, err := s.numberOf(device.Customer, c.Query("target"))
	if err != nil {
		return nil, err
	}
	id, err := s.Calls.Originate(c.Request.Context(), device.ID, number)
	if err != nil {
		return nil, err
	}
	return placed{true, id}, nil
}

// hangUp is GET /pbx/app/action/hangup.
func (s *Server) hangUp(c *call) (any, error) {
	l, err := s.liveCall(c)
	if err != nil {
		return nil, err
	}
	if err := s.mayLead(c.caller, l, phone.Manager); err != nil {
		return nil, err
	}
	return done(s.Calls.Hangup(c.Request.Context(), l.ID))
}

// transfer is GET /pbx/app/action/transfer: the party of the source leg gets the
// target, or the party of the destination leg, to talk with.
func (s *Server) transfer(c *call) (any, error) {
	source, err := s.leg(c, "source", errNoSource)
	if err != nil {
		return nil, err
	}
	if c.Query("destination") != "" {
		to, err := s.leg(c, "destination", errNoDestination)
		if err != nil {
			return nil, err
		}
		if to.call.ID == source.call.ID || to.call.Customer != source.call.Customer {
			return nil, errNoDestination
		}
		return done(s.Calls.Join(c.Request.Context(), source.id, to.id))
	}
	if source.call.State == phone.CallRinging {
		return nil, invalid("source", "Call has not been answered")
	}
	number, err := s.numberOf(source.call.Customer, c.Query("target"))
	if err != nil {
		return nil, err
	}
	return done(s.Calls.Transfer(c.Request.Context(), source.id, number))
}

// hold is GET /pbx/app/action/hold: it toggles. Without a target it is the call
// that the device is talking in or, when there is none, one that it holds.
func (s *Server) hold(c *call) (any, error) {
	device, err := s.device(c)
	if err != nil {
		return nil, err
	}
	asked := c.Query("target")
	if asked != "" {
		var l *phone.LiveCall
		if id := identifier(asked).id(); id != "" {
			l = s.Calls.LiveCall(id)
		}
		if l == nil || l.Customer != device.Customer {
			return nil, errNothingToHold
		}
		return s.holdIn(c, device, l)
	}
	return s.holdIn(c, device, s.foremost(device))
}

func (s *Server) holdIn(c *call, device *phone.Account, l *phone.LiveCall) (any, error) {
	if l == nil || l.State == phone.CallRinging {
		return nil, errNothingToHold
	}
	leg := l.OfPhone(device.ID)
	if leg == nil {
		return nil, errNothingToHold
	}
	return done(s.Calls.Hold(c.Request.Context(), leg.ID))
}

// foremost is the answered call that a device is most likely to mean, nil for
// none: one that it does not hold, of several the latest.
func (s *Server) foremost(device *phone.Account) (best *phone.LiveCall) {
	for _, l := range s.Calls.Live(func(customer phone.ID) bool { return customer == device.Customer }) {
		leg := l.OfPhone(device.ID)
		if leg == nil || l.State == phone.CallRinging {
			continue
		}
		if best == nil || best.OfPhone(device.ID).Hold && !leg.Hold || best.OfPhone(device.ID).Hold == leg.Hold && l.ID > best.ID {
			best = l
		}
	}
	return best
}

// done is the answer of an action that has nothing to show.
func done(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return success{true}, nil
}

// device is the phone that the request names: one of the caller's extension or,
// from MANAGER up, any of the customer.
func (s *Server) device(c *call) (*phone.Account, error) {
	a := s.Book.ByID(identifier(c.Query("device")).id())
	if a == nil || s.Book.Extension(a.Extension) == nil {
		return nil, errNoDevice
	}
	if err := s.own(c.caller, a.Customer); err != nil || c.caller.level.AtLeast(phone.Manager) {
		return a, err
	}
	mine, err := s.extensionOf(c.caller)
	if err == nil && mine.ID != a.Extension {
		err = phone.Fault(phone.AccessDenied)
	}
	return a, err
}

// maxDialled bounds a number that is dialled: a prefix and one of E.164.
const maxDialled = 24

// numberOf is the number of a target: of the customer's extension with that id,
// or what it is.
func (s *Server) numberOf(customer phone.ID, target string) (string, error) {
	if id, ok := phone.ParseID(target); ok {
		if e := s.Book.Extension(id); e != nil && e.Customer == customer {
			return e.Number, nil
		}
		return "", errNoTarget
	}
	number := strings.TrimSpace(target)
	digits := strings.TrimPrefix(number, "+")
	if digits == "" || len(number) > maxDialled || strings.Trim(digits, "0123456789*#") != "" {
		return "", errNoTarget
	}
	return number, nil
}

// liveCall is the call that the target names.
func (s *Server) liveCall(c *call) (*phone.LiveCall, error) {
	if id, ok := phone.ParseID(c.Query("target")); ok {
		if l := s.Calls.LiveCall(id); l != nil {
			return l, nil
		}
	}
	return nil, errNoCall
}

// askedLeg is a leg that the request names, with its call.
type askedLeg struct {
	id   phone.LegID
	call *phone.LiveCall
}

// leg is the leg of a call that the caller may lead.
func (s *Server) leg(c *call, name string, missing error) (at askedLeg, err error) {
	id, index, ok := phone.LegID(c.Query(name)).Call()
	if !ok {
		return at, missing
	}
	at.id, at.call = phone.NewLegID(id, index), s.Calls.LiveCall(id)
	if at.call == nil || at.call.Leg(at.id) == nil {
		return at, missing
	}
	return at, s.mayLead(c.caller, at.call, phone.Manager)
}
