package store

import (
	"context"
	"errors"
	"fmt"

	"ringfence/phone"
)

func (s *Store) models() kind[phone.Model] {
	return kind[phone.Model]{
		name: "SIP phone model", entity: "sipphonemodel", table: "models",
		id:         func(m *phone.Model) *phone.ID { return &m.ID },
		search:     "(document ->> '$.brand') || ' ' || (document ->> '$.brandName') || ' ' || (document ->> '$.model') || ' ' || coalesce(document ->> '$.description', '')",
		sorts:      map[string][]string{"_id": {"id"}, "brand": {"document ->> '$.brand'"}, "model": {"document ->> '$.model'"}},
		configures: (*phone.Model).Configures,
		saving: func(ctx context.Context, t *tx, before, after *phone.Model) error {
			if before == nil || after == nil || before.RedirectService() == after.RedirectService() {
				return nil
			}
			return t.redirectModel(ctx, after)
		},
		publish: func(t *tx, before, after *phone.Model) {
			t.publish(func() {
				if after == nil {
					s.Book.DropModel(before.ID)
					return
				}
				s.Book.PutModel(after)
				s.RedirectsChanged()
			})
		},
	}
}

// saveBuiltInModels writes the models that this binary ships, so that a new
// release brings its own. One that it no longer ships stays: phones refer to it.
func (s *Store) saveBuiltInModels(ctx context.Context) error {
	models, err := phone.BuiltInModels()
	if err != nil {
		return err
	}
	t, err := s.writing.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("save models: %w", err)
	}
	for _, m := range models {
		if err := saveModel(ctx, &tx{Tx: t, now: s.Now()}, m); err != nil {
			return errors.Join(fmt.Errorf("save model %s: %w", m.ID, err), t.Rollback())
		}
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("save models: %w", err)
	}
	return nil
}

// saveModel writes a model, and what follows for its phones when it is another
// one than before.
func saveModel(ctx context.Context, t *tx, m *phone.Model) error {
	n, err := t.exec(ctx, `INSERT INTO models (id, document) VALUES (?, ?)
		ON CONFLICT (id) DO UPDATE SET document = excluded.document WHERE document <> excluded.document`, m.ID, document{m})
	if err != nil || n == 0 {
		return err
	}
	return t.redirectModel(ctx, m)
}
