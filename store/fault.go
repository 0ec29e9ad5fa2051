package store

import "log/slog"

// fault is why something does not work that is tried again and again. The log may
// be on the disk that is full: it tells when a fault begins or becomes another.
type fault string

func (f *fault) tell(log *slog.Logger, what string, err error) {
	now := fault("")
	if err != nil {
		now = fault(err.Error())
	}
	if err != nil && now != *f {
		log.Error(what, "error", err)
	}
	*f = now
}
