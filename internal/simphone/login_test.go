package simphone

import (
	"errors"
	"testing"

	"ringfence/sip"
	"ringfence/sip/digest"
)

const (
	challengeMD5    = `Digest realm="r", nonce="n", algorithm=MD5, qop="auth"`
	challengeSHA256 = `Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"`
	challengeOther  = `Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"`
)

func challenged(code int, values ...string) *sip.Response {
	name := "WWW-Authenticate"
	if code == 407 {
		name = "Proxy-Authenticate"
	}
	res := sip.NewResponse(code, "Unauthorized")
	for _, v := range values {
		res.AppendHeader(sip.NewHeader(name, v))
	}
	return res
}

func TestLoginChoosesAChallenge(t *testing.T) {
	tests := []struct {
		name       string
		only       digest.Algorithm
		challenges []string
		want       string
		wrong      error
	}{
		{"the best, whatever the order", "", []string{challengeMD5, challengeSHA256}, "SHA-256", nil},
		{"what there is", "", []string{challengeOther, "Basic realm=r", challengeMD5}, "MD5", nil},
		{"the one that it is told", digest.MD5, []string{challengeSHA256, challengeMD5}, "MD5", nil},
		{"not another than it is told", digest.MD5, []string{challengeSHA256}, "", ErrChallenge},
		{"none that it knows", "", []string{challengeOther}, "", ErrChallenge},
		{"none at all", "", nil, "", ErrChallenge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := login{only: tt.only}
			again, err := l.learn(challenged(401, tt.challenges...), 0)
			if !errors.Is(err, tt.wrong) || again != (err == nil) {
				t.Fatalf("again %v, error %v, want %v", again, err, tt.wrong)
			}
			if err == nil && l.challenge.Algorithm != tt.want {
				t.Errorf("chose %s, want %s", l.challenge.Algorithm, tt.want)
			}
		})
	}
}

func TestLoginAsksAgainOnlyWhenThatCanHelp(t *testing.T) {
	stale := challengeSHA256 + ", stale=true"
	tests := []struct {
		name  string
		res   *sip.Response
		count uint32
		again bool
	}{
		{"the request had no credentials", challenged(401, challengeSHA256), 0, true},
		{"by a proxy", challenged(407, challengeSHA256), 0, true},
		{"a new nonce was refused", challenged(401, challengeSHA256), 1, false},
		{"a new nonce was stale by then", challenged(401, stale), 1, true},
		{"a nonce that was taken before", challenged(401, challengeSHA256), 7, true},
		{"no challenge at all", sip.NewResponse(403, "Forbidden"), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l login
			again, err := l.learn(tt.res, tt.count)
			if err != nil || again != tt.again {
				t.Errorf("again %v, %v, want %v", again, err, tt.again)
			}
		})
	}
}

func TestLoginSigns(t *testing.T) {
	l := login{username: "u", password: "p"}
	request := func() *sip.Request {
		return sip.NewRequest(sip.REGISTER, sip.URI{Scheme: "sip", Host: "h"})
	}
	plain := request()
	if count, err := l.sign(plain); count != 0 || err != nil || len(plain.Headers()) != 0 {
		t.Errorf("without a challenge: count %d, %v, %v", count, err, plain.Headers())
	}
	if _, err := l.learn(challenged(407, challengeMD5), 0); err != nil {
		t.Fatal(err)
	}
	for want := uint32(1); want <= 2; want++ {
		req := request()
		count, err := l.sign(req)
		if err != nil || count != want {
			t.Fatalf("count %d, %v, want %d", count, err, want)
		}
		c, err := digest.ParseCredentials(req.GetHeader("proxy-authorization").Value())
		if err != nil || c.NC != want || c.URI != "sip:h" || c.Username != "u" {
			t.Errorf("credentials %+v, %v", c, err)
		}
		if !c.Verify(digest.HA1(digest.MD5, "u", "r", "p"), "REGISTER") {
			t.Error("response is wrong")
		}
	}
}
