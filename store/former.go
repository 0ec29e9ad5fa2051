package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ringfence/phone"
)

const formerColumns = "phone, username, md5, sha256, ended"

// keepFormer writes down the credentials that a change has ended, and lets go of
// what is too much or too old.
func (s *Store) keepFormer(ctx context.Context, t *tx, c phone.Change) error {
	ended := c.Ended(s.Book.Realm(), t.now)
	if len(ended) == 0 {
		return nil
	}
	for _, f := range slices.Backward(ended) { // the newest gets the highest rowid
		md5, sha256 := f.HA1.Sums()
		if _, err := t.exec(ctx, inserting("former_credentials", formerColumns), f.Phone, f.Username, md5, sha256, milliseconds{&f.Ended}); err != nil {
			return fmt.Errorf("keep former credentials: %w", err)
		}
	}
	ids, err := t.purgeFormer(ctx, t.now.Add(-phone.FormerFor))
	if err != nil {
		return err
	}
	for _, id := range append(ids, c.Before.ID) {
		if err := s.publishFormer(ctx, t, id); err != nil {
			return err
		}
	}
	return nil
}

// purgeFormer deletes what ended before, and says of which phones.
func (t *tx) purgeFormer(ctx context.Context, before time.Time) ([]phone.ID, error) {
	ids, err := all(ctx, t, scanID, "DELETE FROM former_credentials WHERE ended < ? RETURNING phone", milliseconds{&before})
	if err != nil {
		return nil, fmt.Errorf("delete former credentials: %w", err)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// publishFormer brings those of a phone to the Book, after it has let go of what
// is too much.
func (s *Store) publishFormer(ctx context.Context, t *tx, id phone.ID) error {
	_, err := t.exec(ctx, `DELETE FROM former_credentials WHERE phone = ?1 AND rowid NOT IN
		(SELECT rowid FROM former_credentials WHERE phone = ?1 ORDER BY rowid DESC LIMIT ?2)`, id, phone.MaxFormer)
	if err != nil {
		return fmt.Errorf("delete former credentials: %w", err)
	}
	list, err := all(ctx, t, scanFormer, "SELECT "+formerColumns+" FROM former_credentials WHERE phone = ? ORDER BY rowid DESC", id)
	if err != nil {
		return fmt.Errorf("read former credentials: %w", err)
	}
	t.publish(func() { s.Book.PutFormer(id, list) })
	return nil
}

// loadFormer fills the Book at the start.
func (s *Store) loadFormer(ctx context.Context) error {
	byPhone := map[phone.ID][]phone.Former{}
	oldest := s.Now().Add(-phone.FormerFor)
	list, err := all(ctx, s.reading, scanFormer,
		"SELECT "+formerColumns+" FROM former_credentials WHERE ended >= ? ORDER BY rowid DESC", milliseconds{&oldest})
	if err != nil {
		return err
	}
	for _, f := range list {
		byPhone[f.Phone] = append(byPhone[f.Phone], f)
	}
	for id, list := range byPhone {
		s.Book.PutFormer(id, list)
	}
	return nil
}

func scanFormer(row scanner) (phone.Former, error) {
	var f phone.Former
	var md5, sha256 []byte
	if err := row.Scan(&f.Phone, &f.Username, &md5, &sha256, milliseconds{&f.Ended}); err != nil {
		return f, err
	}
	var err error
	f.HA1, err = phone.HA1Of(md5, sha256)
	return f, err
}
