package simphone

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ringfence/sip"
)

// waitEnded waits for the end of a call.
func waitEnded(t *testing.T, c *Call) {
	t.Helper()
	select {
	case <-c.Ended():
	case <-time.After(10 * time.Second):
		t.Fatal("the call goes on")
	}
}

// wantIdle checks that a phone has forgotten all its calls.
func wantIdle(t *testing.T, p *Phone) {
	t.Helper()
	if n := len(p.ongoing()); n != 0 {
		t.Errorf("%d calls are left", n)
	}
}

func TestCall(t *testing.T) {
	s := newServer(t)
	far := echo(t)
	s.onCall(func(in *inbound) {
		in.respond(180, "Ringing")
		in.respond(183, "Session Progress")
		in.answer(far)
	})
	p := s.newPhone(Config{Tone: 660})
	var progress []int
	c, err := p.Call(t.Context(), "*102#", func(code int) { progress = append(progress, code) })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(progress, []int{180, 183}) {
		t.Errorf("progress is %v", progress)
	}
	if name, number := c.Remote(); name != "" || number != "*102#" {
		t.Errorf("remote is %q, %q", name, number)
	}
	first, second := s.next(sip.INVITE), s.next(sip.INVITE)
	if to := second.Recipient.String(); to != "sip:*102%23@ringfence.local" {
		t.Errorf("Request-URI is %s", to)
	}
	if *first.CallID() != *second.CallID() || second.CSeq().SeqNo != first.CSeq().SeqNo+1 {
		t.Errorf("with credentials it is %s, %s", second.CallID(), second.CSeq())
	}
	heard, err := c.Talk(t.Context(), 400*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if heard.Packets < 5 || heard.Lost != 0 || heard.Strength(660) < 0.9 || heard.Strength(440) > 0.1 {
		t.Errorf("heard %d packets, lost %d, 660 Hz %.2f, 440 Hz %.2f",
			heard.Packets, heard.Lost, heard.Strength(660), heard.Strength(440))
	}
	if err := c.Hangup(t.Context()); err != nil {
		t.Fatal(err)
	}
	waitEnded(t, c)
	s.next(sip.BYE)
	wantIdle(t, p)
	if _, err := c.Talk(t.Context(), time.Second); !errors.Is(err, ErrEnded) {
		t.Errorf("talking afterwards gives %v", err)
	}
	if err := c.Hangup(t.Context()); err != nil {
		t.Errorf("hanging up again gives %v", err)
	}
}

func TestCallIsRefused(t *testing.T) {
	s := newServer(t)
	s.onCall(func(in *inbound) { in.respond(486, "Busy Here") })
	p := s.newPhone(Config{})
	_, err := p.Call(t.Context(), "102")
	var refused *StatusError
	if !errors.As(err, &refused) || *refused != (StatusError{486, "Busy Here"}) {
		t.Errorf("error is %v, want 486", err)
	}
	wantIdle(t, p)
}

func TestCallIsGivenUpWhileItRings(t *testing.T) {
	s := newServer(t)
	s.onCall(func(in *inbound) {
		in.respond(180, "Ringing")
		<-in.tx.Cancelled()
		in.respond(487, "Request Terminated")
	})
	p := s.newPhone(Config{})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := p.Call(ctx, "102", func(int) { cancel() })
	var refused *StatusError
	if !errors.Is(err, context.Canceled) || !errors.As(err, &refused) || refused.Code != 487 {
		t.Errorf("error is %v, want Canceled and 487", err)
	}
	wantIdle(t, p)
}

func TestAnswerThatComesTooLateIsHungUp(t *testing.T) {
	s := newServer(t)
	far := echo(t)
	s.onCall(func(in *inbound) {
		in.respond(180, "Ringing")
		<-in.tx.Cancelled()
		in.answer(far)
	})
	p := s.newPhone(Config{})
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := p.Call(ctx, "102", func(int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want Canceled", err)
	}
	s.wantACKAndBYE()
	wantIdle(t, p)
}

func TestAnswerWithoutAudioIsHungUp(t *testing.T) {
	s := newServer(t)
	s.onCall(func(in *inbound) { in.respond(200, "OK") })
	p := s.newPhone(Config{})
	if _, err := p.Call(t.Context(), "102"); !errors.Is(err, ErrNoAudio) {
		t.Errorf("error is %v, want ErrNoAudio", err)
	}
	s.wantACKAndBYE()
	wantIdle(t, p)
}

// wantACKAndBYE sees a 2xx acknowledged and its call ended.
func (s *server) wantACKAndBYE() {
	s.t.Helper()
	s.next(sip.INVITE)
	invite := s.next(sip.INVITE)
	ack, bye := s.next(sip.ACK), s.next(sip.BYE)
	if ack.CSeq().SeqNo != invite.CSeq().SeqNo || bye.CSeq().SeqNo != invite.CSeq().SeqNo+1 {
		s.t.Errorf("after %s came %s and %s", invite.CSeq(), ack.CSeq(), bye.CSeq())
	}
}

func TestEveryAnswerIsAcknowledged(t *testing.T) {
	s := newServer(t)
	far := echo(t)
	s.onCall(func(in *inbound) {
		s.set(func() { s.unacked = nil }) // the first ACK gets lost
		in.answer(far)
	})
	p := s.newPhone(Config{})
	if _, err := p.Call(t.Context(), "102"); err != nil {
		t.Fatal(err)
	}
	if first, second := s.next(sip.ACK), s.next(sip.ACK); first.String() != second.String() {
		t.Errorf("the second ACK is\n%s\nthe first was\n%s", second, first)
	}
}

func TestAnswerOfAnotherBranchIsHungUp(t *testing.T) {
	s := newServer(t)
	far := echo(t)
	s.onCall(func(in *inbound) {
		in.answer(far)
		other := in.reply(200, "OK")
		other.To().Params.Add("tag", "fork")
		if err := in.flow.Reply(other); err != nil {
			t.Error(err)
		}
	})
	p := s.newPhone(Config{})
	c, err := p.Call(t.Context(), "102")
	if err != nil {
		t.Fatal(err)
	}
	bye := s.next(sip.BYE)
	if tag := bye.To().Params.GetOr("tag", ""); tag != "fork" {
		t.Errorf("the call with %q is ended", tag)
	}
	if err := c.Hangup(t.Context()); err != nil {
		t.Errorf("hanging up the other gives %v", err)
	}
}

func TestTalkIsCutShort(t *testing.T) {
	s := newServer(t)
	far := echo(t)
	calls := make(chan *inbound, 1)
	s.onCall(func(in *inbound) {
		in.answer(far)
		calls <- in
	})
	p := s.newPhone(Config{})
	c, err := p.Call(t.Context(), "102")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Talk(ctx, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want Canceled", err)
	}
	result := make(chan error)
	go func() {
		_, err := c.Talk(t.Context(), time.Minute)
		result <- err
	}()
	in := <-calls
	wantCode(t, "BYE", in.request(in.dialog().NewRequest(sip.BYE)), 200)
	if err := <-result; !errors.Is(err, ErrEnded) {
		t.Errorf("error is %v, want ErrEnded", err)
	}
}

func TestCallOfAClosedPhone(t *testing.T) {
	s := newServer(t)
	p := s.newPhone(Config{})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call(t.Context(), "102"); !errors.Is(err, sip.ErrClosed) {
		t.Errorf("error is %v, want ErrClosed", err)
	}
}
