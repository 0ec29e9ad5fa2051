package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// pairing is who called whom. No pair meets twice, so it names a call on both
// sides of the server.
type pairing struct{ caller, callee string }

// outcome is what became of a call as its caller saw it.
type outcome struct {
	pairing
	answered time.Time // 0: it was not
	parted   time.Time // the BYE was sent
	ended    time.Time // and answered
	refused  int       // the final answer, if it is no 2xx
	killed   time.Time // the server was, while the call was under way or soon after it
}

// record is what we read of a call record.
type record struct {
	Caller, Callee   struct{ Number string }
	Started          time.Time
	Answered, Ended  time.Time
	TerminatedReason string
}

// The reasons of records that we expect.
const (
	hangup      = "HANGUP"
	interrupted = "INTERRUPTED"
	busy        = "BUSY"
)

// records reads all call records since then.
func (c *client) records(ctx context.Context, since time.Time) (all []record, err error) {
	for {
		var page struct {
			CDRs  []record
			Total int
		}
		path := fmt.Sprintf("/pbx/cdr?limit=1000&offset=%d&from=%s", len(all), url.QueryEscape(since.UTC().Format(time.RFC3339)))
		if err := c.do(ctx, http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.CDRs...)
		if len(page.CDRs) == 0 || len(all) >= page.Total {
			return all, nil
		}
	}
}

// verdict is what reconciliation found.
type verdict struct {
	faults                       []string
	hungUp, cutOff, either, none int // answered calls that had ended, had not, may have; and those without an answer
	refused                      int
}

// grace is how long before a kill a call may have ended that its record says
// it was interrupted: what the caller is told of an end is not the promise, the
// answer was.
type grace time.Duration

// judge holds what the callers saw against the records.
func (g grace) judge(calls []outcome, all []record) (v verdict) {
	kept := map[pairing][]record{}
	for _, r := range all {
		p := pairing{r.Caller.Number, r.Callee.Number}
		kept[p] = append(kept[p], r)
	}
	for _, c := range calls {
		if fault := g.one(c, kept[c.pairing], &v); fault != "" {
			v.faults = append(v.faults, fmt.Sprintf("%s called %s: %s", c.caller, c.callee, fault))
		}
		delete(kept, c.pairing)
	}
	for p := range kept {
		v.faults = append(v.faults, fmt.Sprintf("%s called %s: a record of a call that nobody has made", p.caller, p.callee))
	}
	return v
}

func (g grace) one(c outcome, kept []record, v *verdict) string {
	want := g.expect(c, v)
	switch {
	case len(kept) > 1:
		return fmt.Sprintf("%d records", len(kept))
	case want == nil:
		return "" // it may have one or not
	case len(kept) == 0:
		return fmt.Sprintf("no record, want %v", want)
	}
	r := kept[0]
	if !c.answered.IsZero() && r.Answered.IsZero() {
		return "its record does not say that it was answered"
	}
	if r.Ended.Before(r.Answered) || r.Ended.Before(r.Started) {
		return "its record says that it ended before it began"
	}
	for _, reason := range want {
		if r.TerminatedReason == reason {
			return ""
		}
	}
	return fmt.Sprintf("its record says %s, want %v", r.TerminatedReason, want)
}

// expect is which reasons the only record of a call may have; nil where there
// need be none.
func (g grace) expect(c outcome, v *verdict) []string {
	before := c.killed.Add(-time.Duration(g))
	switch {
	case c.refused == 486:
		v.refused++
		return []string{busy}
	case c.answered.IsZero():
		v.none++
		return nil
	case !c.ended.IsZero() && (c.killed.IsZero() || c.ended.Before(before)):
		v.hungUp++
		return []string{hangup}
	case c.parted.IsZero():
		v.cutOff++
		return []string{interrupted}
	}
	v.either++
	return []string{hangup, interrupted}
}
