package simphone

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ringfence/sip"
	"ringfence/sip/digest"
)

func TestRegister(t *testing.T) {
	s := newServer(t)
	p := s.newPhone(Config{Model: "D785"})
	got, err := p.Register(t.Context(), 2*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if got.Expires != 2*time.Minute || len(got.Contacts) != 2 {
		t.Errorf("registered for %v with contacts %v", got.Expires, got.Contacts)
	}
	if c := got.Contacts[0]; c != (Contact{"sip:k3v9@127.0.0.77:5060", 7 * time.Second}) {
		t.Errorf("the other contact is %v", c)
	}
	if want := time.Date(2010, 11, 13, 23, 29, 0, 0, time.UTC); !got.Date.Equal(want) {
		t.Errorf("date is %v, want %v", got.Date, want)
	}
	first, second := s.next(sip.REGISTER), s.next(sip.REGISTER)
	if first.GetHeader("authorization") != nil || second.GetHeader("authorization") == nil {
		t.Error("credentials before the challenge, or none after it")
	}
	if agent := first.GetHeader("user-agent").Value(); agent != "snomD785/10.1.33.33" {
		t.Errorf("User-Agent is %s", agent)
	}
	if to := first.Recipient.String(); to != "sip:ringfence.local" {
		t.Errorf("Request-URI is %s", to)
	}
	identity := `"Anna \"Ann\"" <sip:k3v9@ringfence.local>;tag=`
	if from := first.From().Value(); !strings.HasPrefix(from, identity) {
		t.Errorf("From is %s", from)
	}
}

func TestRefreshIsOneRequestWithTheNextCSeq(t *testing.T) {
	s := newServer(t)
	p := s.newPhone(Config{})
	for range 2 {
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Unregister(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := s.next(sip.REGISTER)
	for i, expires := range []string{"3600", "3600", "0"} {
		req := s.next(sip.REGISTER)
		if *req.CallID() != *first.CallID() {
			t.Errorf("Call-ID is %s, was %s", req.CallID(), first.CallID())
		}
		if got, want := req.CSeq().SeqNo, first.CSeq().SeqNo+uint32(i)+1; got != want {
			t.Errorf("CSeq is %d, want %d", got, want)
		}
		if got := req.GetHeader("expires").Value(); got != expires {
			t.Errorf("Expires is %s, want %s", got, expires)
		}
	}
}

func TestRegisterAgainWhenTheNonceIsStale(t *testing.T) {
	s := newServer(t)
	s.set(func() { s.stale = true })
	p := s.newPhone(Config{})
	if _, err := p.Register(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
}

func TestRegisterWithTheAlgorithmItIsTold(t *testing.T) {
	for _, a := range []digest.Algorithm{"", digest.MD5, digest.SHA256} {
		s := newServer(t)
		p := s.newPhone(Config{Algorithm: a})
		if _, err := p.Register(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		s.next(sip.REGISTER)
		c, err := digest.ParseCredentials(s.next(sip.REGISTER).GetHeader("authorization").Value())
		if err != nil {
			t.Fatal(err)
		}
		want := a
		if want == "" {
			want = digest.SHA256
		}
		if digest.Algorithm(c.Algorithm) != want {
			t.Errorf("told %q it answers with %s", a, c.Algorithm)
		}
	}
}

func TestWrongPasswordIsTriedOnce(t *testing.T) {
	s := newServer(t)
	p := s.newPhone(Config{})
	settings := p.Settings()
	settings.Password = "wrong"
	p.Use(settings)
	_, err := p.Register(t.Context(), time.Minute)
	var refused *StatusError
	if !errors.As(err, &refused) || refused.Code != 401 {
		t.Fatalf("error is %v, want 401", err)
	}
	if n := len(s.seen); n != 2 {
		t.Errorf("%d requests, want the plain one and one answer", n)
	}
}

func TestRegisterAndRingOverTCP(t *testing.T) {
	s := newServer(t)
	addr, err := s.stack.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := s.newPhone(Config{Network: "tcp"})
	settings := p.Settings()
	settings.Server = addr.String()
	p.Use(settings)
	got, err := p.Register(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, f := s.bound(); got.Expires != time.Minute || f.Network != "tcp" {
		t.Errorf("registered for %v over %s", got.Expires, f.Network)
	}
	_, tx := s.call(echo(t).offer())
	if err := ringing(t, p).Reject(486, "Busy Here"); err != nil {
		t.Fatal(err)
	}
	res, _ := finally(t, tx)
	wantCode(t, "a call on the connection of the phone", res, 486)
}

func TestRegisterGivesUp(t *testing.T) {
	s := newServer(t)
	s.set(func() { s.deaf = true })
	t.Run("after 64*T1", func(t *testing.T) {
		p := s.newPhone(Config{Timers: sip.Timers{T1: 2 * time.Millisecond}})
		if _, err := p.Register(t.Context(), 0); !errors.Is(err, sip.ErrTimeout) {
			t.Errorf("error is %v, want ErrTimeout", err)
		}
	})
	t.Run("when told so", func(t *testing.T) {
		p := s.newPhone(Config{})
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() {
			_, err := p.Register(ctx, 0)
			result <- err
		}()
		s.next(sip.REGISTER)
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want Canceled", err)
		}
	})
	t.Run("when the phone is closed", func(t *testing.T) {
		p := s.newPhone(Config{})
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Register(t.Context(), 0); !errors.Is(err, sip.ErrClosed) {
			t.Errorf("error is %v, want ErrClosed", err)
		}
	})
}
