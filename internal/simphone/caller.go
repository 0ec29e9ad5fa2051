package simphone

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"ringfence/sip"
)

// Call dials a number and returns when it has been answered and the ACK sent.
// Until then each progress is called with the code of every 1xx, in order, from
// the goroutine of Call. When ctx ends while it rings, the INVITE is cancelled
// and its final response awaited; an answer that was quicker than the CANCEL
// gets its ACK and a BYE. Errors: *StatusError (beside ctx's, when cancelled),
// ErrChallenge, ErrNoAudio, ErrClosed, sip.ErrTimeout, ctx's, or the
// connection's.
func (p *Phone) Call(
	ctx context.Context, number string, progress ...func(code int),
) (*Call, error) {
	c, err := p.dial(ctx, number, progress)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", number, err)
	}
	return c, nil
}

func (p *Phone) dial(ctx context.Context, number string, progress []func(int)) (*Call, error) {
	s := p.Settings()
	f, err := p.flow(ctx, s)
	if err != nil {
		return nil, err
	}
	a, err := openAudio(p.config)
	if err != nil {
		return nil, err
	}
	c := p.newCall(callKey{callID: rand.Text(), tag: rand.Text()}, f)
	c.audio, c.number = a, number
	if !p.admit(c.key, c, false) {
		a.close()
		return nil, ErrClosed
	}
	d := dialling{call: c, audio: a, settings: s, progress: progress}
	if err := d.dial(ctx); err != nil {
		c.finish()
		return nil, err
	}
	return c, nil
}

// dialling is an outgoing call until it is answered.
type dialling struct {
	call     *Call
	audio    *audio
	settings Settings
	progress []func(int)
	seq      uint32
	invite   *sip.Request // the last one
	tx       *sip.ClientTx
}

func (d *dialling) dial(ctx context.Context) error {
	send := func(req *sip.Request) (*sip.Response, error) { return d.send(ctx, req) }
	res, err := d.call.phone.ask(d.next, send)
	if err != nil {
		return err
	}
	if err := refusal(res); err != nil {
		return err
	}
	return d.answered(ctx, res)
}

// next makes the INVITE. Asked again with credentials it keeps Call-ID and
// From, under the next CSeq (RFC 3261 section 22.2).
func (d *dialling) next() *sip.Request {
	d.seq++
	c := d.call
	callee := sipURI(c.number, d.settings.Domain)
	req := c.phone.request(outline{
		method: sip.INVITE, target: callee, to: callee,
		tag: c.key.tag, callID: c.key.callID, seq: d.seq,
	}, d.settings, c.flow)
	attach(req, d.audio.offer())
	return req
}

// send sends the INVITE and waits for its final response, which after the end
// of ctx is the one to its CANCEL.
func (d *dialling) send(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	tx, err := d.call.phone.stack.NewClientTx(req, d.call.flow)
	if err != nil {
		return nil, err
	}
	d.invite, d.tx = req, tx
	res, err := d.await(ctx)
	if err == nil && ctx.Err() != nil && !res.IsSuccess() {
		err = errors.Join(ctx.Err(), refusal(res))
	}
	return res, err
}

func (d *dialling) await(ctx context.Context) (*sip.Response, error) {
	done := ctx.Done()
	for {
		select {
		case res, ok := <-d.tx.Responses():
			switch {
			case !ok:
				return nil, errors.Join(ctx.Err(), ended(d.tx))
			case !res.IsProvisional():
				return res, nil
			}
			d.tell(res.StatusCode)
		case <-done:
			done = nil // the transaction ends by itself now, in 64*T1 at the latest
			d.log(d.tx.Cancel())
		}
	}
}

func (d *dialling) tell(code int) {
	for _, f := range d.progress {
		f(code)
	}
}

// answered makes a call of a 2xx: dialog, audio, ACK. When any of that fails,
// or nobody waits for it any more, the call gets its ACK all the same, and is
// ended (RFC 3261 section 13.2.2.4).
func (d *dialling) answered(ctx context.Context, res *sip.Response) error {
	c := d.call
	dialog, err := sip.UACDialog(d.invite, res)
	if err != nil {
		return err
	}
	err = errors.Join(ctx.Err(), d.audio.accept(res.Body()),
		c.connect(dialog, d.audio, unacknowledged{}))
	ack := d.ack(dialog)
	if e := c.flow.Send(ack); e != nil {
		err = errors.Join(err, e)
	}
	c.phone.start(func() { d.linger(dialog.RemoteTag, ack) })
	if err != nil {
		d.drop(dialog)
	}
	return err
}

func (d *dialling) ack(dialog *sip.Dialog) *sip.Request {
	ack := dialog.NewACK(d.invite)
	ack.PrependHeader(d.call.phone.stack.Via(d.call.flow))
	return ack
}

// linger acknowledges every 2xx that comes again, as long as the transaction
// lasts (64*T1), and ends the calls of those that come from another phone
// behind a forking proxy, or too late.
func (d *dialling) linger(tag string, ack *sip.Request) {
	for res := range d.tx.Responses() {
		if !res.IsSuccess() {
			continue
		}
		if other := res.To().Params.GetOr("tag", ""); other != tag {
			d.decline(res)
			continue
		}
		d.log(d.call.flow.Send(ack))
	}
}

// decline acknowledges a 2xx that nobody wants, and ends its call.
func (d *dialling) decline(res *sip.Response) {
	dialog, err := sip.UACDialog(d.invite, res)
	if err != nil {
		d.log(err)
		return
	}
	d.log(d.call.flow.Send(d.ack(dialog)))
	d.drop(dialog)
}

// drop sends BYE and leaves its answer to the stack.
func (d *dialling) drop(dialog *sip.Dialog) {
	_, err := d.call.phone.stack.NewClientTx(dialog.NewRequest(sip.BYE), d.call.flow)
	d.log(err)
}

func (d *dialling) log(err error) {
	if err != nil {
		d.call.phone.config.Log.Debug("late answer", "call", d.call.key.callID, "error", err)
	}
}
