package session

import (
	"net/netip"
	"strings"

	"ringfence/sip"
)

// Leg is our end of one INVITE session. All its methods are called from within
// the mailbox of its owner, but CallID, LocalTag, Inbound and Owner, which never
// change. When it is over it does nothing any more, whatever is called.
type Leg struct {
	cfg *Config
	box Mailbox
	on  Events

	id, tag string
	source  netip.Addr // whose requests we take
	inbound bool
	state   state
	flow    sip.Flow

	out      *calling // our INVITE until its transaction ends
	in       *called  // the peer's INVITE until our final response
	unacked  *unacked // the peer's last INVITE, from our 2xx to its ACK
	dialog   *sip.Dialog
	prove    credentials
	peer     traits
	turn     turn
	timer    timer
	farewell *farewell // our BYE, while the ACK that it waits for has not come
}

type credentials = func(req *sip.Request, res *sip.Response) (sip.Header, error)

type state uint8

const (
	early state = iota // no final response to the INVITE
	answered
	over // the owner has been told the end, or has caused it
)

// Inbound says whether the peer has called us.
func (l *Leg) Inbound() bool { return l.inbound }

// Early says whether the INVITE has no final response yet.
func (l *Leg) Early() bool { return l.state == early }

// Answered says whether there is a session.
func (l *Leg) Answered() bool { return l.state == answered }

// Alive is false when all is over.
func (l *Leg) Alive() bool { return l.state != over }

// Acknowledged says whether the session is there for both sides: for an inbound
// leg, that the ACK has come.
func (l *Leg) Acknowledged() bool { return l.state == answered && l.unacked == nil }

// Dialog is the leg's; nil before our INVITE is answered. It is to be looked at.
func (l *Leg) Dialog() *sip.Dialog { return l.dialog }

// Flow is where the peer is reached.
func (l *Leg) Flow() sip.Flow { return l.flow }

// CallID, LocalTag and RemoteTag name the dialog (Replaces, RFC 3891). RemoteTag
// is empty before our INVITE is answered.
func (l *Leg) CallID() string { return l.id }

// LocalTag is ours.
func (l *Leg) LocalTag() string { return l.tag }

// RemoteTag is the peer's.
func (l *Leg) RemoteTag() string {
	if l.dialog == nil {
		return ""
	}
	return l.dialog.RemoteTag
}

// Owner is who was given to NewInbound or NewOutbound.
func (l *Leg) Owner() Events { return l.on }

// traits are what the peer says of itself.
type traits struct {
	agent    string
	methods  uint16 // of Allow, by their place in methods
	reliable bool   // Supported: 100rel
	timer    bool   // Supported: timer
	replaces bool
}

var methods = [...]sip.RequestMethod{
	sip.INVITE, sip.ACK, sip.CANCEL, sip.BYE, sip.OPTIONS, sip.PRACK, sip.UPDATE,
	sip.INFO, sip.REFER, sip.NOTIFY, sip.MESSAGE, sip.SUBSCRIBE, sip.PUBLISH,
}

// learn takes what a message says; what it does not speak of stays.
func (l *Leg) learn(m sip.Message) {
	for _, h := range headersOf(m) {
		switch h.Name() {
		case "Allow":
			l.peer.allow(h.Value())
		case "Supported":
			l.peer.support(h.Value())
		case "User-Agent", "Server":
			if h.Value() != l.peer.agent {
				l.peer.agent = strings.Clone(h.Value()[:min(len(h.Value()), maxAgent)])
			}
		}
	}
}

const maxAgent = 128

func (t *traits) allow(value string) {
	for m := range tokens(value) {
		for i, known := range methods {
			if m == string(known) {
				t.methods |= 1 << i
			}
		}
	}
}

func (t *traits) support(value string) {
	for o := range tokens(value) {
		switch strings.ToLower(o) {
		case "100rel":
			t.reliable = true
		case "timer":
			t.timer = true
		case "replaces":
			t.replaces = true
		}
	}
}

// RemoteUserAgent is the peer's User-Agent or Server, "" if it has not said.
func (l *Leg) RemoteUserAgent() string { return l.peer.agent }

// PeerAllows says whether the peer has named a method in Allow.
func (l *Leg) PeerAllows(m sip.RequestMethod) bool {
	for i, known := range methods {
		if m == known {
			return l.peer.methods&(1<<i) != 0
		}
	}
	return false
}

// PeerSupports says whether the peer has named an option in Supported: of
// 100rel, timer and replaces.
func (l *Leg) PeerSupports(option string) bool {
	switch option {
	case "100rel":
		return l.peer.reliable
	case "timer":
		return l.peer.timer
	case "replaces":
		return l.peer.replaces
	}
	return false
}

// forbid notes that the peer does not know a method after all.
func (l *Leg) forbid(m sip.RequestMethod) {
	for i, known := range methods {
		if m == known {
			l.peer.methods &^= 1 << i
		}
	}
}
