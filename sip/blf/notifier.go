package blf

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// Door is where a phone proves who it is and passes its fence: sip/door.
type Door interface {
	// AuthenticateRequest gives the phone that signed the request, or the response to
	// who has not: exactly one is nil. It does not block.
	AuthenticateRequest(req *sip.Request, f sip.Flow) (*phone.Account, *sip.Response)
	// AdmitRequest judges where the phone comes from. It is nil when it may pass. It
	// waits for the disk when it has to lock an open phone, or to end old credentials.
	AdmitRequest(ctx context.Context, req *sip.Request, a *phone.Account, f sip.Flow, via phone.Via) *sip.Response
}

// Config is what a Notifier is made of. Where a default is given, zero means it;
// the rest must be set.
type Config struct {
	Stack    *sip.Stack
	Door     Door
	Book     *phone.Book
	Bindings func(phone.ID) []phone.Binding // the live ones of a phone
	Domain   string                         // of the identities that phones see

	Most     int           // subscriptions in all; 100,000
	PerPhone int           // of one phone; 500: keys of its panels, and those of before a reboot
	Rate     int           // notifications a second; 2000
	Gap      time.Duration // between two of one subscription; 200 ms
	Look     time.Duration // each is looked at once in so long; 5 s
	Now      func() time.Time
	Log      *slog.Logger // nil is silence
}

// Notifier keeps the subscriptions. Its methods may be called from any goroutine.
type Notifier struct {
	Config
	wake  chan struct{} // capacity 1: there is something to send
	count counts

	background sync.WaitGroup // fences that wait for the disk, and Run

	mu       sync.Mutex // guards what follows
	closed   bool
	all      []*subscription
	byTag    map[string]*subscription // by our tag
	byTopic  map[topic][]*subscription
	perPhone map[phone.ID]int
	pending  []*subscription // to be notified
	resting  []*subscription // have been, by when they may be again
	looked   int             // of all, by the round that is under way
	dialogs  map[phone.ID][]phone.Dialog
	ringing  map[phone.ID][]phone.Dialog // of customers: what could be picked up
}

type counts struct {
	subscribed, refused, notified, lost atomic.Uint64
}

// Stats are the numbers of a Notifier.
type Stats struct {
	Watching   int    // subscriptions now
	Subscribed uint64 // since the start
	Refused    uint64 // SUBSCRIBEs of phones that had proved who they are
	Notified   uint64 // NOTIFYs sent
	Lost       uint64 // subscriptions that the phone knew nothing of, or that it could not be told of
}

// New makes a notifier. What is subscribed is told of while Run runs.
func New(c Config) *Notifier {
	setDefault(&c.Most, 100_000)
	setDefault(&c.PerPhone, 500)
	setDefault(&c.Rate, 2000)
	setDefault(&c.Gap, 200*time.Millisecond)
	setDefault(&c.Look, 5*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Notifier{
		Config: c, wake: make(chan struct{}, 1),
		byTag: map[string]*subscription{}, byTopic: map[topic][]*subscription{}, perPhone: map[phone.ID]int{},
		dialogs: map[phone.ID][]phone.Dialog{}, ringing: map[phone.ID][]phone.Dialog{},
	}
}

func setDefault[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Stats reads the numbers.
func (n *Notifier) Stats() Stats {
	n.mu.Lock()
	watching := len(n.all)
	n.mu.Unlock()
	c := &n.count
	return Stats{watching, c.subscribed.Load(), c.refused.Load(), c.notified.Load(), c.lost.Load()}
}
