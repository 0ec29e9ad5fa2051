package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// notifyAll asks at all bindings at once, and returns the final status of each,
// 0 where none came. The first yes ends the wait for the others: what is sent
// to them the stack repeats by itself until its timer ends.
func (n *Notifier) notifyAll(ctx context.Context, a *phone.Account, bs []phone.Binding, event string) []int {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	codes := make([]int, len(bs))
	var all sync.WaitGroup
	for i := range bs {
		all.Go(func() {
			codes[i] = n.notify(ctx, a, &bs[i], event)
			if codes[i] >= 200 && codes[i] < 300 {
				enough()
			}
		})
	}
	all.Wait()
	return codes
}

// notify asks at one binding. A contact that cannot be reached is one that does
// not answer. A phone may ask back who it is that reboots it (Cisco's do as they
// are delivered): then its own credentials prove us.
func (n *Notifier) notify(ctx context.Context, a *phone.Account, b *phone.Binding, event string) int {
	f, err := n.Stack.Flow(b.Transport, b.Local, b.Target)
	if err != nil {
		return 0
	}
	req, err := n.request(a, b, f, event)
	if err != nil {
		return 0
	}
	res := n.send(ctx, req, f)
	if res != nil && challenged(res) && n.answer(req, res, a, b) {
		res = n.send(ctx, req, f)
	}
	if res == nil {
		return 0
	}
	return res.StatusCode
}

// send returns the final response to a request, nil when none came in time.
func (n *Notifier) send(ctx context.Context, req *sip.Request, f sip.Flow) *sip.Response {
	tx, err := n.Stack.NewClientTx(req, f)
	if err != nil {
		return nil
	}
	for {
		select {
		case res, ok := <-tx.Responses():
			if !ok || !res.IsProvisional() {
				return res
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// answer signs a request as the phone that the binding is of.
func (n *Notifier) answer(req *sip.Request, res *sip.Response, a *phone.Account, b *phone.Binding) bool {
	username, password := a.CredentialsAt(b)
	return sign(req, res, username, password) == nil
}

func challenged(res *sip.Response) bool { return res.StatusCode == 401 || res.StatusCode == 407 }

// sign turns a request into the next one, which answers the challenge (RFC 3261
// section 22.1).
func sign(req *sip.Request, res *sip.Response, username, password string) error {
	challenges, field := "www-authenticate", "Authorization"
	if res.StatusCode == 407 {
		challenges, field = "proxy-authenticate", "Proxy-Authorization"
	}
	var values []string
	for _, h := range res.GetHeaders(challenges) {
		values = append(values, h.Value())
	}
	best, ok := digest.Best(values, "")
	if !ok {
		return errChallenge
	}
	answer, err := digest.Answer(best, username, password, string(req.Method), req.Recipient.String(), rand.Text(), 1)
	if err != nil {
		return err
	}
	req.CSeq().SeqNo++
	req.AppendHeader(sip.NewHeader(field, answer))
	return nil
}

var errChallenge = errors.New("no challenge that can be answered")
