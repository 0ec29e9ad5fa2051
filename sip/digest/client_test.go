package digest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

const (
	asksMD5    = `Digest realm="r", nonce="one", qop="auth", algorithm=MD5`
	asksSHA    = `Digest realm="r", nonce="two", qop="auth,auth-int", algorithm=SHA-256, opaque="o"`
	asksNewer  = `Digest realm="r", nonce="three", qop="auth"`
	asksStale  = `Digest realm="r", nonce="three", qop="auth", stale=TRUE`
	asksOld    = `Digest realm="r", nonce="four"`
	asksBodies = `Digest realm="r", nonce="five", qop="auth-int", algorithm=SHA-256`
	asksLonger = `Digest realm="r", nonce="six", qop="auth", algorithm=SHA-512-256`
)

func TestTheStrongestChallengeIsAnswered(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		want   string // parts of the answer
		err    error
	}{
		{"MD5 alone", []string{asksMD5}, `nonce="one" algorithm=MD5 nc=00000001 qop=auth`, nil},
		{"SHA-256 after MD5", []string{asksMD5, asksSHA}, `nonce="two" algorithm=SHA-256 opaque="o" qop=auth`, nil},
		{"SHA-256 before MD5", []string{asksSHA, asksMD5}, `nonce="two"`, nil},
		{"what can be answered before what is stronger", []string{asksBodies, asksLonger, asksMD5}, `nonce="one"`, nil},
		{"the old way", []string{asksOld}, `nonce="four"`, nil},
		{"another scheme before", []string{`Basic realm="r"`, asksMD5}, `nonce="one"`, nil},
		{"nothing that can be answered", []string{asksBodies, asksLonger, "Bearer x"}, "", ErrChallenge},
		{"nothing at all", nil, "", ErrChallenge},
	} {
		s, err := NewClient("alice", "secret").Answer(c.values, false, "INVITE", "sip:x@y", 0)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, part := range strings.Fields(c.want) {
			if !strings.Contains(s.Value, part) {
				t.Errorf("%s: %s is not in %s", c.name, part, s.Value)
			}
		}
	}
}

func TestAServerTakesTheAnswers(t *testing.T) {
	for _, challenge := range []string{asksMD5, asksSHA, asksNewer} {
		c := NewClient("alice", "secret")
		s, err := c.Answer([]string{challenge}, true, "INVITE", "sip:x@y", 0)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := c.Ahead(true, "BYE", "sip:z@y")
		if !ok || next.Count != 2 {
			t.Fatal(next, ok)
		}
		for method, value := range map[string]string{"INVITE": s.Value, "BYE": next.Value} {
			got, err := ParseCredentials(value)
			if err != nil {
				t.Fatal(err)
			}
			a, _ := ParseAlgorithm(got.Algorithm)
			if !got.Verify(HA1(a, "alice", "r", "secret"), method) {
				t.Errorf("%s is refused: %s", method, value)
			}
		}
	}
}

func TestANonceIsUsedOnAndCounted(t *testing.T) {
	c := NewClient("alice", "secret")
	if _, ok := c.Ahead(false, "REGISTER", "sip:y"); ok {
		t.Error("signed without a challenge")
	}
	for _, step := range []struct {
		name, challenge string // "" is to sign ahead
		tried, want     uint32
		err             error
	}{
		{"the first challenge", asksMD5, 0, 1, nil},
		{"the next request", "", 0, 2, nil},
		{"a new nonce, since the old one is too old, unsaid", asksNewer, 2, 1, nil},
		{"the first nonce again, by the server's neighbour", asksMD5, 0, 3, nil},
		{"a fresh nonce that is stale at once", asksStale, 1, 2, nil},
		{"the answer to a fresh nonce refused", asksSHA, 1, 0, ErrPassword},
	} {
		var s Signature
		var err error
		if step.challenge == "" {
			s, _ = c.Ahead(false, "REGISTER", "sip:y")
		} else {
			s, err = c.Answer([]string{step.challenge}, false, "REGISTER", "sip:y", step.tried)
		}
		if s.Count != step.want || !errors.Is(err, step.err) {
			t.Errorf("%s: count %d, %v, want %d, %v", step.name, s.Count, err, step.want, step.err)
		}
	}
	if _, ok := c.Ahead(false, "REGISTER", "sip:y"); ok {
		t.Error("goes on with what was refused")
	}
	if _, ok := c.Ahead(true, "INVITE", "sip:y"); ok {
		t.Error("a server's challenge is not a proxy's")
	}
}

func TestANonceWhoseCountIsForgottenIsNotUsed(t *testing.T) {
	c := NewClient("alice", "secret")
	if _, err := c.Answer([]string{asksMD5}, false, "REGISTER", "sip:y", 0); err != nil {
		t.Fatal(err)
	}
	for i := range keptNonces {
		ch := fmt.Sprintf(`Digest realm="r", nonce="p%d", qop="auth"`, i)
		if _, err := c.Answer([]string{ch}, true, "INVITE", "sip:y", 0); err != nil {
			t.Fatal(err)
		}
	}
	if s, ok := c.Ahead(false, "REGISTER", "sip:y"); ok {
		t.Error(s)
	}
	if s, ok := c.Ahead(true, "INVITE", "sip:y"); !ok || s.Count != 2 {
		t.Error(s, ok)
	}
}

func TestRequestsAtOnceNeverShareACount(t *testing.T) {
	c := NewClient("alice", "secret")
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[uint32]bool{}
	for range 50 {
		all.Go(func() {
			s, err := c.Answer([]string{asksMD5}, false, "INVITE", "sip:y", 0)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[s.Count] {
				t.Errorf("count %d twice, %v", s.Count, err)
			}
			seen[s.Count] = true
		})
	}
	all.Wait()
}

func TestAClientDoesNotShowItsPassword(t *testing.T) {
	c := NewClient("alice", "secret")
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(form, c); strings.Contains(got, "secret") {
			t.Errorf("%s shows %s", form, got)
		}
	}
}
