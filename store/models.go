package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ringfence/phone"
)

// modelDocument is a model less its id, which has a column.
type modelDocument struct {
	*phone.Model
	ID *column `json:"_id,omitempty"`
}

func scanModel(row scanner) (*phone.Model, error) {
	var m phone.Model
	var document []byte
	if err := row.Scan(&m.ID, &document); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(document, &modelDocument{Model: &m}); err != nil {
		return nil, fmt.Errorf("document of model %s: %w", m.ID, err)
	}
	return &m, nil
}

func modelByID(ctx context.Context, q querier, id phone.ID) (*phone.Model, error) {
	return one(ctx, q, scanModel, notFound("SIP phone model"), "SELECT id, document FROM models WHERE id = ?", id)
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
		if err := saveModel(ctx, &tx{Tx: t}, m); err != nil {
			return errors.Join(fmt.Errorf("save model %s: %w", m.ID, err), t.Rollback())
		}
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("save models: %w", err)
	}
	return nil
}

func saveModel(ctx context.Context, t *tx, m *phone.Model) error {
	document, err := json.Marshal(modelDocument{Model: m})
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO models (id, document) VALUES (?, ?)
		ON CONFLICT (id) DO UPDATE SET document = excluded.document WHERE document <> excluded.document`,
		m.ID, string(document))
	return err
}

// Model reads one model, NotFound when there is none.
func (s *Store) Model(ctx context.Context, id phone.ID) (*phone.Model, error) {
	m, err := modelByID(ctx, s.reading, id)
	if err != nil {
		return nil, fmt.Errorf("read a model: %w", err)
	}
	return m, nil
}

// ListModels returns a page of the models in the order of their ids, which
// groups them by brand, and how many there are in all. The filter is looked for
// in brand, its name, model and description. Models belong to no customer: the
// query's does not count.
func (s *Store) ListModels(ctx context.Context, q phone.Query) ([]*phone.Model, int, error) {
	l := listing{columns: "id, document", table: "models", order: "id"}
	err := l.matching(q.Filter, "document ->> '$.brand'", "document ->> '$.brandName'",
		"document ->> '$.model'", "document ->> '$.description'")
	if err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q, scanModel)
	if err != nil {
		return nil, 0, fmt.Errorf("list models: %w", err)
	}
	return list, total, nil
}
