package blf

import (
	"ringfence/phone"
	"ringfence/sip"
)

// sort is what kind of thing is watched.
type sort uint8

const (
	line   sort = iota // an extension
	turned             // a switch
	member             // oneself in a queue
	quiet              // do not disturb on a phone
	pickup             // what rings where one may pick up
)

// topic is what is watched.
type topic struct {
	customer phone.ID
	sort     sort
	of       string // id of extension, queue or phone; name of the switch; number to pick up, "" for any
}

// topicOf is what a number names for a phone of an extension, or the answer to who
// may not watch it.
func (n *Notifier) topicOf(a *phone.Account, own *phone.Extension, number string) (topic, *refusal) {
	t := topic{customer: a.Customer}
	if x := n.Book.ByNumber(a.Customer, number); x != nil {
		t.of = string(x.ID)
		return t, nil
	}
	f, ok := phone.FeatureOf(number)
	if !ok {
		return t, &unknown
	}
	switch f.Code {
	case phone.CodePickup:
		t.sort, t.of = pickup, f.Of
	case phone.CodeSwitch:
		t.sort, t.of = turned, f.Of
		if owner := phone.SwitchOwner(f.Of); owner != "" && owner != own.Employee {
			return t, &forbidden
		}
	case phone.CodeQueue:
		q := n.Book.QueueOf(a.Customer, f.Of)
		if q == nil {
			return t, &unknown
		}
		t.sort, t.of = member, string(q.ID)
	case phone.CodeDND:
		if f.Of != "" {
			if a = n.Book.PhoneOf(a.Customer, f.Of); a == nil {
				return t, &unknown
			}
		}
		t.sort, t.of = quiet, string(a.ID)
	}
	return t, nil
}

// exists says whether there is something to watch still.
func (n *Notifier) exists(t topic) bool {
	switch t.sort {
	case line:
		return n.Book.Extension(phone.ID(t.of)) != nil
	case member:
		return n.Book.Queue(phone.ID(t.of)) != nil
	case quiet:
		return n.Book.ByID(phone.ID(t.of)) != nil
	}
	return true // a switch that nobody has turned yet is off
}

// refusal is an answer to a SUBSCRIBE that makes no subscription.
type refusal struct {
	code   int
	phrase string
	hs     []sip.Header
}

var (
	unknown   = refusal{code: 404, phrase: "Not Found"}
	forbidden = refusal{code: 403, phrase: "Forbidden"}
	gone      = refusal{code: 481, phrase: "Subscription Does Not Exist"}
	tooMany   = refusal{code: 403, phrase: "Too Many Subscriptions"}
	full      = refusal{code: 503, phrase: "Service Unavailable", hs: []sip.Header{sip.NewHeader("Retry-After", "60")}}
	oldCSeq   = refusal{code: 500, phrase: "CSeq Out of Order"} // RFC 3261 section 12.2.2
	malformed = refusal{code: 400, phrase: "Bad Request"}
)
