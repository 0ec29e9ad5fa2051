package phone

import (
	"slices"
	"strings"
	"time"
)

// Queue is a number whose calls wait until a member answers.
type Queue struct {
	ID             ID            `json:"_id"`
	Type           string        `json:"type"` // always QUEUE
	Customer       ID            `json:"customer"`
	Name           string        `json:"name"`
	Number         string        `json:"number,omitempty"` // "" cannot be dialled
	Notes          string        `json:"notes,omitempty"`
	Strategy       string        `json:"strategy"`
	MaxWaitTime    int           `json:"maxWaitTime"`    // seconds, 0 is without end
	Dynamic        bool          `json:"dynamic"`        // PERSONAL may join and leave
	LockLastMember bool          `json:"lockLastMember"` // the last member may not leave
	Members        []QueueMember `json:"members"`
}

// QueueMember takes calls of a queue: an extension or a number outside.
type QueueMember struct {
	ID            ID         `json:"_id"`
	Extension     ID         `json:"extension"`        // null when it is a number
	Number        string     `json:"number,omitempty"` // "" when it is an extension
	Name          string     `json:"name,omitempty"`   // the extension's, as it is called now; not kept
	Priority      int        `json:"priority"`         // 1-20
	Permanent     bool       `json:"permanent"`        // its user cannot take it out
	Calls         int        `json:"calls"`
	Seconds       int        `json:"seconds"`
	LastCallEnded *time.Time `json:"lastCallEnded,omitempty"`
}

// How a queue hands out its calls.
var strategies = []string{"CONCURRENT", "ROUND_ROBIN", "SEQUENTIAL", "LONGEST_IDLE", "LEAST_CALLS", "RANDOM"}

const (
	maxWaitTime  = 24 * 60 * 60 // seconds
	lowPriority  = 1
	highPriority = 20
)

// NewQueue is an empty queue that calls all members at once, without end.
func NewQueue(customer ID) *Queue {
	return &Queue{Type: "QUEUE", Customer: customer, Strategy: strategies[0], Members: []QueueMember{}}
}

// Validate judges the queue and its members.
func (q *Queue) Validate(refs References) error {
	fs := customerFaults(q.ID, q.Customer, refs)
	fs = append(fs, nameFaults(q.Name)...)
	fs = append(fs, numberFaults(q.Number)...)
	fs = append(fs, notesFaults(q.Notes)...)
	if !slices.Contains(strategies, q.Strategy) {
		fs = append(fs, unlisted("strategy", mustBe("one of "+strings.Join(strategies, ", "))))
	}
	if q.MaxWaitTime < 0 || q.MaxWaitTime > maxWaitTime {
		fs = append(fs, unlisted("maxWaitTime", mustBe("a Number from 0 to 86400")))
	}
	return fs.Err()
}

// Join adds a member, or gives the one that is there the priority. It returns
// the member as it then is. Faults name the member's own properties.
func (q *Queue) Join(m QueueMember, refs References) (QueueMember, error) {
	if m.Priority == 0 {
		m.Priority = lowPriority
	}
	if err := m.faults(q.Customer, refs).Err(); err != nil {
		return m, err
	}
	same := func(o QueueMember) bool { return o.Extension == m.Extension && o.Number == m.Number }
	if i := slices.IndexFunc(q.Members, same); i >= 0 {
		there := q.Members[i]
		there.Priority, there.Permanent = m.Priority, there.Permanent || m.Permanent
		q.Members[i] = there
		return there, nil
	}
	if len(q.Members) >= maxElements {
		return m, unlisted("members", "Queue has too many members")
	}
	q.Members = append(q.Members, m)
	return m, nil
}

// Change gives a member that is there its priority and whether it is permanent.
func (q *Queue) Change(m QueueMember, refs References) (QueueMember, error) {
	if err := m.faults(q.Customer, refs).Err(); err != nil {
		return m, err
	}
	q.Members[q.Member(m.ID)] = m
	return m, nil
}

func (m QueueMember) faults(customer ID, refs References) (fs Faults) {
	e := refs.Extension(m.Extension)
	switch {
	case m.Extension != "" && m.Number != "":
		fs = append(fs, unlisted("number", "A member is either an extension or a number"))
	case m.Extension == "" && m.Number == "":
		fs = append(fs, absent("extension", "Extension not found"))
	case m.Extension != "" && (e == nil || e.Customer != customer):
		fs = append(fs, absent("extension", "Extension not found"))
	case m.Number != "" && !isNumber(m.Number) && !isE164(m.Number):
		fs = append(fs, unlisted("number", "Number is invalid"))
	}
	if m.Priority < lowPriority || m.Priority > highPriority {
		fs = append(fs, unlisted("priority", mustBe("a Number from 1 to 20")))
	}
	return fs
}

// Member returns the position of a member, -1 when it is none.
func (q *Queue) Member(id ID) int {
	return slices.IndexFunc(q.Members, func(m QueueMember) bool { return m.ID == id })
}

// Has says whether an extension is a member.
func (q *Queue) Has(extension ID) bool { return q.MemberOf(extension) >= 0 }

// MemberOf returns the position of an extension among the members, -1 when it is
// none.
func (q *Queue) MemberOf(extension ID) int {
	return slices.IndexFunc(q.Members, func(m QueueMember) bool { return extension != "" && m.Extension == extension })
}

// Leave takes a member out. The last one stays where the queue says so.
func (q *Queue) Leave(id ID) error {
	i := q.Member(id)
	switch {
	case i < 0:
		return absent("member", "Member not found")
	case q.LockLastMember && len(q.Members) == 1:
		return &Error{Kind: Denied, Key: "lockLastMember", Text: "The last member may not leave"}
	}
	q.Members = slices.Delete(q.Members, i, i+1)
	return nil
}

// Named is the queue with the names of its members, as name knows them.
func (q *Queue) Named(name func(extension ID) string) *Queue {
	shown := *q
	shown.Members = make([]QueueMember, len(q.Members))
	for i, m := range q.Members {
		m.Name = name(m.Extension)
		shown.Members[i] = m
	}
	return &shown
}
