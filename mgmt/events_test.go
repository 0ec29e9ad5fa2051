package mgmt_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

// listener is a client of GET /pbx/events.
type listener struct {
	testing.TB
	res   *http.Response
	lines *bufio.Reader
	hang  context.CancelFunc
}

// serveWorld is a world behind a real HTTP server.
func serveWorld(t *testing.T) (*world, string) {
	t.Helper()
	w := newWorld(t)
	server := httptest.NewServer(w.api)
	t.Cleanup(func() {
		w.api.Close() // the streams first: the server waits for them
		server.Close()
	})
	return w, server.URL
}

// listen opens a stream; query may be empty.
func listen(t *testing.T, client *http.Client, url, query, token, lastEventID string) *listener {
	t.Helper()
	ctx, hang := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/pbx/events?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hang(); res.Body.Close() })
	return &listener{t, res, bufio.NewReader(res.Body), hang}
}

// next reads one block, up to its empty line, and joins its lines with " | ".
// "" is the end of the stream.
func (l *listener) next() string {
	l.Helper()
	var lines []string
	for {
		line, err := l.lines.ReadString('\n')
		if err != nil || line == "\n" {
			return strings.Join(lines, " | ")
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
}

// expect reads blocks and compares them.
func (l *listener) expect(want ...string) {
	l.Helper()
	for _, w := range want {
		if got := l.next(); got != w {
			l.Fatalf("the stream shows\n%q, want\n%q", got, w)
		}
	}
}

const hello = ": ringfence events"

// happen publishes an event of a customer, one second after the one before, and
// returns how a stream shows it.
func (w *world) happen(e phone.EventType, customer phone.ID) string {
	w.clock.advance(time.Second)
	w.feed.Publish(phone.Event{Type: e, Time: w.clock.now(), Customer: customer, Data: map[string]any{"n": 1}})
	return "id: " + strconv.FormatUint(w.feed.Last(), 10) + " | event: " + string(e) + ` | data: {"customer":"` + string(customer) +
		`","n":1,"time":"` + w.clock.now().Format(time.RFC3339) + `","type":"` + string(e) + `"}`
}

func TestEventsAreToldInOrderAndAtOnce(t *testing.T) {
	w, url := serveWorld(t)
	l := listen(t, http.DefaultClient, url, "", "viewer", "")
	l.expect(hello)
	for _, h := range []struct{ name, want string }{
		{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"},
	} {
		if got := l.res.Header.Get(h.name); got != h.want {
			t.Errorf("%s is %q, want %q", h.name, got, h.want)
		}
	}
	l.expect(w.happen(phone.PhoneRegistered, acme))
	l.expect(w.happen(phone.CallStarted, acme))
	w.happen(phone.PhoneRefreshed, acme) // only who asks for it is told
	l.expect(w.happen(phone.CallEnded, acme))
}

func TestEventsOfChosenTypes(t *testing.T) {
	w, url := serveWorld(t)
	l := listen(t, http.DefaultClient, url, "types=phone.refreshed,+call.ended,phone.refreshed,", "viewer", "")
	l.expect(hello)
	w.happen(phone.PhoneRegistered, acme)
	l.expect(w.happen(phone.PhoneRefreshed, acme))
	w.happen(phone.CallStarted, acme)
	l.expect(w.happen(phone.CallEnded, acme))
}

func TestWhatCannotBeListenedTo(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ name, query, token, want string }{
		{"a type that there is not", "types=call.started,call.paused", "viewer", "422 Event type 'call.paused' is not valid"},
		{"another customer", "customer=" + string(birch), "viewer", "403 Access denied"},
		{"a customer that there is not", "customer=" + absent, "admin", "404 Customer not found or not active"},
		{"anything, for PERSONAL", "", "personal", "403 Insufficient access level"},
		{"anything, without a token", "", "", "401 Login required"},
	} {
		if got := told(w.do("GET", "/pbx/events?"+c.query, c.token, "")); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNobodySeesAnotherCustomersEvents(t *testing.T) {
	w, url := serveWorld(t)
	for _, c := range []struct {
		name, query, token string
		sees               []phone.ID
	}{
		{"a viewer sees their own customer", "", "viewer", []phone.ID{acme}},
		{"a reseller sees itself and its customers", "", "reseller", []phone.ID{rook, acme}},
		{"a reseller sees the customer that it asks for", "customer=" + string(acme), "reseller", []phone.ID{acme}},
		{"an administrator sees all", "", "admin", []phone.ID{rook, birch, acme}},
		{"an administrator sees the customer that they ask for", "customer=" + string(birch), "admin", []phone.ID{birch}},
		{"the admin token sees all", "", adminToken, []phone.ID{rook, birch, acme}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := listen(t, http.DefaultClient, url, c.query, c.token, "")
			l.expect(hello)
			shown := map[phone.ID]string{}
			for _, customer := range []phone.ID{rook, birch, acme} {
				shown[customer] = w.happen(phone.PhoneRejected, customer)
			}
			for _, customer := range c.sees {
				l.TB = t
				l.expect(shown[customer])
			}
			// The next thing that is seen is this: nothing else was in between.
			l.expect(w.happen(phone.PhoneLocked, c.sees[0]))
		})
	}
}

func TestAStreamGoesOnWhereItWasLeft(t *testing.T) {
	w, url := serveWorld(t)
	w.happen(phone.CallStarted, acme)
	seen := strconv.FormatUint(w.feed.Last(), 10)
	second, third := w.happen(phone.CallAnswered, acme), w.happen(phone.CallEnded, acme)
	for name, l := range map[string]*listener{
		"by the header": listen(t, http.DefaultClient, url, "", "viewer", seen),
		"in the query":  listen(t, http.DefaultClient, url, "lastEventId="+seen, "viewer", ""),
	} {
		t.Run(name, func(t *testing.T) {
			l.TB = t
			l.expect(hello, second, third)
		})
	}
	l := listen(t, http.DefaultClient, url, "", "viewer", "what is no number begins now")
	l.expect(hello, w.happen(phone.PhoneUpdated, acme))
}

func TestAStreamSaysThatEventsAreLost(t *testing.T) {
	w, url := serveWorld(t) // its feed keeps 16 events
	w.happen(phone.CallStarted, acme)
	seen := strconv.FormatUint(w.feed.Last(), 10)
	var kept []string
	for range 17 {
		kept = append(kept, w.happen(phone.CallEnded, acme))
	}
	l := listen(t, http.DefaultClient, url, "", "viewer", seen)
	l.expect(": events were missed")
	l.expect(kept[1:]...)
}

func TestLogoutEndsAStream(t *testing.T) {
	w, url := serveWorld(t)
	l := listen(t, http.DefaultClient, url, "", "viewer", "")
	l.expect(hello, w.happen(phone.CallStarted, acme))
	if got := told(w.do("GET", "/auth/logout", "viewer", "")); got != "200" {
		t.Fatal(got)
	}
	w.clock.advance(mgmt.Heartbeat)
	w.happen(phone.CallEnded, acme)
	if rest, err := io.ReadAll(l.lines); err != nil || len(rest) > 0 {
		t.Errorf("after the logout the stream shows %q (%v)", rest, err)
	}
}

func TestCloseEndsTheStreams(t *testing.T) {
	w, url := serveWorld(t)
	l := listen(t, http.DefaultClient, url, "", "viewer", "")
	l.expect(hello)
	w.api.Close()
	if rest, err := io.ReadAll(l.lines); err != nil || len(rest) > 0 {
		t.Errorf("after Close the stream shows %q (%v)", rest, err)
	}
}

func TestOneEmployeeHasOnlySoManyStreams(t *testing.T) {
	w, url := serveWorld(t)
	for range mgmt.MaxStreamsOne {
		listen(t, http.DefaultClient, url, "", "viewer", "").expect(hello)
	}
	l := listen(t, http.DefaultClient, url, "", "viewer", "")
	if l.res.StatusCode != http.StatusTooManyRequests || l.res.Header.Get("Retry-After") != "60" {
		t.Errorf("one more gets %d, retry after %q", l.res.StatusCode, l.res.Header.Get("Retry-After"))
	}
	listen(t, http.DefaultClient, url, "", "owner", "").expect(hello)
	want := mgmt.Stats{Streams: mgmt.MaxStreamsOne + 1, StreamsRefused: 1}
	if got := w.api.Stats(); got != want {
		t.Errorf("counted as %+v, want %+v", got, want)
	}
}
