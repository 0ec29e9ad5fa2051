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
		if fence = before.IP; fence.Mode != phone.Open {
			return nil
		}
		after := before.Clone()
		after.IP.Mode, after.IP.Address = phone.Locked, addr.Unmap().String()
		fence, won = after.IP, true
		return s.Phones.replace(ctx, t, before, after)
	})
	if err != nil {
		return phone.Fence{}, false, err
	}
	return fence, won, nil
}
