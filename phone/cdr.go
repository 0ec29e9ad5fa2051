package phone

import "time"

// Who ended a call.
const (
	EndedByCaller = "A"
	EndedByCallee = "B"
	EndedBySystem = "S"
)

// Why a call ended.
const (
	EndCancel      = "CANCEL"      // the caller gave up while it rang
	EndHangup      = "HANGUP"      // after a conversation
	EndBusy        = "BUSY"        // every phone was busy or declined
	EndUnreachable = "UNREACHABLE" // no phone online, or nobody answered
	EndError       = "ERROR"       // something failed
	EndBlocked     = "BLOCKED"     // the caller may not call
	EndNotFound    = "NOT_FOUND"   // no such number
)

// CDR is the record of one call.
type CDR struct {
	ID       ID        `json:"_id"`
	Customer ID        `json:"customer"`
	Caller   Party     `json:"caller"`
	Callee   Party     `json:"callee"`
	Started  time.Time `json:"started"`
	Answered time.Time `json:"answered,omitzero"`
	Ended    time.Time `json:"ended"`

	TerminatedBy     string      `json:"terminatedBy"`
	TerminatedReason string      `json:"terminatedReason"`
	SIPCode          int         `json:"sipCode"` // the final answer that the caller got
	Media            [2]MediaLeg `json:"media"`   // what came from the caller, from the callee
}

// Seconds is the length of the conversation, 0 without one.
func (c *CDR) Seconds() int {
	if c.Answered.IsZero() {
		return 0
	}
	return int(c.Ended.Sub(c.Answered) / time.Second)
}

// Party is one end of a call.
type Party struct {
	Number    string `json:"number"`
	Name      string `json:"name,omitempty"`
	Type      string `json:"type,omitempty"` // SIPPHONE
	Extension ID     `json:"extension,omitempty"`
	SIPPhone  ID     `json:"sipPhone,omitempty"` // the callee's: the phone that answered
}

// MediaLeg counts the RTP that came from one end.
type MediaLeg struct {
	Packets uint64 `json:"packets"`
	Bytes   uint64 `json:"bytes"`
}
