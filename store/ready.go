package store

import (
	"context"
	"errors"
)

// Ready is nil when changes can be written, as far as is known: the last one of
// the database and the last registrations were. After one that was not, each call
// tries whether the database can be written again; phones try the registrations.
func (s *Store) Ready(ctx context.Context) error {
	if s.writer.failing.Load() {
		if err := s.write(ctx, "try the disk", tryDisk); err != nil {
			return err
		}
	}
	if s.entriesFailing.Load() {
		return errors.New("registrations cannot be written")
	}
	return nil
}

// tryDisk writes what is there already. SQLite does not look whether it is.
func tryDisk(ctx context.Context, t *tx) error {
	_, err := t.exec(ctx, "PRAGMA user_version = 0")
	return err
}
