package mgmt

import (
	"cmp"
	"context"
	"slices"

	"ringfence/phone"
)

// Calls are the calls of this moment, and what can be done to them. What it is
// asked to do it has been asked by somebody who may. It refuses with an Invalid
// of the key device, target, source or destination what cannot be done, and
// returns when the phones have been told, not when they have done it.
type Calls interface {
	// Live are the calls of the wanted customers, in no order.
	Live(wanted func(customer phone.ID) bool) []*phone.LiveCall
	// LiveCall is one call, nil when it has ended.
	LiveCall(id phone.ID) *phone.LiveCall

	// Originate rings the device and, when it is answered, calls the number from it.
	Originate(ctx context.Context, device phone.ID, number string) (phone.ID, error)
	// Hangup ends a call.
	Hangup(ctx context.Context, call phone.ID) error
	// Transfer lets the party of the leg talk with the number, and the other party go.
	Transfer(ctx context.Context, source phone.LegID, number string) error
	// Join lets the parties of two legs talk with each other, and both others go.
	Join(ctx context.Context, source, destination phone.LegID) error
	// Pickup lets the device answer a call that rings elsewhere.
	Pickup(ctx context.Context, device, call phone.ID) error
	// Steal puts the device in the place of a leg that has been answered.
	Steal(ctx context.Context, device phone.ID, leg phone.LegID) error
	// Hold lets the phone of the leg put its call on hold, or take it back.
	Hold(ctx context.Context, leg phone.LegID) error
}

var callBounds = bounds{normal: 50, most: 1000}

// callQuery says which live calls are wanted.
type callQuery struct {
	phone.Query
	extension, device phone.ID
}

// listCalls is GET /pbx/calls: the calls of this moment, the latest first.
func (s *Server) listCalls(c *call) (any, error) {
	q, err := s.callQuery(c)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(s.Calls.Live(s.covers(q.Query)), func(l *phone.LiveCall) bool { return !q.selects(l) })
	slices.SortFunc(list, func(a, b *phone.LiveCall) int { return cmp.Compare(b.ID, a.ID) })
	total := len(list)
	from := min(q.Offset, total)
	return listing(q.Query, total, "calls", each(list[from:min(from+q.Limit, total)], c.caller.live(q.extension))), nil
}

// live makes of a call what the caller may see. Below VIEWER, where mine is their
// extension, they do not see who did not want to be shown to them, as in a record.
func (c caller) live(mine phone.ID) func(*phone.LiveCall) *phone.LiveCall {
	return func(l *phone.LiveCall) *phone.LiveCall {
		if c.level.AtLeast(phone.Viewer) || !l.Caller.Privacy || l.Caller.Extension == mine {
			return l
		}
		less := *l
		less.Caller = phone.Party{Privacy: true, Type: l.Caller.Type}
		less.Legs = slices.Clone(l.Legs)
		for i := range less.Legs {
			if leg := &less.Legs[i]; leg.Direction == phone.Inbound && leg.Extension != mine {
				leg.Number, leg.Extension, leg.SIPPhone = "", "", ""
			}
		}
		return &less
	}
}

// callQuery reads which live calls are wanted, within what the caller may see:
// below VIEWER those of the caller's own extension.
func (s *Server) callQuery(c *call) (q callQuery, err error) {
	if q.Query, err = s.query(c, callBounds); err != nil {
		return q, err
	}
	if asked := c.Query("extension"); asked != "" {
		if q.extension, err = s.askedExtension(c, asked); err != nil {
			return q, err
		}
	}
	if asked := c.Query("phone"); asked != "" {
		if q.device = identifier(asked).id(); s.Book.ByID(q.device) == nil {
			return q, &phone.Error{Kind: phone.NotFound, Key: "phone", Text: "SIP phone not found"}
		}
	}
	if c.caller.level.AtLeast(phone.Viewer) {
		return q, nil
	}
	mine, err := s.extensionOf(c.caller)
	if err == nil && q.extension != "" && q.extension != mine.ID {
		err = phone.Fault(phone.AccessDenied)
	}
	if err != nil {
		return q, err
	}
	q.extension = mine.ID
	return q, nil
}

// covers says whose calls a query is about.
func (s *Server) covers(q phone.Query) func(phone.ID) bool {
	return func(customer phone.ID) bool {
		switch {
		case q.Customer != "":
			return customer == q.Customer
		case q.Reseller != "":
			of := s.Book.Customer(customer)
			return customer == q.Reseller || of != nil && of.ParentReseller == q.Reseller
		}
		return true
	}
}

func (q *callQuery) selects(l *phone.LiveCall) bool {
	return (q.extension == "" || l.Concerns(q.extension)) && (q.device == "" || l.OfPhone(q.device) != nil)
}

// getCall is GET /pbx/calls/{id}.
func (s *Server) getCall(c *call) (any, error) {
	id, err := c.id("Call")
	if err != nil {
		return nil, err
	}
	l := s.Calls.LiveCall(id)
	if l == nil {
		return nil, notFound("Call")
	}
	if err := s.mayLead(c.caller, l, phone.Viewer); err != nil {
		return nil, err
	}
	var mine phone.ID
	if e := s.Book.ByEmployee(c.caller.employee); e != nil {
		mine = e.ID
	}
	return c.caller.live(mine)(l), nil
}

// mayLead refuses a call that is not the caller's: below the level it has to be
// one of their own extension.
func (s *Server) mayLead(c caller, l *phone.LiveCall, above phone.Level) error {
	if err := s.own(c, l.Customer); err != nil || c.level.AtLeast(above) {
		return err
	}
	mine, err := s.extensionOf(c)
	if err == nil && !l.Concerns(mine.ID) {
		err = phone.Fault(phone.AccessDenied)
	}
	return err
}
