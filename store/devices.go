package store

import (
	"context"
	"fmt"
	"io"

	"ringfence/phone"
)

const deviceColumns = "mac, generation, known"

// Devices are those that something has happened to.
func (s *Store) Devices(ctx context.Context) ([]phone.Device, error) {
	list, err := all(ctx, s.reading, scanDevice, "SELECT "+deviceColumns+" FROM devices")
	if err != nil {
		return nil, fmt.Errorf("read the devices: %w", err)
	}
	return list, nil
}

func scanDevice(row scanner) (d phone.Device, err error) {
	err = row.Scan(&d.MAC, &d.Generation, &d.Known)
	return d, err
}

// SpendToken notes that a device has come with its steady token, durably when it
// returns.
func (s *Store) SpendToken(ctx context.Context, mac phone.MAC) error {
	return s.write(ctx, "spend a token", func(ctx context.Context, t *tx) error {
		return t.changeDevice(ctx, `INSERT INTO devices (mac, generation, known) VALUES (?, 0, 1)
			ON CONFLICT (mac) DO UPDATE SET known = generation + 1`, mac)
	})
}

// RotateToken makes the tokens of a device anew, durably when it returns.
func (s *Store) RotateToken(ctx context.Context, mac phone.MAC) error {
	return s.write(ctx, "rotate a token", func(ctx context.Context, t *tx) error {
		err := t.changeDevice(ctx, `INSERT INTO devices (mac, generation, known) VALUES (?, 1, 0)
			ON CONFLICT (mac) DO UPDATE SET generation = generation + 1`, mac)
		if err != nil {
			return err
		}
		if err := t.auditRotation(ctx, mac); err != nil {
			return err
		}
		if err := t.redirect(ctx, mac, true); err != nil { // its maker sends it to the URL that was
			return err
		}
		t.publish(s.RedirectsChanged)
		return s.savedAt(ctx, t, "mac = ?1", mac) // the URLs and the password of its page are in it
	})
}

// auditRotation writes down who has done it, at each phone of the device.
func (t *tx) auditRotation(ctx context.Context, mac phone.MAC) error {
	type owned struct{ id, customer phone.ID }
	phones, err := all(ctx, t, func(row scanner) (o owned, err error) {
		err = row.Scan(&o.id, &o.customer)
		return o, err
	}, "SELECT id, customer FROM phones WHERE mac = ? ORDER BY id", mac)
	if err != nil {
		return err
	}
	for _, p := range phones {
		if err := t.audit(ctx, "sipphone", p.id, p.customer, map[string]string{"token": "old"}, map[string]string{"token": "new"}); err != nil {
			return err
		}
	}
	return nil
}

// welcome makes the tokens of a device anew when a phone comes to it that finds
// none of its kind there: it is somebody else's now, or it was taken out of its
// box again.
func (t *tx) welcome(ctx context.Context, p *phone.Phone) error {
	return t.changeDevice(ctx, `UPDATE devices SET generation = generation + 1
		WHERE mac = ?1 AND known = generation + 1 AND NOT EXISTS (SELECT 1 FROM phones WHERE mac = ?1 AND id <> ?2)`, p.MAC, p.ID)
}

// changeDevice runs a statement that changes one device, and tells of it.
func (t *tx) changeDevice(ctx context.Context, statement string, args ...any) error {
	changed, err := all(ctx, t, scanDevice, statement+" RETURNING "+deviceColumns, args...)
	if err != nil {
		return fmt.Errorf("change a device: %w", err)
	}
	t.publish(func() {
		for _, d := range changed {
			t.s.DeviceChanged(d)
		}
	})
	return nil
}

// secretLength is that of a key for HMAC-SHA256.
const secretLength = 32

// Secret is the random key of that name, made when it is asked for the first
// time.
func (s *Store) Secret(ctx context.Context, name string) (value []byte, err error) {
	fresh := make([]byte, secretLength)
	if _, err := io.ReadFull(s.Random, fresh); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	err = s.write(ctx, "read a secret", func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, "INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)", name, fresh); err != nil {
			return err
		}
		return t.QueryRowContext(ctx, "SELECT value FROM secrets WHERE name = ?", name).Scan(&value)
	})
	return value, err
}
