package mgmt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringfence/internal/feed"
	"ringfence/phone"
)

const (
	streamBuffer    = 1024             // events that a slow reader may lag behind
	streamHeartbeat = 15 * time.Second // a comment, so that proxies keep the stream open
	streamWrite     = 10 * time.Second // for one write to the reader
)

// selection is which events one stream wants.
type selection struct {
	types    []phone.EventType // none: all but phone.refreshed
	customer phone.ID          // "": all that the caller may see
}

func (s selection) wants(e phone.Event) bool {
	return (s.customer == "" || e.Customer == s.customer) && phone.Selects(s.types, e.Type)
}

// events is GET /pbx/events: a stream of Server-Sent Events that goes on after
// the Last-Event-ID, as far as the history reaches.
func (s *Server) events(c *call) (any, error) {
	q, err := s.scope(c, phone.Query{})
	if err != nil {
		return nil, err
	}
	types, err := typesOf(c.Query("types"))
	if err != nil {
		return nil, err
	}
	return watcher{s, selection{types: types, customer: q.Customer}}, nil
}

// typesOf reads a comma list of event types.
func typesOf(list string) (types []phone.EventType, err error) {
	for name := range strings.SplitSeq(list, ",") {
		t := phone.EventType(strings.TrimSpace(name))
		switch {
		case t == "" || slices.Contains(types, t):
		case !slices.Contains(phone.EventTypes(), t):
			return nil, invalid("types", fmt.Sprintf("Event type '%.40s' is not valid", t))
		default:
			types = append(types, t)
		}
	}
	return types, nil
}

// watcher is the answer that writes events.
type watcher struct {
	*Server
	selection
}

func (w watcher) write(c *call) {
	if !w.streams.enter(c.caller.employee, c.caller.customer) {
		w.refuse(c.Context, errStreams)
		return
	}
	defer w.streams.leave(c.caller.employee, c.caller.customer)
	defer w.Feed.Wish(w.types)()
	last, resumes := lastEventID(c)
	if !resumes {
		last = w.Feed.Last()
	}
	sub := w.Feed.Subscribe(last, streamBuffer)
	defer sub.Close()
	hello := ": ringfence events\n\n"
	if resumes && sub.Missed() {
		hello = ": events were missed\n\n"
	}
	out := openStream(c)
	if out.write(hello) == nil {
		w.pump(c, out, sub)
	}
}

// lastEventID is the number of the last event that the client has seen: the
// header by which a browser resumes, or the same in the query.
func lastEventID(c *call) (uint64, bool) {
	text := c.GetHeader("Last-Event-ID")
	if text == "" {
		text = c.Query("lastEventId")
	}
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil
}

// pump writes events until the client goes, its token ends, it lags too far
// behind, or the server closes.
func (w watcher) pump(c *call, out stream, sub *feed.Subscription) {
	ctx, cancel := context.WithCancel(c.Request.Context())
	defer cancel()
	defer context.AfterFunc(w.ending, cancel)()
	wanted := func(e phone.Event) bool { return w.wants(e) && w.maySee(c.caller, e) && w.stands(c.caller) }
	identified := w.Now()
	for {
		// The deadline is that of the next write, whatever passes by unwanted.
		wait, done := context.WithTimeout(ctx, streamHeartbeat)
		entry, err := next(wait, sub, wanted)
		done()
		if now := w.Now(); now.Sub(identified) >= streamHeartbeat {
			if !w.stillIs(c) {
				return
			}
			identified = now
		}
		switch {
		case err == nil:
			err = out.event(entry)
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			err = out.write(": \n\n")
		}
		if err != nil {
			return
		}
	}
}

// maySee says whether an event is about what the caller may touch. What is about
// the whole server is ADMIN's business.
func (w watcher) maySee(c caller, e phone.Event) bool {
	if e.Type.OfAll() {
		return c.level.AtLeast(phone.Admin)
	}
	return w.may(c, e.Customer)
}

// stands says whether the employee may still log in, and with the same level: what
// has happened since is not for them, though the stream ends only later.
func (w watcher) stands(c caller) bool {
	if c.employee == "" {
		return true
	}
	e := w.Book.Employee(c.employee)
	return e != nil && w.admits(e) && e.AccessLevel == c.level
}

// stillIs says whether the token still stands for the same caller: who has
// logged out, or may less than before, sees no more. It keeps the session alive
// as any other request does, for the stream is one that goes on.
func (w watcher) stillIs(c *call) bool {
	now, err := w.identify(c.Context)
	return err == nil && now == c.caller
}

// next waits for an event that is wanted.
func next(ctx context.Context, sub *feed.Subscription, wanted func(phone.Event) bool) (feed.Entry, error) {
	for {
		entry, err := sub.Next(ctx)
		if err != nil || wanted(entry.Event) {
			return entry, err
		}
	}
}

// stream writes to one client, each write with its deadline and flushed.
type stream struct {
	control *http.ResponseController
	w       http.ResponseWriter
}

// openStream writes the head of the answer.
func openStream(c *call) stream {
	c.Header("Content-Type", "text/event-stream")
	c.Header("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	return stream{http.NewResponseController(c.Writer), c.Writer}
}

func (s stream) event(e feed.Entry) error {
	data, err := json.Marshal(e.Event)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return s.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Event.Type, data))
}

// write replaces the server's deadline, which is for answers that end.
func (s stream) write(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
