package store

import (
	"context"
	"fmt"
	"net/netip"

	"ringfence/phone"
)

const bindingColumns = `phone, position, username, contact, instance, call_id, cseq, q, registered, expires,
	transport, local, remote, target, country, user_agent`

// ReplaceBindings makes the bindings of a phone those of the list, durably when
// it returns; an empty list leaves none. phone.NoPhone when there is no such
// phone (any more).
func (s *Store) ReplaceBindings(ctx context.Context, id phone.ID, bs []phone.Binding) error {
	return s.write(ctx, "save bindings", func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, "DELETE FROM bindings WHERE phone = ?", id); err != nil {
			return err
		}
		for i := range bs {
			if err := insertBinding(ctx, t, id, i, &bs[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func insertBinding(ctx context.Context, t *tx, id phone.ID, position int, b *phone.Binding) error {
	_, err := t.exec(ctx, inserting("bindings", bindingColumns),
		id, position, b.Username, b.Contact, b.Instance, b.CallID, b.CSeq, b.Q,
		milliseconds{&b.Registered}, milliseconds{&b.Expires},
		b.Transport, formatAddress(b.Local), formatAddress(b.Remote), formatAddress(b.Target), b.Country, b.UserAgent)
	if missing(err) {
		return phone.Fault(phone.NoPhone)
	}
	return err
}

// Bindings returns all bindings, those of one phone together and in the order
// in which they were given, expired ones too.
func (s *Store) Bindings(ctx context.Context) ([]phone.Binding, error) {
	list, err := all(ctx, s.reading, scanBinding, "SELECT "+bindingColumns+" FROM bindings ORDER BY phone, position")
	if err != nil {
		return nil, fmt.Errorf("read bindings: %w", err)
	}
	return list, nil
}

func scanBinding(row scanner) (b phone.Binding, err error) {
	var position int
	var local, remote, target string
	err = row.Scan(&b.Phone, &position, &b.Username, &b.Contact, &b.Instance, &b.CallID, &b.CSeq, &b.Q,
		milliseconds{&b.Registered}, milliseconds{&b.Expires}, &b.Transport, &local, &remote, &target, &b.Country, &b.UserAgent)
	if err != nil {
		return b, err
	}
	if b.Local, err = parseAddress(local); err != nil {
		return b, err
	}
	if b.Remote, err = parseAddress(remote); err != nil {
		return b, err
	}
	b.Target, err = parseAddress(target)
	return b, err
}

// formatAddress writes no address as an empty string.
func formatAddress(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func parseAddress(s string) (netip.AddrPort, error) {
	if s == "" {
		return netip.AddrPort{}, nil
	}
	return netip.ParseAddrPort(s)
}
