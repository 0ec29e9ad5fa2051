package phone

// DialogState is how far an extension's part in a call is, in the words of RFC
// 4235 section 3.7.1.
type DialogState uint8

// The states, the least first. What rings and has not sent a provisional response
// yet is of no interest to anybody.
const (
	DialogTerminated DialogState = iota
	DialogTrying                 // it has dialled
	DialogEarly                  // it rings
	DialogConfirmed
)

// String is the word of the RFC.
func (s DialogState) String() string {
	return [...]string{"terminated", "trying", "early", "confirmed"}[s]
}

// Dialog is the part that one phone of an extension has in a call, as those see it
// who watch the extension.
type Dialog struct {
	ID        LegID
	Customer  ID
	Extension ID
	State     DialogState
	Dials     bool   // it calls; else it is called
	Number    string // of the extension
	Called    string // the number that was dialled: the extension's, or that of a group

	RemoteNumber, RemoteName string // with whom, as they want to be shown

	// The session of a phone that rings, with our tag and the phone's: what Replaces
	// names (RFC 3891).
	CallID, LocalTag, RemoteTag string
}
