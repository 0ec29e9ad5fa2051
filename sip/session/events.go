package session

import "ringfence/sip"

// Events is what a leg tells its owner, always within the mailbox. After Failed,
// Cancelled or Ended nothing comes any more.
type Events interface {
	// Progressed is a provisional response to our INVITE, 101 to 199.
	Progressed(l *Leg, p Progress)
	// Answered is the 2xx whose dialog is the leg's from now on. sdp is what the
	// peer describes: the answer to our offer, also when it came reliably before,
	// or the offer when our INVITE had none; then the owner calls Confirm. With an
	// offer in the INVITE the ACK has been sent already.
	Answered(l *Leg, res *sip.Response, sdp []byte)
	// Failed says that no dialog came of our INVITE.
	Failed(l *Leg, f Failure)

	// Cancelled says that the caller has given up, by CANCEL or by a BYE on the
	// early dialog; the 487 has been sent. why are the values of Reason.
	Cancelled(l *Leg, why []string)
	// Acknowledged is the ACK of our 2xx to the INVITE. sdp is the answer to an
	// offer of ours in that 2xx, or nil. It is told of an ACK to a re-INVITE
	// too when that should bring an answer.
	Acknowledged(l *Leg, sdp []byte)

	// Agreed is an answer of the peer that comes neither in a 2xx, an ACK nor to
	// Offer: in the PRACK of a reliable response with our offer, or a new one when
	// the session was refreshed.
	Agreed(l *Leg, sdp []byte)
	// Offered is an offer of the peer by re-INVITE, UPDATE or PRACK, or a re-INVITE
	// that wants one from us (o.SDP is nil). The owner answers now or later.
	Offered(l *Leg, o *Offer)
	// Requested is another request within the dialog: INFO, MESSAGE, NOTIFY, REFER.
	Requested(l *Leg, in *Incoming)
	// Ended says that the session is over, other than by Bye, Cancel or Reject.
	Ended(l *Leg, why End)
}

// Progress is a provisional response.
type Progress struct {
	Code   int
	Phrase string
	SDP    []byte // nil without one
	Dialog string // the To tag: each branch of a fork has its own; "" without
	// Reliable says that it has been acknowledged by PRACK: its SDP is the answer
	// and not merely a preview of it.
	Reliable bool
	// Offer says that SDP is an offer, since our INVITE had none: the owner calls
	// Confirm, and the PRACK waits for that.
	Offer    bool
	Response *sip.Response // not to be kept
}

// Failure is why a request of ours had no success.
type Failure struct {
	Status   int // 300 to 699; 408: none came, 487: cancelled or overtaken, 503: not sent
	Phrase   string
	Contacts []Contact     // of a 3xx, the best first
	Response *sip.Response // nil when none came; not to be kept
	Err      error         // nil when a response came
}

func (f *Failure) Error() string { return f.Phrase }

// Contact is where a 3xx leads.
type Contact struct {
	Name string
	URI  sip.URI
	Q    int // 0 to 1000
}

// Cause is what ended a session.
type Cause int

// The causes.
const (
	ByPeer  Cause = iota // BYE
	NoACK                // our 2xx was not acknowledged within 64*T1
	NoPRACK              // nor our reliable response, before the 2xx
	Expired              // the session timer
	Lost                 // the peer does not know the dialog, or does not respond
)

var causes = [...]string{"BYE", "no ACK", "no PRACK", "session expired", "lost"}

func (c Cause) String() string { return causes[c] }

// End is how a session ended.
type End struct {
	Cause  Cause
	Status int      // of Lost: 481 or 408
	Why    []string // of ByPeer: the values of Reason (RFC 3326)
}
