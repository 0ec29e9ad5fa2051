package geoip

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// Reload reads the file again. When that fails, the error says why and the
// database that was in use stays in use. The built-in database has no file, and
// nothing happens.
func (d *Database) Reload() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrClosed
	}
	if d.path == "" {
		return nil
	}
	info, err := os.Stat(d.path)
	if err != nil {
		return fmt.Errorf("open GeoIP database: %w", err)
	}
	return d.load(info)
}

// Watch looks at the file every interval, which must be positive, and reads it
// when it is not the one that was read last: another size, time of change, or
// file of that name. It returns when ctx is done, when it finds the database
// closed, and at once for the built-in database.
//
// report, which must not be nil, gets each error for which the old database
// stays in use; which one is in use, Source says. A broken file is reported once
// and tried again when it changes; one that cannot be read, or is gone, is tried
// every time and reported once.
func (d *Database) Watch(ctx context.Context, interval time.Duration, report func(error)) {
	if d.path == "" {
		return
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	last := "" // the error of the look before
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		changed, err := d.refresh()
		if errors.Is(err, ErrClosed) {
			return
		}
		if err != nil && (changed || err.Error() != last) {
			report(err)
		}
		last = text(err)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// refresh reads the file when it has changed. changed says that there was
// something new to read, be it sound or broken.
func (d *Database) refresh() (changed bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false, ErrClosed
	}
	info, err := os.Stat(d.path)
	if err != nil {
		d.seen = nil // whatever comes in its place is new, even one that looks the same
		return false, fmt.Errorf("open GeoIP database: %w", err)
	}
	if d.seen != nil && sameFile(info, d.seen) {
		return false, nil
	}
	err = d.load(info)
	return d.seen == info, err // load has not seen a file that it cannot read
}
