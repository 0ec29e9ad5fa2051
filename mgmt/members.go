package mgmt

import (
	"fmt"
	"strconv"

	"ringfence/phone"
)

// memberBody is how somebody joins a queue.
type memberBody struct {
	Extension optional[identifier] `json:"extension"`
	Number    optional[digits]     `json:"number"`
	Priority  optional[int]        `json:"priority"`
	Permanent optional[bool]       `json:"permanent"`
}

// errDynamic refuses who is not an administrator where only those may say who is
// in the queue.
var errDynamic = &phone.Error{Kind: phone.Denied, Key: "dynamic", Text: "Queue is not dynamic"}

func (s *Server) listMembers(c *call) (any, error) {
	q, err := s.queueOf(c)
	if err != nil {
		return nil, err
	}
	return q.Named(s.extensionName).Members, nil
}

// extensionName is how an extension is called now, "" for none.
func (s *Server) extensionName(id phone.ID) string {
	if e := s.Book.Extension(id); e != nil {
		return e.Name
	}
	return ""
}

// shownMember is a member as a list of them has it.
func (s *Server) shownMember(m phone.QueueMember) phone.QueueMember {
	m.Name = s.extensionName(m.Extension)
	return m
}

// queueOf is the queue of the path.
func (s *Server) queueOf(c *call) (*phone.Queue, error) {
	id, err := c.id("Queue")
	if err != nil {
		return nil, err
	}
	q, err := s.Queues.Get(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a queue: %w", err)
	}
	return q, s.own(c.caller, q.Customer)
}

// joinQueue is POST /pbx/queue/{id}/member.
func (s *Server) joinQueue(c *call) (any, error) {
	var in memberBody
	wrong, err := c.properties(&in)
	if err != nil {
		return nil, err
	}
	return s.join(c, in, wrong)
}

// joinQueueByLink is GET /pbx/queue/{id}/member/join, for phones whose key opens
// a URL.
func (s *Server) joinQueueByLink(c *call) (any, error) {
	var in memberBody
	if v := c.Query("extension"); v != "" {
		in.Extension = optional[identifier]{named: true, value: identifier(v)}
	}
	if v := c.Query("number"); v != "" {
		in.Number = optional[digits]{named: true, value: digits(v)}
	}
	return s.join(c, in, in.linked(c))
}

// linked reads what both links have: priority and permanent.
func (in *memberBody) linked(c *call) (wrong phone.Faults) {
	if v := c.Query("priority"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			wrong = append(wrong, invalid("priority", "Value is invalid"))
		}
		in.Priority = optional[int]{named: err == nil, value: n}
	}
	permanent, faults := c.isOrNot("permanent")
	if permanent != nil {
		in.Permanent = optional[bool]{named: true, value: *permanent}
	}
	return append(wrong, faults...)
}

func (s *Server) join(c *call, in memberBody, wrong phone.Faults) (any, error) {
	id, err := phone.NewID(s.Now(), s.Random)
	if err != nil {
		return nil, err
	}
	var joined phone.QueueMember
	_, err = s.editQueue(c, func(q *phone.Queue, refs phone.References) (err error) {
		m := phone.QueueMember{ID: id, Extension: in.Extension.value.id(), Number: string(in.Number.value), Priority: in.Priority.value}
		m.Permanent = in.Permanent.value && c.caller.level.AtLeast(phone.Manager)
		if err := s.mayMove(c.caller, q, m); err != nil {
			return err
		}
		joined, err = q.Join(m, refs)
		return beside(wrong, err)
	})
	return s.shownMember(joined), err
}

// mayMove says whether the caller may let a member in or out: an administrator
// any, others themselves, and where the queue lets them.
func (s *Server) mayMove(c caller, q *phone.Queue, m phone.QueueMember) error {
	e := s.Book.Extension(m.Extension)
	switch {
	case c.level.AtLeast(phone.Manager):
		return nil
	case e == nil || c.employee == "" || e.Employee != c.employee:
		return phone.Fault(phone.AccessDenied)
	case !q.Dynamic:
		return errDynamic
	}
	return nil
}

func (s *Server) editQueue(c *call, edit func(*phone.Queue, phone.References) error) (*phone.Queue, error) {
	id, err := c.id("Queue")
	if err != nil {
		return nil, err
	}
	q, err := s.Queues.Update(c.changing(), id, func(q *phone.Queue, refs phone.References) error {
		if err := s.own(c.caller, q.Customer); err != nil {
			return err
		}
		return edit(q, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("update a queue: %w", err)
	}
	return q, nil
}

// updateMember is POST /pbx/queue/{id}/member/{member}: priority and permanent.
func (s *Server) updateMember(c *call) (any, error) {
	var in memberBody
	wrong, err := c.properties(&in)
	if err != nil {
		return nil, err
	}
	return s.changeMember(c, in, wrong)
}

// updateMemberByLink is the same as GET with a query.
func (s *Server) updateMemberByLink(c *call) (any, error) {
	var in memberBody
	wrong := in.linked(c)
	if !in.Priority.named && !in.Permanent.named && len(wrong) == 0 {
		q, err := s.queueOf(c)
		if err != nil {
			return nil, err
		}
		i := q.Member(memberID(c))
		if i < 0 {
			return nil, errNoMember
		}
		return s.shownMember(q.Members[i]), nil
	}
	return s.changeMember(c, in, wrong)
}

func (s *Server) changeMember(c *call, in memberBody, wrong phone.Faults) (any, error) {
	var changed phone.QueueMember
	_, err := s.editQueue(c, func(q *phone.Queue, refs phone.References) (err error) {
		i := q.Member(memberID(c))
		if i < 0 {
			return errNoMember
		}
		m := q.Members[i]
		if err := s.mayMove(c.caller, q, m); err != nil {
			return err
		}
		in.Priority.into(&m.Priority)
		if c.caller.level.AtLeast(phone.Manager) {
			in.Permanent.into(&m.Permanent)
		}
		changed, err = q.Change(m, refs)
		return beside(wrong, err)
	})
	return s.shownMember(changed), err
}

var errNoMember = &phone.Error{Kind: phone.NotFound, Key: "member", Text: "Member not found"}

func memberID(c *call) phone.ID {
	id, _ := phone.ParseID(c.Param("member")) // what is no id names no member
	return id
}

// leaveQueue is DELETE /pbx/queue/{id}/member/{member}.
func (s *Server) leaveQueue(c *call) (any, error) {
	_, err := s.editQueue(c, func(q *phone.Queue, _ phone.References) error {
		i := q.Member(memberID(c))
		if i < 0 {
			return errNoMember
		}
		if err := s.mayMove(c.caller, q, q.Members[i]); err != nil {
			return err
		}
		if q.Members[i].Permanent && !c.caller.level.AtLeast(phone.Manager) {
			return phone.Fault(phone.AccessDenied)
		}
		return q.Leave(q.Members[i].ID)
	})
	if err != nil {
		return nil, err
	}
	return success{true}, nil
}
