package store

// Stats are counters since Open.
type Stats struct {
	Commits  uint64 // transactions committed
	Jobs     uint64 // changes committed, several to a commit
	Refused  uint64 // changes undone alone: they broke a rule, or failed
	Failures uint64 // transactions that failed, with every change in them
	Waiting  int    // changes in the queue now

	Entries        uint64 // of bindings, that are on disk
	EntriesRefused uint64 // by the disk

	Notes     uint64 // of calls, that are on disk
	NotesLost uint64 // those that are not: there were too many, or the disk failed
	OpenCalls int    // what the log of calls knows of
}

// Stats returns the counters.
func (s *Store) Stats() Stats {
	stats := s.writer.stats()
	s.ledger.count(&stats)
	stats.Entries, stats.EntriesRefused = s.entries.Load(), s.entriesRefused.Load()
	return stats
}
