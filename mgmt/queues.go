package mgmt

import "ringfence/phone"

// queueBody is what a request may set on a queue. Its members have calls of
// their own.
type queueBody struct {
	Number         optional[digits] `json:"number"`
	Name           optional[string] `json:"name"`
	Notes          optional[string] `json:"notes"`
	Strategy       optional[string] `json:"strategy"`
	MaxWaitTime    optional[int]    `json:"maxWaitTime"`
	Dynamic        optional[bool]   `json:"dynamic"`
	LockLastMember optional[bool]   `json:"lockLastMember"`
}

func (s *Server) queues() resource[phone.Queue, queueBody] {
	return resource[phone.Queue, queueBody]{
		Server: s, what: "Queue", plural: "queues", bounds: bounds{normal: 50, most: 1000}, keep: s.Queues,
		customer: func(q *phone.Queue) phone.ID { return q.Customer },
		fresh:    phone.NewQueue,
		judge:    (*phone.Queue).Validate,
		show:     func(_ *call, q *phone.Queue) any { return q.Named(s.extensionName) },
		apply: func(_ *call, in *queueBody, q *phone.Queue) error {
			if in.Number.named {
				q.Number = string(in.Number.value)
			}
			in.Name.into(&q.Name)
			in.Notes.into(&q.Notes)
			in.Strategy.into(&q.Strategy)
			in.MaxWaitTime.into(&q.MaxWaitTime)
			in.Dynamic.into(&q.Dynamic)
			in.LockLastMember.into(&q.LockLastMember)
			return nil
		},
	}
}
