package phone

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// EventType names what happened.
type EventType string

// The events of the live feed.
const (
	PhoneRegistered   EventType = "phone.registered"
	PhoneRefreshed    EventType = "phone.refreshed" // told only to who asks for it
	PhoneUnregistered EventType = "phone.unregistered"
	PhoneExpired      EventType = "phone.expired"
	PhoneRejected     EventType = "phone.rejected"
	PhoneLocked       EventType = "phone.locked"
	PhoneConfigLoaded EventType = "phone.configloaded"
	PhoneUpdated      EventType = "phone.updated"
	PhoneRedirected   EventType = "phone.redirected"     // its maker's service sends it to us
	PhoneRedirectFail EventType = "phone.redirectfailed" // and this one does not
	CallStarted       EventType = "call.started"
	CallAnswered      EventType = "call.answered"
	CallEnded         EventType = "call.ended"
	SwitchChanged     EventType = "switch.changed"
	QueueMemberJoined EventType = "queue.memberjoined"
	QueueMemberLeft   EventType = "queue.memberleft"
	TrunkRegistered   EventType = "trunk.registered"
	TrunkFailed       EventType = "trunk.failed"
	BanAdded          EventType = "ban.added" // these two are nobody's: told only to ADMIN
	BanLifted         EventType = "ban.lifted"
	SourceBlocked     EventType = "provisioning.blocked" // like these: who looks for configurations
)

// WebhookTest is sent to a webhook that somebody tries out; it is never in the
// feed.
const WebhookTest EventType = "webhook.test"

// EventTypes lists the events of the live feed.
func EventTypes() []EventType {
	return []EventType{
		PhoneRegistered, PhoneRefreshed, PhoneUnregistered, PhoneExpired, PhoneRejected,
		PhoneLocked, PhoneConfigLoaded, PhoneUpdated, PhoneRedirected, PhoneRedirectFail, CallStarted, CallAnswered, CallEnded,
		SwitchChanged, QueueMemberJoined, QueueMemberLeft, TrunkRegistered, TrunkFailed, BanAdded, BanLifted, SourceBlocked,
	}
}

// OfAll says whether the event is about the whole server and no customer.
func (t EventType) OfAll() bool { return t == BanAdded || t == BanLifted || t == SourceBlocked }

// Selects says whether a list of wanted types has the type; an empty list wants
// all but phone.refreshed.
func Selects(wanted []EventType, t EventType) bool {
	if len(wanted) == 0 {
		return t != PhoneRefreshed
	}
	return slices.Contains(wanted, t)
}

// Event is one thing that happened, to a phone or a call mostly. Data holds what is
// particular to its type, or Call does; it never holds a secret.
type Event struct {
	Type     EventType
	Time     time.Time
	Customer ID
	Phone    ID
	Data     map[string]any
	Call     *CallEvent // of the events of calls
}

// Details returns what is particular to the type, as a map that is the caller's.
func (e Event) Details() map[string]any {
	switch {
	case e.Call != nil:
		return e.Call.details(e.Type)
	case e.Data != nil:
		return maps.Clone(e.Data)
	}
	return make(map[string]any, 4)
}

// MarshalJSON writes one flat object: type, time, customer, phone and the data.
func (e Event) MarshalJSON() ([]byte, error) {
	flat := e.Details()
	flat["type"] = e.Type
	flat["time"] = Moment(e.Time)
	flat["customer"] = e.Customer
	if e.Phone != "" {
		flat["phone"] = e.Phone
	}
	return json.Marshal(flat)
}
