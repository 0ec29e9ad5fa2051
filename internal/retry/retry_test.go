package retry

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"
)

func TestRetriesEndAfterAboutADay(t *testing.T) {
	var all time.Duration
	n := 0
	for {
		pause, again := Pause(n+1, 0.5)
		if !again {
			break
		}
		all += pause
		n++
	}
	if n != len(delays) || all < 20*time.Hour || all > 24*time.Hour {
		t.Errorf("attempt %d, the last one, comes after %s", n+1, all)
	}
	if _, again := Pause(0, 0.5); again {
		t.Error("what was not tried is tried again")
	}
}

func TestWhatFailedTogetherComesBackApart(t *testing.T) {
	for chance, want := range map[float64]time.Duration{0: 9 * time.Second, 0.5: 10 * time.Second, 1: 11 * time.Second} {
		if got, _ := Pause(1, chance); (got - want).Abs() > time.Millisecond {
			t.Errorf("by chance %v it waits %s, want %s", chance, got, want)
		}
	}
}

func TestRest(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 1: 10 * time.Second, 2: 20 * time.Second, 5: 160 * time.Second, 6: MaxRest, 7: MaxRest, 1000: MaxRest,
	} {
		if got := Rest(failures); got != want {
			t.Errorf("after %d failures %s, want %s", failures, got, want)
		}
	}
}

func TestReasonsNameNoURL(t *testing.T) {
	for want, err := range map[string]error{
		"no answer in time":          context.DeadlineExceeded,
		"the host was not found":     &net.DNSError{IsNotFound: true},
		"the connection was refused": &net.OpError{Op: "dial"},
		"the connection was broken":  fmt.Errorf("unexpected EOF"),
	} {
		if got := Reason(&url.Error{Op: "Post", URL: "https://x.example/secret", Err: err}); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
