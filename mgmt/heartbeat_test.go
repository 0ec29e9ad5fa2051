package mgmt_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

// pipes is a network of its own, on which time can be made to pass.
type pipes struct {
	dialled chan net.Conn
	closed  chan struct{} // closed by Close
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialled:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.dialled <- there
	return here, nil
}

// servePipes is a server of the world on a network of its own, and a client of it.
func servePipes(t *testing.T, w *world) *http.Client {
	network := pipes{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: w.api, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second}
	go server.Serve(network)
	transport := &http.Transport{DialContext: network.dial}
	t.Cleanup(func() {
		w.api.Close()
		if err := server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
	})
	return &http.Client{Transport: transport}
}

// The server's deadlines are those of requests that end. A stream outlives them
// and shows every 15 seconds that it is there, counted from its last event.
func TestAnIdleStreamHasAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *mgmt.Config) { c.Now = time.Now })
		l := listen(t, servePipes(t, w), "http://ringfence.test", "", "viewer", "")
		l.expect(hello)
		begun := time.Now()
		at := func(want time.Duration) {
			t.Helper()
			if got := time.Since(begun); got != want {
				t.Errorf("it came after %v, want %v", got, want)
			}
		}
		for i := range 8 {
			l.expect(": ")
			at(time.Duration(i+1) * 15 * time.Second)
		}
		time.Sleep(10 * time.Second)
		w.happen(phone.CallStarted, birch) // not seen: the heartbeat stays in step
		l.expect(": ")
		at(135 * time.Second)
		time.Sleep(10 * time.Second)
		l.expect(w.happen(phone.CallStarted, acme))
		at(145 * time.Second)
		l.expect(": ")
		at(160 * time.Second)
	})
}

func TestWhoMayNoLongerLogInIsShownNothingMore(t *testing.T) {
	for name, body := range map[string]string{
		"disabled": `{"state": "DISABLED"}`, "deleted": `{"state": "DELETED"}`, "of a lower level": `{"accessLevel": "PERSONAL"}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, func(c *mgmt.Config) { c.Now = time.Now })
				l := listen(t, servePipes(t, w), "http://ringfence.test", "", "viewer", "")
				l.expect(hello, w.happen(phone.CallStarted, acme))
				if got := told(w.do("POST", "/employee/e00000000000000000000002", "owner", body)); got != "200" {
					t.Fatal(got)
				}
				w.happen(phone.PhoneRejected, acme)
				synctest.Wait() // until the stream has seen it
				w.api.Close()
				if rest, err := io.ReadAll(l.lines); err != nil || len(rest) > 0 {
					t.Errorf("the stream goes on with %q (%v)", rest, err)
				}
			})
		})
	}
}
