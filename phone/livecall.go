package phone

import (
	"strconv"
	"strings"
	"time"
)

// CallState is where a call, or a leg of one, is on its way.
type CallState string

// The states of a call that has not ended.
const (
	CallRinging CallState = "RINGING" // nobody has answered
	CallTalking CallState = "TALKING"
	CallHeld    CallState = "HELD" // one end at least has put the other on hold
)

// LiveCall is a call as it is at this moment.
type LiveCall struct {
	ID       ID        `json:"_id"`
	Customer ID        `json:"customer"`
	State    CallState `json:"state"`
	Started  time.Time `json:"started"`
	Answered time.Time `json:"answered,omitzero"`
	Caller   Party     `json:"caller"`
	Callee   Party     `json:"callee"`
	Trunk    ID        `json:"trunk,omitempty"`
	Legs     []LiveLeg `json:"legs"` // those that have not ended, the caller's first
}

// LiveLeg is one SIP session of a live call.
type LiveLeg struct {
	ID        LegID     `json:"_id"`
	Direction Direction `json:"direction"` // IN came to us, OUT is one of ours
	State     CallState `json:"state"`
	Hold      bool      `json:"hold"` // this end holds the other
	Extension ID        `json:"extension,omitempty"`
	SIPPhone  ID        `json:"sipPhone,omitempty"`
	Trunk     ID        `json:"trunk,omitempty"`
	Number    string    `json:"number,omitempty"`
	Transport string    `json:"transport,omitempty"` // udp, tcp, tls, ws, wss
	Started   time.Time `json:"started"`
	Answered  time.Time `json:"answered,omitzero"`
	Codec     string    `json:"codec,omitempty"`
	SRTP      bool      `json:"srtp,omitempty"`
	Media     *LegMedia `json:"media,omitempty"` // so far; absent where it does not pass through us
}

// Concerns says whether an extension takes part in the call.
func (c *LiveCall) Concerns(extension ID) bool {
	return extension != "" && (c.Caller.Extension == extension || c.Callee.Extension == extension || c.rings(extension))
}

func (c *LiveCall) rings(extension ID) bool {
	for i := range c.Legs {
		if c.Legs[i].Extension == extension {
			return true
		}
	}
	return false
}

// Leg is the leg with an id, nil when the call has none.
func (c *LiveCall) Leg(id LegID) *LiveLeg {
	for i := range c.Legs {
		if c.Legs[i].ID == id {
			return &c.Legs[i]
		}
	}
	return nil
}

// OfPhone is the leg of a phone, nil when it is not in the call.
func (c *LiveCall) OfPhone(id ID) *LiveLeg {
	for i := range c.Legs {
		if id != "" && c.Legs[i].SIPPhone == id {
			return &c.Legs[i]
		}
	}
	return nil
}

// LegID names a leg of a live call: the id of the call, a colon, and its place
// among the call's legs, from 1. It is also its place in the record.
type LegID string

// maxPlace bounds what is read of a place; no call has nearly as many legs.
const maxPlace = 9999

// NewLegID is the id of a call's leg with an index, from 0.
func NewLegID(call ID, index int) LegID {
	return LegID(string(call) + ":" + strconv.Itoa(index+1))
}

// Call is the call of the leg, and the leg's index in its record.
func (l LegID) Call() (call ID, index int, ok bool) {
	head, tail, _ := strings.Cut(string(l), ":")
	n, err := strconv.Atoi(tail)
	if err != nil || n < 1 || n > maxPlace || tail[0] < '1' || tail[0] > '9' {
		return "", 0, false
	}
	call, ok = ParseID(head)
	return call, n - 1, ok
}
