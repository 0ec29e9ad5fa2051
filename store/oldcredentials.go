package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"ringfence/phone"
)

// oldCredentials stores a phone's old credentials as JSON, and none as NULL.
type oldCredentials struct{ at *[]phone.OldCredentials }

// Scan reads a column.
func (o oldCredentials) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*o.at = nil
		return nil
	case string:
		return json.Unmarshal([]byte(v), o.at)
	default:
		return fmt.Errorf("a text was expected, not %T", v)
	}
}

// Value writes a column.
func (o oldCredentials) Value() (driver.Value, error) {
	if len(*o.at) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(*o.at)
	return string(b), err
}

// EndOldCredentials ends what a phone has kept beside its own credentials, since
// it has proven itself with those under the username. It does nothing when they
// have been renewed meanwhile, or when nothing was kept. phone.NoPhone when there
// is no such phone.
func (s *Store) EndOldCredentials(ctx context.Context, id phone.ID, username string) error {
	return s.write(ctx, "end old credentials", func(ctx context.Context, t *tx) error {
		before, err := phoneByID(ctx, t, id)
		if err != nil || before.Username != username || len(before.Old) == 0 {
			return err
		}
		after := before.Clone()
		after.Old = nil
		return s.Phones.replace(ctx, t, before, after)
	})
}
