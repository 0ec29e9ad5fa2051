package simphone

import (
	"context"
	"errors"
	"fmt"

	"ringfence/sip"
)

// errOutgoing is Answer or Reject on a call that the phone made itself.
var errOutgoing = errors.New("call is an outgoing one")

// ring takes a new INVITE: it answers 180 and puts the call into Incoming, or
// 486 when the phone is busy.
func (p *Phone) ring(invite *sip.Request, f sip.Flow) {
	ringing := p.reply(invite, f, 180, "Ringing")
	key := callKey{invite.CallID().Value(), ringing.To().Params.GetOr("tag", "")}
	c := p.newCall(key, f)
	c.invite, c.server = invite, p.stack.NewServerTx(invite, f)
	from := invite.From()
	c.name, c.number = unescapeName(from.DisplayName), unescapeUser(from.Address.User)
	if !p.admit(key, c, true) {
		p.respond(c.server, p.reply(invite, f, 486, "Busy Here"))
		return
	}
	p.respond(c.server, ringing)
	if p.start(c.watch) {
		p.announce(c)
	}
}

// announce hands a ringing call to whoever reads Incoming. When that is full
// there is one in it that ended before anybody took it, since there are no more
// live calls than places; that one gives way. Only the stack's one worker gets
// here, so that what is taken out can be put back.
func (p *Phone) announce(c *Call) {
	for {
		select {
		case p.incoming <- c:
			return
		default:
		}
		select {
		case old := <-p.incoming:
			if !old.over() {
				p.incoming <- old
			}
		default:
		}
	}
}

// watch sees an incoming call through to its ACK.
func (c *Call) watch() {
	select {
	case <-c.server.Cancelled():
		// RFC 3261 section 9.2; an answer that was quicker stands.
		c.log(c.Reject(487, "Request Terminated"))
		<-c.server.Done()
	case <-c.server.Done():
	}
	if err := c.server.Err(); err != nil {
		c.log(err)
		c.abandon()
	}
}

// abandon ends a call whose ACK never came: with BYE if there is a dialog (RFC
// 3261 section 13.3.1.4).
func (c *Call) abandon() {
	c.mu.Lock()
	answered := c.dialog != nil
	c.mu.Unlock()
	if c.finish() && answered {
		c.log(c.bye(context.Background())) // ends in 64*T1 at the latest
	}
}

func (c *Call) log(err error) {
	if err != nil {
		c.phone.config.Log.Debug("incoming call", "call", c.key.callID, "error", err)
	}
}

// Answer takes a ringing call and returns when the caller's ACK has come.
// Errors: ErrEnded when the caller gave up first, sip.ErrAnswered the second
// time, ErrNoAudio when the caller offers nothing that the phone can hear (it
// gets 488), sip.ErrTimeout without an ACK, ctx's (the call stays answered), or
// the connection's.
func (c *Call) Answer(ctx context.Context) error {
	if err := c.answer(ctx); err != nil {
		return fmt.Errorf("answer call: %w", err)
	}
	return nil
}

func (c *Call) answer(ctx context.Context) error {
	if err := c.pickUp(); err != nil {
		return err
	}
	select {
	case <-c.server.Done():
		return c.server.Err()
	case <-c.ended:
		return ErrEnded
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pickUp sends the 200, with our audio.
func (c *Call) pickUp() error {
	switch {
	case c.server == nil:
		return errOutgoing
	case c.over():
		return ErrEnded
	}
	a, err := openAudio(c.phone.config)
	if err != nil {
		return err
	}
	body, err := a.respond(c.invite.Body())
	if err != nil {
		a.close()
		return errors.Join(err, c.Reject(488, "Not Acceptable Here"))
	}
	dialog, err := sip.UASDialog(c.invite, c.key.tag, c.phone.contact(c.flow))
	if err != nil {
		a.close()
		return errors.Join(err, c.Reject(400, "Bad Request"))
	}
	un := unacknowledged{c.server, c.invite.CSeq().SeqNo, len(c.invite.Body()) == 0}
	if err := c.connect(dialog, a, un); err != nil {
		return err
	}
	res := c.phone.reply(c.invite, c.flow, 200, "OK")
	attach(res, body)
	if err := c.server.Respond(res); err != nil {
		c.finish()
		return fmt.Errorf("%w: %w", ErrEnded, err)
	}
	return nil
}

// Reject refuses a ringing call with a final response of 300 to 699, for
// instance 486 or 603. The error is sip.ErrAnswered when the call has its final
// response already, or the connection's.
func (c *Call) Reject(code int, reason string) error {
	if c.server == nil {
		return errOutgoing
	}
	if err := c.server.Respond(c.phone.reply(c.invite, c.flow, code, reason)); err != nil {
		return fmt.Errorf("reject call: %w", err)
	}
	c.finish()
	return nil
}
