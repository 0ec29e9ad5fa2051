package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// What a customer may have at most of the things that cost others something, or
// that every login can make.
const (
	mostWebhooks = 50 // each costs a delivery with every event
	mostSwitches = 1000
)

// mostManual is how many bans administrators may make: each costs memory before
// every packet.
const mostManual = 10_000

// mostManualBans is atMost of the bans that are nobody's thing.
func (t *tx) mostManualBans(ctx context.Context) error {
	var n int
	if err := t.QueryRowContext(ctx, "SELECT count(*) FROM bans WHERE origin = ?", phone.BanManual).Scan(&n); err != nil {
		return fmt.Errorf("count the bans: %w", err)
	}
	if n > mostManual {
		return &phone.Error{Kind: phone.Conflict, Key: "address", Text: fmt.Sprintf("There are %d bans already", mostManual)}
	}
	return nil
}

// atMost refuses what is one too many in a table of a customer's things, which is
// called as they are. The new one is in it already: its transaction is undone.
func (t *tx) atMost(ctx context.Context, most int, table string, customer phone.ID) error {
	var n int
	if err := t.QueryRowContext(ctx, "SELECT count(*) FROM "+table+" WHERE customer = ?", customer).Scan(&n); err != nil {
		return fmt.Errorf("count the customer's %s: %w", table, err)
	}
	if n > most {
		return &phone.Error{Kind: phone.Conflict, Key: "customer", Text: fmt.Sprintf("Customer has %d %s already", most, table)}
	}
	return nil
}
