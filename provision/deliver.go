package provision

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/provision/family"
)

// deliver writes a document whole, or says that the phone has it already.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, q *request, a *answer) {
	tag := fmt.Sprintf(`"%x"`, sha256.Sum256(a.doc.Body))
	unchanged := names(r.Header.Values("If-None-Match"), tag)
	if a.file.Role == family.Whole && r.Method == http.MethodGet {
		if err := s.note(r.Context(), q, a); err != nil {
			s.fail(w, q, err)
			return
		}
	}
	s.count(a, unchanged)
	s.log(q, outcome(unchanged), "")
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	if unchanged {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", a.doc.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.doc.Body))) // some phones cannot read chunks
	if r.Method == http.MethodGet {
		// A phone that hangs up has its configuration fetched again later.
		_, _ = w.Write(a.doc.Body)
	}
}

func outcome(unchanged bool) string {
	if unchanged {
		return "unchanged"
	}
	return "delivered"
}

func (s *Server) count(a *answer, unchanged bool) {
	switch {
	case a.file.Role != family.Whole:
		s.counts.pointers.Add(1)
	case unchanged:
		s.counts.unchanged.Add(1)
	default:
		s.counts.delivered.Add(1)
	}
}

// names says whether the header lists the tag (RFC 9110 section 13.1.2).
func names(header []string, tag string) bool {
	for one := range strings.SplitSeq(strings.Join(header, ","), ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

// note records the delivery before it leaves.
func (s *Server) note(ctx context.Context, q *request, a *answer) error {
	now := s.Now()
	saved := map[phone.ID]time.Time{}
	for _, f := range a.saved {
		saved[f.Phone] = f.Saved
	}
	fetched := make([]phone.Fetched, len(a.phones))
	for i, p := range a.phones {
		fetched[i] = phone.Fetched{Phone: p.ID, Saved: saved[p.ID]} // of one that has just come: never
	}
	if err := s.Loaded(ctx, now, fetched...); err != nil {
		return err
	}
	for _, p := range a.phones {
		data := map[string]any{"address": q.from, "userAgent": q.agent.text}
		if q.proof.verified {
			data["certificate"] = true
		}
		s.Publish(phone.Event{Type: phone.PhoneConfigLoaded, Time: now, Customer: p.Customer, Phone: p.ID, Data: data})
	}
	return nil
}

// log writes one line for each request: never a token, a body or a password.
func (s *Server) log(q *request, outcome, reason string) {
	level := slog.LevelInfo
	if reason == isBlocked || q.mac == "" || !s.lines.Pass(number(q.mac), s.Now()) {
		level = slog.LevelDebug // there is no end of them
	}
	s.Log.Log(context.Background(), level, "configuration", "outcome", outcome, "reason", reason, "mac", q.mac, "file", q.name,
		"from", q.from, "userAgent", q.agent.text, "tls", q.proof.tls, "certificate", q.proof.verified)
}

// tellBlocked follows when a source is blocked.
func (s *Server) tellBlocked(q *request, reason string, until time.Time) {
	s.counts.blocked.Add(1)
	if reason == isTrap {
		s.counts.traps.Add(1)
	}
	s.Log.Warn("configuration source blocked", "from", q.from, "reason", reason, "mac", q.mac, "until", until)
	s.Publish(phone.Event{Type: phone.SourceBlocked, Time: s.Now(), Data: map[string]any{
		"address": q.from, "reason": reason, "until": phone.Moment(until),
	}})
}

// reached is the address of ours that a request came to.
func reached(r *http.Request) netip.Addr {
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(interface{ AddrPort() netip.AddrPort }); ok {
		return local.AddrPort().Addr()
	}
	return netip.Addr{}
}
