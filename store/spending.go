package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// maxSpendingPurged is how many old rows one save deletes.
const maxSpendingPurged = 1000

// LoadSpending reads what customers' calls have cost since a day, which is
// written as in phone.Spent.
func (s *Store) LoadSpending(ctx context.Context, since string) ([]phone.Spent, error) {
	list, err := all(ctx, s.reading, scanSpent, "SELECT period, customer, amount FROM spending WHERE period >= ?", since)
	if err != nil {
		return nil, fmt.Errorf("load what calls have cost: %w", err)
	}
	return list, nil
}

func scanSpent(row scanner) (one phone.Spent, err error) {
	err = row.Scan(&one.Period, &one.Customer, &one.Amount)
	return one, err
}

// SaveSpending writes how much it is by now, and deletes some of what is older
// than a month.
func (s *Store) SaveSpending(ctx context.Context, list []phone.Spent) error {
	return s.write(ctx, "save what calls have cost", func(ctx context.Context, t *tx) error {
		for _, one := range list {
			_, err := t.exec(ctx, `INSERT INTO spending (period, customer, amount) VALUES (?, ?, ?)
				ON CONFLICT (period, customer) DO UPDATE SET amount = excluded.amount`, one.Period, one.Customer, one.Amount)
			if err != nil {
				return err
			}
		}
		_, err := t.exec(ctx, `DELETE FROM spending WHERE (period, customer) IN
			(SELECT period, customer FROM spending WHERE period < ? ORDER BY period LIMIT ?)`,
			t.now.AddDate(0, -1, 0).Format("2006-01-02"), maxSpendingPurged)
		return err
	})
}
