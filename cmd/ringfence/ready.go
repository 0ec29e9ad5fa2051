package main

import "context"

// ready says why requests cannot be answered as they should be, "" when they can.
// What exactly the disk says is in the log already.
func (s *house) ready(ctx context.Context) string {
	switch {
	case s.stopping.Load():
		return "The server is stopping"
	case s.store.Ready(ctx) != nil:
		return "Changes cannot be written"
	}
	return ""
}
