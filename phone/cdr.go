package phone

import "time"

// Who ended a call, or a leg of one.
const (
	EndedByCaller = "A"
	EndedByCallee = "B"
	EndedBySystem = "S"
)

// Why a call ended, or a leg of one.
const (
	EndCancel      = "CANCEL"      // the caller gave up while it rang
	EndHangup      = "HANGUP"      // after a conversation
	EndBusy        = "BUSY"        // every phone was busy or declined
	EndUnreachable = "UNREACHABLE" // no phone online, or nobody answered
	EndError       = "ERROR"       // something failed
	EndBlocked     = "BLOCKED"     // the caller may not call
	EndNotFound    = "NOT_FOUND"   // no such number
	EndTransferred = "TRANSFERRED" // the conversation went on in another call, or on another leg
	EndInterrupted = "INTERRUPTED" // the server died
	EndForwarded   = "FORWARDED"   // of a leg: the call was forwarded before it answered
	EndElsewhere   = "ELSEWHERE"   // of a leg: another one answered
)

// What a party of a call is.
const (
	PartySIPPhone = "SIPPHONE" // one of our phones
	PartyExternal = "EXTERNAL" // somebody behind a trunk
	PartySystem   = "SYSTEM"   // the server itself: a call that was asked for over the API, or of a feature code
)

// CDR is the record of one call. Without Ended it is a call that has not ended.
type CDR struct {
	ID       ID        `json:"_id"`
	Customer ID        `json:"customer"`
	Caller   Party     `json:"caller"`
	Callee   Party     `json:"callee"`
	Started  time.Time `json:"started"`
	Answered time.Time `json:"answered,omitzero"` // the caller's call was answered
	// AnsweredByCallee is when who was called answered; a forward or a transfer
	// may have been answered instead.
	AnsweredByCallee time.Time `json:"answeredByCallee,omitzero"`
	Ended            time.Time `json:"ended,omitzero"`

	TerminatedBy     string `json:"terminatedBy"`
	TerminatedReason string `json:"terminatedReason"`
	SIPCode          int    `json:"sipCode"`              // the final answer that the caller got
	ReasonText       string `json:"reasonText,omitempty"` // what a peer said of it (RFC 3326)

	Trunk           ID       `json:"trunk,omitempty"`           // that it came or went by; by which it went where it did both
	TransferredTo   ID       `json:"transferredTo,omitempty"`   // the call that the conversation went on in
	TransferredFrom ID       `json:"transferredFrom,omitempty"` // the call that it came from
	Legs            []CDRLeg `json:"legs,omitempty"`            // in the order of their beginning, the caller's first
}

// Seconds is the length of the conversation, 0 without one.
func (c *CDR) Seconds() int {
	if c.Answered.IsZero() || c.Ended.IsZero() {
		return 0
	}
	return int(c.Ended.Sub(c.Answered) / time.Second)
}

// Party is one end of a call.
type Party struct {
	Number     string `json:"number"`
	Name       string `json:"name,omitempty"`
	Privacy    bool   `json:"privacy,omitempty"`    // asked not to be shown
	Type       string `json:"type,omitempty"`       // SIPPHONE, EXTERNAL or SYSTEM
	DivertedBy string `json:"divertedBy,omitempty"` // the number that forwarded the call
	Extension  ID     `json:"extension,omitempty"`
	SIPPhone   ID     `json:"sipPhone,omitempty"` // the callee's: the phone that answered
}

// CDRLeg is what became of one SIP session of a call.
type CDRLeg struct {
	ID        ID        `json:"_id"`
	Direction Direction `json:"direction"` // IN came to us, OUT is one of ours
	Extension ID        `json:"extension,omitempty"`
	SIPPhone  ID        `json:"sipPhone,omitempty"`
	Trunk     ID        `json:"trunk,omitempty"`
	Number    string    `json:"number,omitempty"`
	Address   string    `json:"address,omitempty"` // the peer's, of the signalling
	UserAgent string    `json:"userAgent,omitempty"`

	Started  time.Time `json:"started"`
	Ringing  time.Time `json:"ringing,omitzero"`
	Answered time.Time `json:"answered,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`

	SIPCode int    `json:"sipCode,omitempty"` // its final answer
	EndedBy string `json:"endedBy,omitempty"`
	Reason  string `json:"reason,omitempty"`

	Codec string   `json:"codec,omitempty"`
	SRTP  bool     `json:"srtp,omitempty"`
	Media LegMedia `json:"media,omitzero"`
}

// LegMedia is the RTP of a leg, as it came and went at our end.
type LegMedia struct {
	PacketsIn  uint64  `json:"packetsIn"`
	PacketsOut uint64  `json:"packetsOut"`
	OctetsIn   uint64  `json:"octetsIn"`
	OctetsOut  uint64  `json:"octetsOut"`
	Lost       uint64  `json:"lost"`               // of those to us
	Jitter     float64 `json:"jitterMs,omitempty"` // RFC 3550 6.4.1, in milliseconds
	RTT        float64 `json:"rttMs,omitempty"`    // to the peer and back, in milliseconds; 0 is not known
	MOS        float64 `json:"mos,omitempty"`      // how it sounded to us, 1 to 4.5; 0 is not known
}
