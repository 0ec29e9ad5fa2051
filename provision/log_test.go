package provision

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"ringfence/phone"
)

// Each request leaves a line that says what came of it and why, and no secret.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	s.put(phone.Phone{ID: "1", MAC: mac, Password: "very-secret", Username: "anna"})
	first, steady := s.firstOf(mac), s.steadyOf(mac)
	long := strings.Repeat("x", 5000)
	for _, c := range []struct{ path, agent, from, want string }{
		{"/" + first + "/000413AABB01.xml", "snom", office, "outcome=delivered"},
		{"/" + steady + "/000413AABB01.xml", "snom", away, `reason=fence`},
		{"/" + steady + "/000413AABB01.xml", "snom", office, "outcome=delivered"},
		{"/" + first + "/000413AABB01.xml", "snom", office, `reason="spent token"`},
		{"/" + strings.Repeat("a", tokenLength) + "/000413AABB01.xml", "snom", office, `reason="wrong token"`},
		{"/" + steady, "snom", office, `reason="no device"`},
		{"/elsewhere/" + steady, "snom", office, `reason="no device"`},
		{"/" + strings.ToUpper(steady), "snom", office, `reason="no device"`},
		{"/" + steady + "/", "snom 000413AABB01", office, "outcome=delivered"},
		{"/000413AABBFF.xml", "snom\nforged=line", office, `reason="unknown device"`},
		{"/000413AABBFF" + long, long, office, "reason="},
		{"/000413AABB01/firmware/x", "", office, `reason="no such file"`},
	} {
		log.Reset()
		r := s.get(http.MethodGet, c.path, c.agent, c.from)
		line := log.String()
		if !strings.Contains(line, c.want) || strings.Count(line, "\n") != 1 {
			t.Errorf("%s: %d, the log has\n%s\nwant one line with %s", c.path, r.Code, line, c.want)
		}
		for _, secret := range []string{first, steady, "very-secret", s.WebPassword("1")} {
			if strings.Contains(strings.ToLower(line), strings.ToLower(secret)) {
				t.Errorf("%s: %q stands in the log", c.path, secret)
			}
		}
		if len(line) > 2000 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

// Whoever asks for the same device again and again does not fill the log, nor who
// asks for what leads phones on and names none.
func TestTheLogIsNotFlooded(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(office)})
	for range 10 * linesAtOnce {
		s.status("/000413AABB01.xml", away)
	}
	if n := strings.Count(log.String(), "\n"); n != linesAtOnce {
		t.Errorf("%d lines of %d requests", n, 10*linesAtOnce)
	}
	log.Reset()
	for range 10 * linesAtOnce {
		s.get("GET", "/startup.cfg", "Mitel6930 MAC:14-00-E9-1E-DB-52 V:6.4", away)
	}
	if n := strings.Count(log.String(), "\n"); n != linesAtOnce {
		t.Errorf("%d lines of %d requests for a common file", n, 10*linesAtOnce)
	}
	log.Reset()
	if got := s.status("/startup.cfg", away); got != http.StatusOK || log.Len() > 0 {
		t.Errorf("%d, logged %s", got, log.String())
	}
}
