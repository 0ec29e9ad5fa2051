package mgmt

import (
	"fmt"
	"slices"

	"ringfence/phone"
)

var cdrBounds = bounds{normal: 100, most: 10_000}

// latestCDRs is how many calls of each sort an extension is shown at a glance.
const latestCDRs = 10

// listCDRs is GET /pbx/cdr: the calls of a time, newest first.
func (s *Server) listCDRs(c *call) (any, error) {
	full, wrong := c.isSet("full")
	q, table, err := s.cdrQuery(c, wrong)
	if err != nil {
		return nil, err
	}
	list, total, err := s.CDRs.ListCDRs(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list call records: %w", err)
	}
	list = each(list, c.caller.record(q.Extension))
	if table {
		return cdrTable(q, list), nil
	}
	if !full {
		list = each(list, withoutLegs)
	}
	return listing(q.Query, total, "cdrs", list), nil
}

// withoutLegs is the record as lists show it that are not asked for in full.
func withoutLegs(r *phone.CDR) *phone.CDR {
	short := *r
	short.Legs = nil
	return &short
}

// findCDRs is POST /pbx/cdr: the same, with the query in the body. What the body
// does not name may still stand in the URI.
func (s *Server) findCDRs(c *call) (any, error) {
	b, err := c.body()
	if err != nil {
		return nil, err
	}
	if c.asked, err = parameters(b, cdrParameters); err != nil {
		return nil, err
	}
	return s.listCDRs(c)
}

func (s *Server) getCDR(c *call) (any, error) {
	id, err := c.id("Call record")
	if err != nil {
		return nil, err
	}
	record, err := s.CDRs.CDR(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a call record: %w", err)
	}
	if err := s.own(c.caller, record.Customer); err != nil {
		return nil, err
	}
	var mine phone.ID
	if !c.caller.level.AtLeast(phone.Viewer) {
		e, err := s.extensionOf(c.caller)
		if err != nil {
			return nil, err
		}
		if mine = e.ID; record.Caller.Extension != mine && record.Callee.Extension != mine {
			return nil, phone.Fault(phone.AccessDenied)
		}
	}
	return c.caller.record(mine)(record), nil
}

// record makes of a record what the caller may see. Below VIEWER, where mine is
// their extension, they do not see who did not want to be shown to them, and
// where the others' phones are.
func (c caller) record(mine phone.ID) func(*phone.CDR) *phone.CDR {
	return func(r *phone.CDR) *phone.CDR {
		if c.level.AtLeast(phone.Viewer) {
			return r
		}
		less := *r
		hidden := r.Caller.Privacy && r.Caller.Extension != mine
		if hidden {
			less.Caller = phone.Party{Privacy: true, Type: r.Caller.Type}
		}
		less.Legs = slices.Clone(r.Legs)
		for i := range less.Legs {
			l := &less.Legs[i]
			if l.Extension == mine {
				continue
			}
			l.Address, l.UserAgent = "", ""
			if hidden && l.Direction == phone.Inbound {
				l.Number, l.Extension, l.SIPPhone = "", "", ""
			}
		}
		return &less
	}
}

// latestAnswer is what an extension did last. A call that it did not take is
// missed, and not inbound.
type latestAnswer struct {
	Outbound []*phone.CDR `json:"outbound"`
	Inbound  []*phone.CDR `json:"inbound"`
	Missed   []*phone.CDR `json:"missed"`
}

// listLatestCDRs is GET /pbx/cdr/latest. Who does not name an extension has one.
func (s *Server) listLatestCDRs(c *call) (any, error) {
	q, faults, err := s.cdrParty(c)
	if err != nil {
		return nil, err
	}
	if q.Extension == "" && len(faults) == 0 {
		if mine, err := s.extensionOf(c.caller); err == nil {
			q.Extension = mine.ID
		} else {
			faults = append(faults, invalid("extension", "Extension is missing"))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	q.Limit = latestCDRs
	var out latestAnswer
	for _, sort := range []struct {
		to       *[]*phone.CDR
		as       phone.Direction
		answered *bool
	}{
		{&out.Outbound, phone.Outbound, nil},
		{&out.Inbound, phone.Inbound, new(true)},
		{&out.Missed, phone.Inbound, new(false)},
	} {
		q.Direction, q.Answered = sort.as, sort.answered
		list, err := s.CDRs.LatestCDRs(c.Request.Context(), q)
		if err != nil {
			return nil, fmt.Errorf("list the latest call records: %w", err)
		}
		*sort.to = each(each(list, c.caller.record(q.Extension)), withoutLegs)
	}
	return out, nil
}
