package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// serveWeb serves h on a real socket of loopback, with the limits of the program
// as far as change leaves them.
func serveWeb(t *testing.T, h http.Handler, change func(*webServer)) *webServer {
	t.Helper()
	w := newWebServer(h, nil, slog.New(slog.DiscardHandler))
	if err := w.listen(t.Context(), "127.0.0.1:0", nil); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(w)
	}
	ended := make(chan error, 1)
	go func() { ended <- w.serve() }()
	t.Cleanup(func() {
		w.server.Close() // at once: what is left open here is open on purpose
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return w
}

// client is a connection that no HTTP client keeps in good order.
type client struct {
	net.Conn
	*bufio.Reader
}

// Read reads past the buffer's back.
func (c client) Read(b []byte) (int, error) { return c.Reader.Read(b) }

func dial(t *testing.T, addr netip.AddrPort) client {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return client{conn, bufio.NewReader(conn)}
}

// status reads an answer's status; "closed" is a connection that has ended.
func (c client) status() string {
	res, err := http.ReadResponse(c.Reader, nil)
	if err != nil {
		return "closed"
	}
	io.Copy(io.Discard, res.Body)
	return fmt.Sprint(res.StatusCode)
}

const ask = "GET / HTTP/1.1\r\nHost: x\r\n"

// A client that is slow or silent keeps its connection for a while only.
func TestASlowClientIsCutOff(t *testing.T) {
	const short = 100 * time.Millisecond
	reads := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(w, r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	for _, c := range []struct {
		name   string
		limit  func(*http.Server) *time.Duration
		sends  string
		answer string // before the end
	}{
		{"in its header", func(s *http.Server) *time.Duration { return &s.ReadHeaderTimeout }, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", ""},
		{"before its header", func(s *http.Server) *time.Duration { return &s.ReadHeaderTimeout }, "", ""},
		{"in its body", func(s *http.Server) *time.Duration { return &s.ReadTimeout }, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nslow", ""},
		{"after its request", func(s *http.Server) *time.Duration { return &s.IdleTimeout }, ask + "\r\n", "200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := serveWeb(t, reads, func(w *webServer) { *c.limit(w.server) = short })
			began := time.Now() // before the server's clock for this connection starts
			conn := dial(t, web.addr())
			io.WriteString(conn, c.sends)
			if c.answer != "" {
				if got := conn.status(); got != c.answer {
					t.Fatalf("answered %s, want %s", got, c.answer)
				}
			}
			if got := conn.status(); got != "closed" {
				t.Errorf("answered %s, want an end", got)
			}
			if took := time.Since(began); took < short || took > 8*time.Second {
				t.Errorf("it ended after %v", took)
			}
		})
	}
}

// Slow clients, more of them than the server serves at once elsewhere, keep
// nobody else from being served.
func TestSlowClientsDoNotKeepOthersWaiting(t *testing.T) {
	r := start(t, t.TempDir())
	for range 200 {
		io.WriteString(dial(t, r.http), "GET /pbx/sipphone HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := r.api.get(ctx, "/pbx/sipphone"); err != nil {
		t.Error(err)
	}
}

// What is too large is refused by the whole program, with a status that says
// what it was.
func TestWhatIsTooLargeIsRefused(t *testing.T) {
	r := start(t, t.TempDir())
	fill := func(n int) string { return strings.Repeat("a", n) }
	const authorization = "Authorization: Bearer " + testToken + "\r\n"
	get := "GET /pbx/sipphone HTTP/1.1\r\nHost: x\r\n" + authorization
	post := "POST /pbx/sipphone HTTP/1.1\r\nHost: x\r\n" + authorization
	for _, c := range []struct{ name, request, want string }{
		{"an ordinary header", get + "X-Fill: " + fill(8<<10) + "\r\n\r\n", "200"},
		{"a header field", get + "X-Fill: " + fill(24<<10) + "\r\n\r\n", "431"},
		{"many header fields", get + strings.Repeat("X-Fill: "+fill(100)+"\r\n", 300) + "\r\n", "431"},
		{"a target", "GET /pbx/sipphone?x=" + fill(9<<10) + " HTTP/1.1\r\nHost: x\r\n" + authorization + "\r\n", "414"},
		{"a target that fits into no header", "GET /" + fill(30<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
		{"a body that says so", post + "Content-Length: 2000000\r\n\r\n" + fill(2_000_000), "413"},
		{"a body that does not", post + "Transfer-Encoding: chunked\r\n\r\n" + fmt.Sprintf("%x\r\n", 2_000_000) + fill(2_000_000) + "\r\n0\r\n\r\n", "413"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, r.http)
			sent := make(chan struct{})
			go func() { // the answer may come before all is sent
				defer close(sent)
				io.WriteString(conn, c.request)
			}()
			if got := conn.status(); got != c.want {
				t.Errorf("answered %s, want %s", got, c.want)
			}
			conn.Close()
			<-sent
		})
	}
}

// The limits and origins of the configuration are those of the API.
func TestTheAPIIsLimitedAsConfigured(t *testing.T) {
	const origin = "https://admin.example"
	r := start(t, t.TempDir(), func(c *Config) { c.APIRate, c.APIBurst, c.CORSOrigins = 0.001, 2, []string{origin} })
	request := "GET /pbx/sipphone HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer made-up\r\nOrigin: " + origin + "\r\n\r\n"
	conn := dial(t, r.http)
	for i, want := range []int{401, 401, 429} {
		io.WriteString(conn, request)
		res, err := http.ReadResponse(conn.Reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		if res.StatusCode != want || res.Header.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("request %d is answered %d with %v, want %d", i+1, res.StatusCode, res.Header, want)
		}
	}
	metrics := dial(t, r.http)
	io.WriteString(metrics, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
	res, err := http.ReadResponse(metrics.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	for _, line := range []string{"ringfence_api_guesses_refused_total 1", "ringfence_http_connections 2"} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("/metrics has no %q", line)
		}
	}
}
