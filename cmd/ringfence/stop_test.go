package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// After a stop nothing is left: no goroutine, no socket, no lock on the folder.
func TestStopLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	dir := t.TempDir()
	r := start(t, dir)
	o := newOffice(t, r)
	p, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
		runtime.Gosched()
	}
	again, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(r.sip["udp"]))
	if err != nil {
		t.Errorf("the SIP port is still taken: %v", err)
	} else if err := again.Close(); err != nil {
		t.Error(err)
	}
	if err := start(t, dir).stop(); err != nil {
		t.Errorf("a second start: %v", err)
	}
}

// While calls may still end, the server says that it is going, and whose calls
// they are.
func TestAServerThatStopsIsNotReady(t *testing.T) {
	r := start(t, t.TempDir(), func(c *Config) { c.StopTimeout = time.Minute })
	o := newOffice(t, r)
	anna, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	bert, _ := o.phone("201", "000413000002", "127.0.0.1", nil)
	for _, p := range []demoPhone{anna, bert} {
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		if err := (<-bert.Incoming()).Answer(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	call, err := anna.Call(t.Context(), "201")
	if err != nil {
		t.Fatal(err)
	}
	if status := readiness(t, r); status != http.StatusOK {
		t.Errorf("before: %d", status)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	waitUntil(t, "it is ready all the same", func() bool { return readiness(t, r) == http.StatusServiceUnavailable })
	if err := call.Hangup(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func readiness(t *testing.T, r *running) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.api.base+"/readyz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// Whoever cannot start leaves nothing half-started: neither sockets nor the
// lock on the folder.
func TestAFailedStartLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := demoConfig(dir, testToken)
	c.Prov = taken.Addr().String()
	if err := run(t.Context(), c, hooks{stdout: t.Output(), log: t.Output()}); err == nil {
		t.Fatal("it started on a port that is taken")
	}
	if err := start(t, dir).stop(); err != nil {
		t.Errorf("a start after the failed one: %v", err)
	}
}

// A stop that comes while it starts is a stop like any other.
func TestAStopDuringTheStartIsNoFailure(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := hooks{stdout: t.Output(), log: t.Output(), ready: func(addresses) { t.Error("it got ready all the same") }}
	if err := run(ctx, demoConfig(dir, testToken), h); err != nil {
		t.Error(err)
	}
	if err := start(t, dir).stop(); err != nil {
		t.Errorf("the next start: %v", err)
	}
}

// Whoever sends it, to have files read again or because a terminal has gone, does
// not mean the calls.
func TestAHangUpStopsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dir := t.TempDir()
	c := serveCommand{Config: demoConfig(dir, testToken)}
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, io.Discard) }()
	waitUntil(t, "it does not start", func() bool {
		_, err := os.Stat(filepath.Join(dir, "ringfence.db"))
		return err == nil
	})
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A password that could not be shown is not the one that there will ever be.
func TestAFirstStartThatCannotShowThePasswordIsNone(t *testing.T) {
	c := demoConfig(t.TempDir(), "")
	reader, writer := io.Pipe()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), c, hooks{stdout: writer, log: t.Output()}); err == nil {
		t.Fatal("it started")
	}
	ctx, stop := context.WithCancel(t.Context())
	var shown strings.Builder
	if err := run(ctx, c, hooks{stdout: &shown, log: t.Output(), ready: func(addresses) { stop() }}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(shown.String(), "First start: ") {
		t.Errorf("the next start shows %q", shown.String())
	}
}
