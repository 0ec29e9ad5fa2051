package store

import (
	"context"
	"errors"
	"fmt"

	"ringfence/store/journal"
)

// bindingsName is the journal's folder in the data folder.
const bindingsName = "bindings"

// The journal of bindings. What an entry says is the registrar's affair, and so is
// when it is written anew: a registration costs a part of an entry, and no more
// than that. It is beside the database, for it changes more often than all else, and
// what is in it is worth an hour.

// AppendBindings adds an entry to the journal, durably when it returns, and gives
// its number; numbers rise.
func (s *Store) AppendBindings(_ context.Context, entry []byte) (number int64, err error) {
	number, err = s.bindings.Append(entry)
	s.entriesFailing.Store(err != nil)
	if err != nil {
		s.entriesRefused.Add(1)
		return 0, fmt.Errorf("save bindings: %w", err)
	}
	s.entries.Add(1)
	return number, nil
}

// TrimBindings lets go of the entries up to and with a number. The newest of them
// may be read again.
func (s *Store) TrimBindings(_ context.Context, upTo int64) error {
	if err := s.bindings.Trim(upTo); err != nil {
		return fmt.Errorf("trim bindings: %w", err)
	}
	return nil
}

// ReplayBindings hands every entry of the journal to take, in the order of their
// numbers; an error of take ends it. The entry is good until take returns. What is
// damaged is passed over and logged: a phone that is lost by that registers again,
// while a server that does not start serves nobody.
func (s *Store) ReplayBindings(_ context.Context, take func(entry []byte) error) error {
	err := s.bindings.Replay(take)
	if errors.Is(err, journal.ErrDamaged) {
		s.Log.Error("registrations may be lost", "error", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read bindings: %w", err)
	}
	return nil
}
