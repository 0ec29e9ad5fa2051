package simphone

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ringfence/sip"
)

// registered is a phone that the server can call.
func registered(t *testing.T, c Config) (*server, *Phone) {
	t.Helper()
	s := newServer(t)
	p := s.newPhone(c)
	if _, err := p.Register(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	return s, p
}

// ringing waits for a call.
func ringing(t *testing.T, p *Phone) *Call {
	t.Helper()
	select {
	case c := <-p.Incoming():
		return c
	case <-time.After(10 * time.Second):
		t.Fatal("no call comes in")
		return nil
	}
}

func TestAnswerCall(t *testing.T) {
	offers := []struct {
		name  string
		offer bool // in the INVITE, or else in the 200
	}{{"with an offer", true}, {"that leaves the offer to the phone", false}}
	for _, tt := range offers {
		t.Run(tt.name, func(t *testing.T) {
			s, p := registered(t, Config{Tone: 500})
			far := echo(t)
			var offer, answer []byte
			if tt.offer {
				offer = far.offer()
			}
			invite, tx := s.call(offer)
			c := ringing(t, p)
			if name, number := c.Remote(); name != `Bo "B"` || number != "102" {
				t.Errorf("remote is %q, %q", name, number)
			}
			result := make(chan error)
			go func() { result <- c.Answer(t.Context()) }()
			res, before := finally(t, tx)
			wantCode(t, "the call", res, 200)
			if !slices.Equal(before, []int{180}) {
				t.Errorf("before the answer came %v", before)
			}
			if !tt.offer {
				var err error
				if answer, err = far.respond(res.Body()); err != nil {
					t.Fatal(err)
				}
			}
			d, err := sip.UACDialog(invite, res)
			if err != nil {
				t.Fatal(err)
			}
			_, f := s.bound()
			s.acknowledgement(d, invite, f, answer)
			if err := <-result; err != nil {
				t.Fatal(err)
			}
			heard, err := c.Talk(t.Context(), 400*time.Millisecond)
			if err != nil || heard.Packets < 5 || heard.Strength(500) < 0.9 {
				t.Errorf("heard %d packets, 500 Hz %.2f, %v", heard.Packets, heard.Strength(500), err)
			}
			if err := c.Answer(t.Context()); !errors.Is(err, sip.ErrAnswered) {
				t.Errorf("answering again gives %v, want ErrAnswered", err)
			}
			if err := c.Hangup(t.Context()); err != nil {
				t.Fatal(err)
			}
			if bye := s.next(sip.BYE); !d.Matches(bye) {
				t.Errorf("BYE is of another dialog:\n%s", bye)
			}
			wantIdle(t, p)
		})
	}
}

func TestCallIsCancelled(t *testing.T) {
	s, p := registered(t, Config{MaxCalls: 1})
	// Nobody takes the first call; its place in Incoming is the second one's.
	for range 2 {
		_, tx := s.call(echo(t).offer())
		if res := <-tx.Responses(); res.StatusCode != 180 {
			t.Fatalf("it answers %d", res.StatusCode)
		}
		if err := tx.Cancel(); err != nil {
			t.Fatal(err)
		}
		res, _ := finally(t, tx)
		wantCode(t, "a cancelled call", res, 487)
		for _, c := range p.ongoing() {
			waitEnded(t, c)
		}
	}
	c := ringing(t, p)
	waitEnded(t, c)
	if err := c.Answer(t.Context()); !errors.Is(err, ErrEnded) {
		t.Errorf("answering it gives %v, want ErrEnded", err)
	}
	wantIdle(t, p)
}

func TestCallIsRejected(t *testing.T) {
	s, p := registered(t, Config{})
	_, tx := s.call(echo(t).offer())
	c := ringing(t, p)
	if _, err := c.Talk(t.Context(), time.Second); !errors.Is(err, ErrNotAnswered) {
		t.Errorf("talking while it rings gives %v", err)
	}
	if err := c.Hangup(t.Context()); !errors.Is(err, ErrNotAnswered) {
		t.Errorf("hanging up while it rings gives %v", err)
	}
	if err := c.Reject(603, "Decline"); err != nil {
		t.Fatal(err)
	}
	res, _ := finally(t, tx)
	wantCode(t, "a rejected call", res, 603)
	waitEnded(t, c)
	if err := c.Reject(486, "Busy Here"); !errors.Is(err, sip.ErrAnswered) {
		t.Errorf("rejecting it again gives %v, want ErrAnswered", err)
	}
}

func TestBusyPhone(t *testing.T) {
	s, p := registered(t, Config{MaxCalls: 1})
	p.SetBusy(true)
	_, tx := s.call(echo(t).offer())
	res, before := finally(t, tx)
	wantCode(t, "a busy phone", res, 486)
	if len(before) != 0 {
		t.Errorf("before it came %v", before)
	}
	p.SetBusy(false)
	_, first := s.call(echo(t).offer())
	c := ringing(t, p)
	_, second := s.call(echo(t).offer())
	res, _ = finally(t, second)
	wantCode(t, "a call too many", res, 486)
	if err := c.Reject(480, "Temporarily Unavailable"); err != nil {
		t.Fatal(err)
	}
	res, _ = finally(t, first)
	wantCode(t, "the first", res, 480)
}

func TestOfferWithoutAudioIsRefused(t *testing.T) {
	s, p := registered(t, Config{})
	_, tx := s.call([]byte("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"))
	c := ringing(t, p)
	if err := c.Answer(t.Context()); !errors.Is(err, ErrNoAudio) {
		t.Errorf("error is %v, want ErrNoAudio", err)
	}
	res, _ := finally(t, tx)
	wantCode(t, "it", res, 488)
	wantIdle(t, p)
}

func TestAnswerWithoutACKIsHungUp(t *testing.T) {
	s, p := registered(t, Config{Timers: sip.Timers{T1: 2 * time.Millisecond}})
	s.call(echo(t).offer())
	c := ringing(t, p)
	if err := c.Answer(t.Context()); !errors.Is(err, sip.ErrTimeout) && !errors.Is(err, ErrEnded) {
		t.Errorf("error is %v, want ErrTimeout", err)
	}
	waitEnded(t, c)
	s.next(sip.BYE)
}

func TestCloseEndsEverything(t *testing.T) {
	s, p := registered(t, Config{})
	s.call(echo(t).offer())
	c := ringing(t, p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	waitEnded(t, c)
	if c, ok := <-p.Incoming(); ok {
		t.Errorf("Incoming still gives %v", c)
	}
	if err := p.Close(); err != nil {
		t.Errorf("closing again gives %v", err)
	}
}
