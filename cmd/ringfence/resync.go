package main

import (
	"context"

	"ringfence/phone"
	"ringfence/resync"
	"ringfence/sip/notify"
)

// openResync comes before the store, which tells of changes.
func (s *house) openResync(c Config) {
	if c.Resync == "off" {
		return
	}
	s.resync = resync.New(resync.Config{
		Book: s.book, Log: s.log, Able: notify.Resyncs,
		Online: func(id phone.ID) bool { return s.registrar.Online(id) },
		Tell:   func(ctx context.Context, id phone.ID) error { return s.notifier.Reload(ctx, id) },
	})
}

// configSaved follows each committed change of configurations, on the store's
// writer.
func (s *house) configSaved(ids []phone.ID) {
	if s.resync != nil {
		s.resync.Saved(ids)
	}
}

// phoneCame is for a phone that was offline and has registered.
func (s *house) phoneCame(id phone.ID) {
	if s.resync != nil {
		s.resync.Came(id)
	}
}

func (s *house) tellOfChanges(ctx context.Context) {
	if s.resync != nil {
		s.resync.Run(ctx)
	}
}

func (s *house) resyncs() resync.Stats {
	if s.resync == nil {
		return resync.Stats{}
	}
	return s.resync.Stats()
}
