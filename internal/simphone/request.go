package simphone

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"ringfence/sip"
)

// StatusError is a final response other than 2xx.
type StatusError struct {
	Code   int
	Reason string
}

func (e *StatusError) Error() string { return strconv.Itoa(e.Code) + " " + e.Reason }

// refusal is nil for a 2xx.
func refusal(res *sip.Response) error {
	if res.IsSuccess() {
		return nil
	}
	return &StatusError{Code: res.StatusCode, Reason: res.Reason}
}

// maxAttempts is how often one request is sent: plain, with an answer to the
// challenge, and once more for a nonce that was stale by then.
const maxAttempts = 3

const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY"

// outline is what RFC 3261 section 8.1.1 wants of a request outside of a
// dialog, but the Via, which comes with the transaction.
type outline struct {
	method sip.RequestMethod
	target sip.URI // Request-URI
	to     sip.URI
	tag    string // of From
	callID string
	seq    uint32
}

// request makes the request that o outlines, for the identity of s, with a
// Contact as seen on f.
func (p *Phone) request(o outline, s Settings, f sip.Flow) *sip.Request {
	req := sip.NewRequest(o.method, o.target)
	hops, callID := sip.MaxForwardsHeader(70), sip.CallIDHeader(o.callID)
	req.AppendHeader(&hops)
	req.AppendHeader(&sip.FromHeader{
		DisplayName: escapeName(s.DisplayName),
		Address:     sipURI(s.Username, s.Domain),
		Params:      sip.Params{{K: "tag", V: o.tag}},
	})
	req.AppendHeader(&sip.ToHeader{Address: o.to})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: o.seq, MethodName: o.method})
	req.AppendHeader(&sip.ContactHeader{Address: p.contact(f)})
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	req.AppendHeader(sip.NewHeader("User-Agent", p.kind.agent))
	return req
}

// contact is where the phone can be reached on a flow.
func (p *Phone) contact(f sip.Flow) sip.URI {
	return p.stack.Contact(f, escapeUser(p.Settings().Username))
}

// flow is the way to the server that s names.
func (p *Phone) flow(ctx context.Context, s Settings) (sip.Flow, error) {
	server, err := resolve(ctx, s.server(), p.config.ListenIP)
	if err != nil {
		return sip.Flow{}, err
	}
	network := p.config.Network
	if network == "" {
		network = s.Transport
	}
	if network == "" {
		network = "udp"
	}
	local := p.addr
	if network != "udp" {
		local = addrOf(p.config.ListenIP)
	}
	return p.stack.Flow(network, local, server)
}

// ask sends what next makes, and again with an answer to each challenge, as
// long as that can help. The response is final, and may be a refusal.
func (p *Phone) ask(next func() *sip.Request,
	send func(*sip.Request) (*sip.Response, error)) (*sip.Response, error) {
	for attempt := 1; ; attempt++ {
		req := next()
		count, err := p.login.sign(req)
		if err != nil {
			return nil, err
		}
		res, err := send(req)
		if err != nil {
			return nil, err
		}
		again, err := p.login.learn(res, count)
		if err != nil {
			return nil, errors.Join(refusal(res), err)
		}
		if !again || attempt == maxAttempts {
			return res, nil
		}
	}
}

// exchange sends a request other than INVITE and waits for its final response.
func (p *Phone) exchange(ctx context.Context, f sip.Flow, req *sip.Request) (*sip.Response, error) {
	tx, err := p.stack.NewClientTx(req, f)
	if err != nil {
		return nil, err
	}
	for {
		select {
		case res, ok := <-tx.Responses():
			if !ok {
				return nil, ended(tx)
			}
			if !res.IsProvisional() {
				return res, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// errNoResponse is a transaction that ended with neither response nor error.
var errNoResponse = errors.New("no final response")

func ended(tx *sip.ClientTx) error {
	if err := tx.Err(); err != nil {
		return fmt.Errorf("await response: %w", err)
	}
	return errNoResponse
}
