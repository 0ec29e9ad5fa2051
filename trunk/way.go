package trunk

import (
	"context"
	"errors"
	"slices"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
	"ringfence/sip/resolve"
)

// Way is how one call leaves by one line. It belongs to that call, whose functions
// do not run at the same time.
type Way struct {
	Trunk          *phone.Trunk
	Number         string // that is called, in E.164
	Emergency      bool
	CentsPerMinute int
	MaxDuration    time.Duration // what is left to spend is enough for, once it is answered; 0 is no limit

	RequestURI sip.URI // To is the same
	From       sip.FromHeader
	Headers    []sip.Header // P-Asserted-Identity and Privacy

	line            *line
	customer, phone phone.ID
	healthy         bool
	enabled         bool
	matched         int // the length of the prefix
	priority        int

	found   bool // targets are known
	targets []resolve.Target
	at      resolve.Target
	proof   proof
}

// proof is how the last challenge was answered.
type proof struct {
	method sip.RequestMethod
	seq    uint32 // CSeq of the request that was challenged
	count  uint32 // of the credentials that the next one has
	times  int    // how often the same request was challenged
}

// Place is where an INVITE can be sent.
type Place struct {
	Target resolve.Target
	Flow   sip.Flow
}

// ErrNoMore says that no place is left to try.
var ErrNoMore = errors.New("no place is left to try")

const (
	patience      = 10 * time.Second // for DNS
	maxPlaces     = 4                // of one way that one call tries
	maxChallenges = 2                // of one request
)

// Routes are the Route values that requests by this line need.
func (w *Way) Routes() []string {
	w.line.mu.Lock()
	defer w.line.mu.Unlock()
	return w.line.routes
}

// SRTP is the line's policy for media: off, optional or required.
func (w *Way) SRTP() string {
	if w.Trunk.SIP.SRTP == "" {
		return "off"
	}
	return w.Trunk.SIP.SRTP
}

// Next finds the next place to send the call to: where the line is registered
// first, then the others that are not dead. on is called once, perhaps before
// Next returns, perhaps from another goroutine; with ErrNoMore or the error of
// DNS it is the end of this way.
func (w *Way) Next(on func(Place, error)) {
	if w.found {
		w.reachNext(on)
		return
	}
	l := w.line.all
	if ts, ok := l.Resolver.Known(w.line.query()); ok {
		w.begin(ts)
		w.reachNext(on)
		return
	}
	started := l.errand(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ts, err := l.Resolver.Resolve(ctx, w.line.query())
		if err != nil {
			on(Place{}, err)
			return
		}
		w.begin(ts)
		w.reachNext(on)
	})
	if !started {
		on(Place{}, ErrNoMore)
	}
}

// begin sets the targets, that of the registration first.
func (w *Way) begin(ts []resolve.Target) {
	ts = w.line.all.Dead.Living(ts)
	w.line.mu.Lock()
	at, registered := w.line.target, w.line.holds() && w.line.flow.Open()
	w.line.mu.Unlock()
	if registered && !w.line.all.Dead.Is(at) {
		rest := slices.DeleteFunc(slices.Clone(ts), func(t resolve.Target) bool { return t == at })
		ts = append([]resolve.Target{at}, rest...)
	}
	w.found, w.targets = true, ts[:min(len(ts), maxPlaces)]
}

// reachNext goes on to the next target until one is reached.
func (w *Way) reachNext(on func(Place, error)) {
	if len(w.targets) == 0 {
		on(Place{}, ErrNoMore)
		return
	}
	w.at, w.targets = w.targets[0], w.targets[1:]
	w.line.all.reach(w.at, func(f sip.Flow, err error) {
		if err != nil {
			w.Failed(0)
			w.reachNext(on)
			return
		}
		on(Place{w.at, f}, nil)
	})
}

// Failed says that the place has not answered, or with 503: it is left alone for
// a while, as long as it asks for at least.
func (w *Way) Failed(retryAfter time.Duration) { w.line.all.Dead.Mark(w.at, retryAfter) }

// Succeeded says that the place has answered, whatever it was.
func (w *Way) Succeeded() { w.line.all.Dead.Clear(w.at) }

// Ahead is the header that a new request may carry so that it is not challenged;
// ok is false when there is none.
func (w *Way) Ahead(method sip.RequestMethod, uri sip.URI) (h sip.Header, ok bool) {
	for _, proxy := range []bool{true, false} {
		if s, ok := w.line.client.Ahead(proxy, string(method), uri.String()); ok {
			w.proof = proof{method: method, count: s.Count}
			return credentials(proxy, s.Value), true
		}
	}
	return nil, false
}

// Authorize answers the challenge in a 401 or 407. The request is sent again with
// the header and the next CSeq number; by that it is known when its answer is
// refused. The errors are those of digest.Client.Answer.
func (w *Way) Authorize(res *sip.Response, method sip.RequestMethod, uri sip.URI) (sip.Header, error) {
	seq := uint32(0)
	if h := res.CSeq(); h != nil {
		seq = h.SeqNo
	}
	last := w.proof
	if last.method != method || last.seq != 0 && seq != last.seq+1 {
		last = proof{method: method} // another request
	}
	if last.times == maxChallenges {
		return nil, digest.ErrPassword
	}
	proxy := res.StatusCode == 407
	s, err := w.line.client.Answer(challenges(res), proxy, string(method), uri.String(), last.count)
	if err != nil {
		return nil, err
	}
	w.proof = proof{method, seq, s.Count, last.times + 1}
	return credentials(proxy, s.Value), nil
}
