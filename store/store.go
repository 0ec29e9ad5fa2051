package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/store/journal"
)

// fileName is the database's name in the data folder.
const fileName = "ringfence.db"

// Config is what a store stands on.
type Config struct {
	Dir  string      // the data folder; created when it is missing
	Book *phone.Book // filled by Open, then kept up to date

	// Changed is told of every committed change of a phone, in commit order and
	// after the Book has it; nil for nobody. It runs on the writer's goroutine:
	// it must not block and must not call a method of the store that writes.
	Changed func(phone.Change)
	// ConfigSaved is told, likewise, of phones whose configuration is another one,
	// whatever it was that changed it and after all of that is in the Book.
	ConfigSaved func([]phone.ID)
	// WebhookChanged is the same for webhooks: before is nil for a new one, after
	// for a deleted one.
	WebhookChanged func(before, after *phone.Webhook)
	// BanChanged is the same for bans; of one that has ended after is nil.
	BanChanged func(before, after *phone.Ban)
	// TrunkChanged is the same for trunks, after the Book has it; of one that was
	// deleted after is nil.
	TrunkChanged func(before, after *phone.Trunk)
	// RedirectsChanged is told when there may be something to tell to a maker's
	// redirection service.
	RedirectsChanged func()
	// DeviceChanged is told what a device is now.
	DeviceChanged func(phone.Device)

	// SwitchChanged and QueueChanged are told what one was and is, nil for nothing,
	// and who has asked for that, after the Book has it.
	SwitchChanged func(before, after *phone.Switch, by *phone.Origin)
	QueueChanged  func(before, after *phone.Queue, by *phone.Origin)

	// Told runs f, which tells all who have handed in a note of a call that is on
	// disk now: what they do about it can be done together. nil runs it.
	Told func(f func())

	KeepAudit time.Duration // how long an entry of the audit log is kept; 0 is for ever

	Readers int              // connections that read; 0 is one for each processor
	Now     func() time.Time // nil is time.Now
	Random  io.Reader        // for ids and credentials; nil is crypto/rand
	Log     *slog.Logger     // nil is silence
}

// Store is an open database. Its methods may be called from many goroutines;
// after Close they return an error.
type Store struct {
	Config

	Phones     *Collection[phone.Phone]
	Extensions *Collection[phone.Extension]
	Groups     *Collection[phone.Group]
	Queues     *Collection[phone.Queue]
	Switches   Switches
	Trunks     *Collection[phone.Trunk]
	Models     *Collection[phone.Model]
	Products   *Collection[phone.Product]
	Settings   *Collection[phone.Settings]
	Customers  *Collection[phone.Customer]
	Employees  Employees
	Webhooks   *Collection[phone.Webhook]
	Bans       Bans

	bindings *journal.Journal
	calls    *journal.Journal
	lock     *os.File // held while the store is open
	writing  *sql.DB  // one connection, used by the writer alone
	reading  *sql.DB
	writer   *writer
	ledger   *ledger
	refusals *refusals

	entries, entriesRefused atomic.Uint64 // of bindings
	entriesFailing          atomic.Bool   // the last one was refused

	stopFlush context.CancelFunc
	flushed   chan struct{} // closed when the flushing goroutine has ended
	close     func() error
}

// Open opens the database of the folder, brings its schema up to date and fills
// the Book. It fails with one clear error when the folder cannot be written or
// is in use by another process, when the database is damaged, or when it was
// written by a newer version.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{Config: c.withDefaults(), refusals: newRefusals(c.Book)}
	s.collect()
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), s.release())
	}
	s.close = sync.OnceValue(s.shut)
	s.writer = startWriter(s)
	s.ledger = startLedger(s)
	s.startFlushing()
	return s, nil
}

// collect makes the collections.
func (s *Store) collect() {
	s.Phones, s.Extensions = collect(s, s.phones()), collect(s, s.extensions())
	s.Groups, s.Queues = collect(s, s.groups()), collect(s, s.queues())
	s.Switches, s.Trunks = Switches{collect(s, s.switches())}, collect(s, s.trunks())
	s.Models, s.Products = collect(s, s.models()), collect(s, s.products())
	s.Settings = collect(s, s.settings())
	s.Customers, s.Employees = collect(s, s.customers()), Employees{collect(s, s.employees())}
	s.Webhooks, s.Bans = collect(s, s.webhooks()), Bans{collect(s, s.bans())}
}

func (c Config) withDefaults() Config {
	if c.Changed == nil {
		c.Changed = func(phone.Change) {}
	}
	if c.ConfigSaved == nil {
		c.ConfigSaved = func([]phone.ID) {}
	}
	if c.WebhookChanged == nil {
		c.WebhookChanged = func(_, _ *phone.Webhook) {}
	}
	if c.BanChanged == nil {
		c.BanChanged = func(_, _ *phone.Ban) {}
	}
	if c.TrunkChanged == nil {
		c.TrunkChanged = func(_, _ *phone.Trunk) {}
	}
	if c.DeviceChanged == nil {
		c.DeviceChanged = func(phone.Device) {}
	}
	if c.SwitchChanged == nil {
		c.SwitchChanged = func(_, _ *phone.Switch, _ *phone.Origin) {}
	}
	if c.QueueChanged == nil {
		c.QueueChanged = func(_, _ *phone.Queue, _ *phone.Origin) {}
	}
	if c.RedirectsChanged == nil {
		c.RedirectsChanged = func() {}
	}
	if c.Readers < 1 {
		c.Readers = runtime.GOMAXPROCS(0)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// open does what can fail. What it has opened by then, release closes.
func (s *Store) open(ctx context.Context) (err error) {
	if s.lock, err = lockFolder(s.Dir); err != nil {
		return err
	}
	path, err := filepath.Abs(filepath.Join(s.Dir, fileName))
	if err != nil {
		return fmt.Errorf("find the data folder: %w", err)
	}
	if err := createPrivate(path); err != nil {
		return err
	}
	if s.writing, err = openWriting(ctx, path); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return damaged(path, err)
	}
	if s.reading, err = openReading(ctx, path, s.Readers); err != nil {
		return err
	}
	if s.calls, err = journal.Open(filepath.Join(s.Dir, callsName)); err != nil {
		return err
	}
	if err := s.recoverCalls(ctx); err != nil {
		return damaged(path, err)
	}
	if s.bindings, err = journal.Open(filepath.Join(s.Dir, bindingsName)); err != nil {
		return err
	}
	return damaged(path, s.load(ctx))
}

// Close takes no new work, finishes what waits, writes what is only in memory,
// and closes the database. Calling it again does nothing.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	s.stopFlush()
	<-s.flushed
	err := errors.Join(s.ledger.end(), s.flush(context.Background()))
	s.writer.stop()
	return errors.Join(err, s.release())
}

// release closes the files. Readers go first: they would hold up the checkpoint
// that leaves the database as one file.
func (s *Store) release() error {
	var errs []error
	if s.reading != nil {
		errs = append(errs, s.reading.Close())
	}
	if s.writing != nil {
		errs = append(errs, s.writing.Close()) // checkpoints, being the last
	}
	for _, j := range []*journal.Journal{s.bindings, s.calls} {
		if j != nil {
			errs = append(errs, j.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// giveID makes an id where there is none.
func (s *Store) giveID(id *phone.ID) (err error) {
	if *id == "" {
		*id, err = phone.NewID(s.Now(), s.Random)
	}
	return err
}
