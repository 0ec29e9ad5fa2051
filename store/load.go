package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"ringfence/phone"
)

// load writes the built-in models, deletes some expired sessions and some old
// entries of the audit log, and fills the Book.
func (s *Store) load(ctx context.Context) error {
	if err := s.saveBuiltInModels(ctx); err != nil {
		return err
	}
	now := s.Now()
	if _, err := s.writing.ExecContext(ctx, purge, milliseconds{&now}, maxPurged); err != nil {
		return fmt.Errorf("delete expired sessions: %w", err)
	}
	if err := s.purgeAudit(ctx, s.writing, now); err != nil {
		return err
	}
	for _, step := range []struct {
		what, query string
		put         func(scanner) error
	}{
		{"models", s.Models.every(), putting(s.Models, s.Book.PutModel)},
		{"customers", s.Customers.every(), putting(s.Customers, s.Book.PutCustomer)},
		{"employees", s.Employees.every(), putting(s.Employees.Collection, s.Book.PutEmployee)},
		{"groups", s.Groups.every(), putting(s.Groups, s.Book.PutGroup)},
		{"queues", s.Queues.every(), putting(s.Queues, s.Book.PutQueue)},
		{"switches", s.Switches.every(), putting(s.Switches.Collection, s.Book.PutSwitch)},
		{"trunks", s.Trunks.every(), putting(s.Trunks, s.Book.PutTrunk)},
		{"settings", s.Settings.every(), putting(s.Settings, s.Book.PutSettings)},
	} {
		if err := each(ctx, s.reading, step.put, step.query); err != nil {
			return fmt.Errorf("load %s: %w", step.what, err)
		}
	}
	for _, many := range []struct {
		table, columns string
		put            func() func(scanner) error
	}{
		{"extensions", s.Extensions.kind.columns, s.puttingExtensions},
		{"phones", phoneColumns + ", " + recordColumns, s.puttingPhones},
	} {
		if err := s.loadMany(ctx, many.table, many.columns, many.put); err != nil {
			return fmt.Errorf("load %s: %w", many.table, err)
		}
	}
	if err := s.loadFormer(ctx); err != nil {
		return fmt.Errorf("load former credentials: %w", err)
	}
	return nil
}

// loadMany reads a table, each reader an equal part of the row numbers with a put
// of its own: these documents are what a start takes its time for.
func (s *Store) loadMany(ctx context.Context, table, columns string, put func() func(scanner) error) error {
	var last int
	if err := s.reading.QueryRowContext(ctx, "SELECT coalesce(max(rowid), 0) FROM "+table).Scan(&last); err != nil {
		return err
	}
	part := last/s.Readers + 1
	errs := make([]error, s.Readers)
	var wg sync.WaitGroup
	for i := range s.Readers {
		wg.Go(func() {
			errs[i] = each(ctx, s.reading, put(),
				"SELECT "+columns+" FROM "+table+" WHERE rowid > ? AND rowid <= ?", i*part, (i+1)*part)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// putting reads each row and publishes it.
func putting[T any](c *Collection[T], put func(*T)) func(scanner) error {
	return func(row scanner) error {
		item, err := c.kind.scan(row)
		if err == nil {
			put(item)
		}
		return err
	}
}

// puttingExtensions brings rows to the Book, which keeps a copy: one object serves
// for all rows. What a start leaves to the garbage collector stands between what is
// kept.
func (s *Store) puttingExtensions() func(scanner) error {
	var e, none phone.Extension
	to := s.Extensions.kind.fields(&e)
	return func(row scanner) error {
		e = none
		err := row.Scan(to...)
		if err == nil {
			s.Book.PutExtension(&e)
		}
		return err
	}
}

// puttingPhones brings rows of the table to the Book, which keeps a copy, and the
// refusals.
func (s *Store) puttingPhones() func(scanner) error {
	var p phone.Phone
	var record phone.Record
	var rejected []byte
	to := append(phoneFields(&p), milliseconds{&record.ConfigLoaded}, milliseconds{&record.ConfigSaved}, &rejected)
	return func(row scanner) error {
		p, record = phone.Phone{}, phone.Record{}
		if err := row.Scan(to...); err != nil {
			return err
		}
		s.Book.PutPhone(&p)
		s.Book.ConfigLoaded(p.ID, record.ConfigLoaded)
		s.Book.ConfigSaved(p.ID, record.ConfigSaved)
		if rejected == nil {
			return nil
		}
		if err := json.Unmarshal(rejected, &record.LastRejected); err != nil {
			return fmt.Errorf("last refusal of phone %s: %w", p.ID, err)
		}
		s.refusals.load(p.ID, record.LastRejected)
		return nil
	}
}
