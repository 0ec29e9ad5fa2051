package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// Bans are the networks that SIP hears nothing from. Those that have ended are in
// no list any more.
type Bans struct{ *Collection[phone.Ban] }

// maxEnded bounds how many ended bans one job deletes, so that no other change
// waits for a heap of them.
const maxEnded = 1000

func (s *Store) bans() kind[phone.Ban] {
	return kind[phone.Ban]{
		name: "Ban", entity: "ban", table: "bans",
		columns: "id, document, until",
		fields:  func(b *phone.Ban) []any { return []any{&b.ID, document{b}, milliseconds{&b.Until}} },
		id:      func(b *phone.Ban) *phone.ID { return &b.ID },
		search:  "address || ' ' || origin || ' ' || coalesce(document ->> '$.reason', '')",
		sorts:   map[string][]string{"_id": {"id"}, "address": {"address"}, "until": {"coalesce(until, 9223372036854775807)"}},
		saving: func(ctx context.Context, t *tx, before, after *phone.Ban) error {
			if before != nil {
				return nil
			}
			return t.mostManualBans(ctx)
		},
		publish: func(t *tx, before, after *phone.Ban) {
			t.publish(func() { t.s.BanChanged(before, after) })
		},
	}
}

// List returns a page of the bans that hold, and how many there are in all.
func (b Bans) List(ctx context.Context, q phone.Query) ([]*phone.Ban, int, error) {
	l, err := b.kind.listing(q)
	if err != nil {
		return nil, 0, err
	}
	now := b.s.Now()
	l.where("(until IS NULL OR until > ?)", milliseconds{&now})
	list, total, err := page(ctx, b.s.reading, l, q, b.kind.scan)
	if err != nil {
		return nil, 0, fmt.Errorf("list bans: %w", err)
	}
	return list, total, nil
}

// Create adds a ban. One of the same network that has ended is no obstacle.
func (b Bans) Create(ctx context.Context, make func(phone.References) (*phone.Ban, error)) (*phone.Ban, error) {
	if err := b.s.ExpireBans(ctx); err != nil {
		return nil, err
	}
	return b.Collection.Create(ctx, make)
}

// ByAddress finds the ban of a network, in the one form that it is written in.
// NotFound when there is none.
func (b Bans) ByAddress(ctx context.Context, address string) (*phone.Ban, error) {
	found, err := b.byAddress(ctx, b.s.reading, address)
	if err != nil {
		return nil, fmt.Errorf("read a ban: %w", err)
	}
	return found, nil
}

func (b Bans) byAddress(ctx context.Context, q querier, address string) (*phone.Ban, error) {
	return one(ctx, q, b.kind.scan, notFound(b.kind.name), "SELECT "+b.kind.columns+" FROM bans WHERE address = ?", address)
}

// SaveBans adds bans that the guard has made, all in one change. Where there is
// one of the same network, the one that lasts longer stays. They are nobody's
// doing, and not for the audit log.
func (s *Store) SaveBans(ctx context.Context, list []*phone.Ban) error {
	return s.write(ctx, "save bans", func(ctx context.Context, t *tx) error {
		for _, ban := range list {
			if err := s.saveBan(ctx, t, *ban); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) saveBan(ctx context.Context, t *tx, ban phone.Ban) error {
	kind := s.Bans.kind
	before, err := s.Bans.byAddress(ctx, t, ban.Address)
	switch {
	case phone.KindOf(err) == phone.NotFound:
		if err := s.giveID(&ban.ID); err != nil {
			return err
		}
		_, err = t.exec(ctx, inserting(kind.table, kind.columns), kind.fields(&ban)...)
		before = nil
	case err != nil:
	case before.Until.IsZero() || !ban.Until.IsZero() && before.Until.After(ban.Until):
		return nil
	default:
		ban.ID = before.ID
		_, err = t.exec(ctx, updating(kind.table, kind.columns), append(kind.fields(&ban), ban.ID)...)
	}
	if err == nil {
		kind.publish(t, before, &ban)
	}
	return err
}

// ExpireBans deletes the bans that have ended.
func (s *Store) ExpireBans(ctx context.Context) error {
	for {
		n, err := s.expireBans(ctx)
		if err != nil || n < maxEnded {
			return err
		}
	}
}

func (s *Store) expireBans(ctx context.Context) (n int, err error) {
	kind := s.Bans.kind
	err = s.write(ctx, "delete ended bans", func(ctx context.Context, t *tx) error {
		const ended = " FROM bans WHERE until <= ? ORDER BY until LIMIT ?"
		list, err := all(ctx, t, kind.scan, "SELECT "+kind.columns+ended, milliseconds{&t.now}, maxEnded)
		if err != nil {
			return err
		}
		for _, ban := range list {
			if _, err := t.exec(ctx, "DELETE FROM bans WHERE id = ?", ban.ID); err != nil {
				return err
			}
			kind.publish(t, ban, nil)
		}
		n = len(list)
		return nil
	})
	return n, err
}
