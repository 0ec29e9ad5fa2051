package mgmt

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"ringfence/phone"
)

// bulkWorkers create phones at once, so that what they write is committed
// together.
const bulkWorkers = 16

// run creates the phones, about in the order of the lines, and returns when all
// is done, when ctx ends, or when something fails that is no line's fault.
func (b *bulk) run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	groups := make(chan []*bulkRow)
	var workers sync.WaitGroup
	for range bulkWorkers {
		workers.Go(func() {
			for group := range groups {
				b.create(ctx, stop, group)
			}
		})
	}
	for _, group := range b.groups() {
		select {
		case groups <- group:
		case <-ctx.Done():
		}
	}
	close(groups)
	workers.Wait()
	return context.Cause(ctx)
}

// groups are the lines, those of one device together: their handsets get its
// positions in the order of the lines.
func (b *bulk) groups() [][]*bulkRow {
	var list [][]*bulkRow
	at := map[phone.MAC]int{}
	for _, row := range b.rows {
		i, known := at[row.mac]
		if row.mac == "" || !known {
			at[row.mac] = len(list)
			list = append(list, []*bulkRow{row})
			continue
		}
		list[i] = append(list[i], row)
	}
	return list
}

// errDryRun undoes what was made only to see whether it can be.
var errDryRun = errors.New("dry run")

func (b *bulk) create(ctx context.Context, stop context.CancelCauseFunc, group []*bulkRow) {
	var earlier []*phone.Phone
	for _, row := range group {
		if ctx.Err() != nil {
			return
		}
		made, err := b.Phones.Create(ctx, func(refs phone.References) (*phone.Phone, error) {
			if !b.dry {
				return newPhone(b.customer, row.patch, refs)
			}
			p, err := newPhone(b.customer, row.patch, together{refs, earlier})
			if err == nil {
				p.ID = phone.ID(fmt.Sprint("line ", row.number)) // to be told from the next one
				row.made, err = p, errDryRun
				earlier = append(earlier, p)
			}
			return p, err
		})
		switch {
		case err == nil:
			row.made = made
		case !errors.Is(err, errDryRun):
			row.err = err
			if phone.KindOf(err) == phone.Internal {
				stop(fmt.Errorf("create the phone of line %d: %w", row.number, err))
			}
		}
	}
}

// together lets the phones of a dry run see those of the lines before them.
type together struct {
	phone.References
	earlier []*phone.Phone // with one MAC address
}

// SharingMAC is asked only for the address that they have.
func (t together) SharingMAC(m phone.MAC) []*phone.Phone {
	return append(t.References.SharingMAC(m), t.earlier...)
}
