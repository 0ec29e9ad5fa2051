package store

import (
	"context"
	"fmt"
	"net/netip"

	"ringfence/phone"
)

// Lock locks an open phone to an address. It returns the fence that is in force
// now and whether this call closed it: of several at once exactly one does, and
// the others get the fence that it left. phone.NoPhone when there is no phone.
func (s *Store) Lock(ctx context.Context, id phone.ID, addr netip.Addr) (fence phone.Fence, won bool, err error) {
	if !addr.IsValid() {
		return phone.Fence{}, false, fmt.Errorf("lock phone %s: no address", id)
	}
	err = s.write(ctx, "lock a phone", func(ctx context.Context, t *tx) error {
		before, err := phoneByID(ctx, t, id)
		if err != nil {
			return err
		}
		after := before.Clone()
		after.IP.Mode, after.IP.Address = phone.Locked, addr.Unmap().String()
		if won, err = closeFence(ctx, t, after); err != nil {
			return err
		}
		if !won {
			fence = before.IP
			return nil
		}
		fence = after.IP
		s.publish(t, phone.Change{Before: before, After: after})
		return t.audit(ctx, "sipphone", id, after.Customer, before, after)
	})
	if err != nil {
		return phone.Fence{}, false, err
	}
	return fence, won, nil
}

// closeFence writes the fence of a phone that is still open, and says whether
// it was.
func closeFence(ctx context.Context, t *tx, p *phone.Phone) (bool, error) {
	n, err := t.exec(ctx, "UPDATE phones SET ip_mode = ?, ip_address = ? WHERE id = ? AND ip_mode = ?",
		p.IP.Mode, p.IP.Address, p.ID, phone.Open)
	return n == 1, err
}
