package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"ringfence/guard"
	"ringfence/internal/feed"
	"ringfence/phone"
)

func TestTheLogTellsOfBans(t *testing.T) {
	var log strings.Builder
	s := &house{
		log: slog.New(slog.NewTextHandler(&log, nil)), feed: feed.New(4),
		guard: guard.New(guard.Config{Now: time.Now, Log: slog.New(slog.DiscardHandler)}),
	}
	until := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		ban  phone.Ban
		want string
	}{
		{phone.Ban{Address: "192.0.2.1", Origin: "AUTOMATIC", Reason: "scanner", Until: until}, "address=192.0.2.1 origin=AUTOMATIC reason=scanner until=2026-03-01T12:00:00.000Z\n"},
		{phone.Ban{Address: "192.0.2.1", Origin: "MANUAL"}, "address=192.0.2.1 origin=MANUAL reason=\"\"\n"}, // holds until it is lifted
	} {
		log.Reset()
		s.banChanged(nil, &c.ban)
		s.banChanged(&c.ban, nil)
		for _, event := range []string{"ban.added", "ban.lifted"} {
			if want := "msg=" + event + " " + c.want; !strings.Contains(log.String(), want) {
				t.Errorf("logged %q, want %q", log.String(), want)
			}
		}
	}
}
