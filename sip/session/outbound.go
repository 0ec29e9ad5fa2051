package session

import (
	"cmp"
	"crypto/rand"
	"errors"

	"ringfence/sip"
)

// Bounds of what one INVITE of ours may bring.
const (
	maxForks    = 16  // dialogs behind one INVITE
	maxProgress = 100 // provisional responses that the owner is told of
	maxProofs   = 3   // challenges that are answered
	maxRaises   = 2   // 422s
)

// calling is what an outbound leg has of its INVITE until that transaction ends.
type calling struct {
	*Outbound // nil when the INVITE is answered
	uri       sip.URI
	invite    *sip.Request // likewise
	tx        *sip.ClientTx
	seq       uint32
	proofs    []sip.Header // Authorization, Proxy-Authorization
	proved    int
	raised    int
	told      bool // Answered, Failed, or the INVITE was cancelled
	cancelled bool
	why       []sip.Header
	heard     int
	forks     []*fork
}

// NewOutbound is the leg of an INVITE that Invite sends.
func NewOutbound(c *Config, m Mailbox, e Events, o Outbound) *Leg {
	o.CallID = cmp.Or(o.CallID, rand.Text())
	l := &Leg{
		cfg: c, box: m, on: e,
		id: o.CallID, tag: rand.Text(), source: o.Flow.Remote.Addr(), flow: o.Flow,
		prove: o.Credentials,
		out:   &calling{Outbound: &o, uri: o.URI},
	}
	if o.Proof != nil {
		l.out.proofs = []sip.Header{o.Proof}
	}
	l.timer.min = c.minSE()
	l.timer.interval = max(c.interval(), l.timer.min)
	return l
}

// Invite sends the INVITE. An error says that it could not be sent; then nothing
// is told.
func (l *Leg) Invite() error {
	if l.out == nil || l.out.seq > 0 {
		return errors.New("session: there is one INVITE to a leg")
	}
	l.cfg.Table.enter(l)
	err := l.invite()
	if err != nil {
		l.out = nil
		l.finish()
	}
	return err
}

// invite sends it, the first time or again with more to say.
func (l *Leg) invite() error {
	c := l.out
	for _, f := range c.forks { // what was said there counts too
		if f.dialog != nil {
			c.seq = max(c.seq, f.dialog.LocalSeq)
		}
	}
	c.seq++
	seq := c.seq
	c.invite, c.forks = l.newInvite(), nil
	tx, err := l.cfg.Stack.Request(c.invite, l.flow, func(res *sip.Response, err error) {
		l.box.Do(func() { l.invited(seq, res, err) })
	})
	c.tx = tx
	return err
}

func (l *Leg) newInvite() *sip.Request {
	c := l.out
	d := sip.Dialog{
		CallID: l.id, LocalTag: l.tag, LocalName: c.From.Name, LocalURI: c.From.URI,
		RemoteName: c.To.Name, RemoteURI: c.To.URI, Target: c.URI, Contact: l.contact(), LocalSeq: c.seq - 1,
	}
	var room [16]sip.Header
	hs := l.timer.ask(l.cfg, l.cfg.introduce(room[:0], l.cfg.supported()), "")
	req := request(&d, sip.INVITE, c.SDP, append(append(hs, c.Headers...), c.proofs...)...)
	*req.MaxForwards() = sip.MaxForwardsHeader(c.Hops)
	if c.Routes != "" {
		req.PrependHeader(sip.NewHeader("Route", c.Routes))
	}
	return req
}

// contact is ours; RFC 3261 section 8.1.1.8 wants it sips for a sips target.
func (l *Leg) contact() sip.URI {
	u := l.cfg.Stack.Contact(l.flow, cmp.Or(l.out.User, l.out.From.URI.User))
	if l.out.URI.Scheme == "sips" {
		u.Scheme = "sips"
	}
	return u
}

// invited takes what the transaction tells; that of an INVITE before the last is
// over.
func (l *Leg) invited(seq uint32, res *sip.Response, err error) {
	switch c := l.out; {
	case c == nil || c.seq != seq:
	case res == nil:
		l.unanswered(err)
	case res.StatusCode < 200:
		l.progressed(res)
	case res.StatusCode < 300:
		l.succeeded(res)
	default:
		l.refused(res)
	}
}

// unanswered is the end of the transaction: of waiting for other 2xx, or without
// a final response.
func (l *Leg) unanswered(err error) {
	told := l.out.told
	f := l.noResponse(err)
	if l.out.cancelled { // RFC 3261 9.1: no final response within 64*T1
		f.Status, f.Phrase = 487, "Request Terminated"
	}
	l.out.invite, l.out.tx, l.out.forks = nil, nil, nil
	if told || l.state != early {
		l.out = nil
		l.rest()
		return
	}
	l.fail(f)
}

// noResponse is the Failure of a transaction that brought none.
func (l *Leg) noResponse(err error) Failure {
	if errors.Is(err, sip.ErrTimeout) {
		return Failure{Status: 408, Phrase: "Request Timeout", Err: err}
	}
	return Failure{Status: 503, Phrase: "Service Unavailable", Err: err}
}

// refused is a final response of 300 and above; its ACK is the transaction's.
func (l *Leg) refused(res *sip.Response) {
	again := false
	switch res.StatusCode {
	case 401, 407:
		again = l.proveInvite(res)
	case 422:
		again = l.raise(res)
	}
	f := failure(res)
	if again && l.out.cancelled {
		f.Status, f.Phrase, again = 487, "Request Terminated", false
	}
	if !again {
		l.fail(f)
		return
	}
	if err := l.invite(); err != nil {
		l.fail(l.noResponse(err))
	}
}

// proveInvite answers a challenge (RFC 3261 section 22.2, 22.3): the next INVITE
// has another number and all else as before. Who asks again for the same proof
// has refused it, unless its nonce was only stale: Credentials knows that.
func (l *Leg) proveInvite(res *sip.Response) bool {
	c := l.out
	if l.prove == nil || c.proved == maxProofs {
		return false
	}
	proof, err := l.prove(c.invite, res)
	if err != nil || proof == nil {
		return false
	}
	c.proved++
	for i, h := range c.proofs {
		if h.Name() == proof.Name() {
			c.proofs[i] = proof
			return true
		}
	}
	c.proofs = append(c.proofs, proof)
	return true
}

// raise takes the longer interval that a 422 wants (RFC 4028 section 7.4).
func (l *Leg) raise(res *sip.Response) bool {
	l.out.raised++
	return l.out.raised <= maxRaises && l.timer.raise(res)
}

func (l *Leg) fail(f Failure) {
	l.out = nil
	l.close()
	l.on.Failed(l, f)
}

// Cancel takes the INVITE back (RFC 3261 section 9.1); Failed comes when that is
// done. A 2xx that crosses it gets its ACK and a BYE, both with the reason.
func (l *Leg) Cancel(reason ...sip.Header) {
	switch c := l.out; {
	case l.state == answered:
		l.Bye(reason...)
	case l.state != early || c == nil || c.cancelled:
	case c.tx == nil:
		l.out = nil
		l.finish()
	default:
		c.cancelled, c.why = true, reason
		_ = c.tx.Cancel(reason...) // the INVITE has its own end
		if mine := l.turn.mine; mine != nil {
			l.turn.mine = nil // the one who offered does not wait for that end
			mine.alarm.stop()
			l.box.Do(mine.fail)
		}
	}
}
