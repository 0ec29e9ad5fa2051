package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// The world of most tests: one customer, one extension, a desk phone's model
// and a DECT base's.
const (
	acme     = phone.ID("aaaaaaaaaaaaaaaaaaaaaaaa")
	snomD865 = phone.ID("00000000000000000001d865") // written by world: one phone on a MAC
	dectBase = phone.ID("00000000000000000001dec7") // written by world: several phones on a MAC
	absent   = phone.ID("ffffffffffffffffffffffff")
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// open opens the store in dir until the test ends.
func open(t testing.TB, dir string, changes ...func(*Config)) *Store {
	t.Helper()
	c := Config{Dir: dir, Book: phone.NewBook("ringfence.test", []int{1, 2}), Now: func() time.Time { return noon }}
	for _, change := range changes {
		change(&c)
	}
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// world is a new store with a customer and the two models.
func world(t testing.TB, changes ...func(*Config)) *Store {
	t.Helper()
	return populate(t, open(t, t.TempDir(), changes...))
}

func populate(t testing.TB, s *Store) *Store {
	t.Helper()
	must(t)(s.Customers.Create(t.Context(), giving(&phone.Customer{ID: acme, Name: "Acme", State: phone.CustomerActive})))
	for _, m := range []*phone.Model{
		{ID: snomD865, Brand: phone.BrandSnom, BrandName: "Snom", Model: "D865", Extensions: 1, Softkeys: 10},
		{ID: dectBase, Brand: "GIGASET", BrandName: "Gigaset", Model: "N670", Extensions: 20},
	} {
		err := s.write(t.Context(), "add a model", func(ctx context.Context, t *tx) error { return saveModel(ctx, t, m) })
		if err != nil {
			t.Fatal(err)
		}
		s.Book.PutModel(m)
	}
	return s
}

// must ends the test on an error.
func must(t testing.TB) func(any, error) {
	t.Helper()
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// add creates a phone of acme.
func add(t testing.TB, s *Store, change func(*phone.Phone)) *phone.Phone {
	t.Helper()
	p, err := s.Phones.Create(t.Context(), func(phone.References) (*phone.Phone, error) {
		p := phone.New(acme)
		p.Model = snomD865
		change(p)
		return p, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func addExtension(t testing.TB, s *Store, number, name string) *phone.Extension {
	t.Helper()
	e, err := s.Extensions.Create(t.Context(), func(phone.References) (*phone.Extension, error) {
		e := phone.NewExtension(acme)
		e.Number, e.Name = number, name
		return e, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// refused wants a phone.Error of this kind and key.
func refused(t testing.TB, err error, kind phone.Kind, key string) {
	t.Helper()
	var e *phone.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Key != key {
		t.Errorf("got error %v, want kind %d of %s", err, kind, key)
	}
}

func TestReopenRestoresEverything(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	customer, err := s.Customers.Create(t.Context(), giving(&phone.Customer{
		ID: acme, Name: "Acme", State: phone.CustomerBlocked, ParentReseller: absent, Notes: "pays late",
	}))
	must(t)(customer, err)
	extension := addExtension(t, s, "101", "Alice")
	models, _, err := s.Models.List(t.Context(), phone.Query{Limit: 1})
	must(t)(models, err)
	p := add(t, s, func(p *phone.Phone) { p.Model, p.Extension, p.MAC = models[0].ID, extension.ID, "0004131A2B3C" })
	if err := s.ConfigLoaded(t.Context(), noon.Add(time.Hour), phone.Fetched{Phone: p.ID, Saved: noon}); err != nil {
		t.Fatal(err)
	}
	rejection := phone.Rejection{
		Time: noon, Address: netip.MustParseAddr("192.0.2.9"), Country: "SE", Reason: "not there", Via: phone.ViaCall,
	}
	s.Rejected(p.ID, rejection)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir)
	equal(t, "customer", s.Book.Customer(acme), customer)
	equal(t, "extension", s.Book.ByNumber(acme, "101"), extension)
	equal(t, "model", s.Book.Model(models[0].ID), models[0])
	equal(t, "phone", s.Book.ByUsername(p.Username).Phone, p)
	record := phone.Record{ConfigLoaded: noon.Add(time.Hour), ConfigSaved: noon, LastRejected: &rejection}
	equal(t, "record", s.Record(p.ID), record)
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		want    string
	}{
		{"a folder that another one uses", func(t *testing.T, dir string) { open(t, dir) },
			fmt.Sprintf("is in use by another ringfence (pid %d)", os.Getpid())},
		{"a folder that cannot be made", func(t *testing.T, dir string) { write(t, dir, "a file, not a folder") },
			"create the data folder"},
		{"a file that is no database", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, fileName), strings.Repeat("not SQLite ", 1000))
		},
			"is damaged or not a ringfence database"},
		{"a database whose pages are overwritten", overwritePages, "is damaged or not a ringfence database"},
		{"a database of a newer version", newerSchema, "schema version 9999, this ringfence knows versions up to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			c.prepare(t, dir)
			s, err := Open(t.Context(), Config{Dir: dir, Book: phone.NewBook("ringfence.test", nil)})
			if err == nil {
				t.Fatal("it opened", s.Close())
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q in it", err, c.want)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// overwritePages leaves the header alone, so that only the load can notice.
func overwritePages(t *testing.T, dir string) {
	closed(t, dir)
	path := filepath.Join(dir, fileName)
	b, err := os.ReadFile(path)
	must(t)(b, err)
	for i := 100; i < len(b); i++ {
		b[i] = 0xA5
	}
	write(t, path, string(b))
}

func newerSchema(t *testing.T, dir string) {
	closed(t, dir, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
}

// closed leaves a database in the folder that nobody has open.
func closed(t *testing.T, dir string, statements ...string) {
	t.Helper()
	s := open(t, dir)
	for _, statement := range statements {
		must(t)(s.writing.ExecContext(t.Context(), statement))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAFailedOpenLeavesTheFolderFree(t *testing.T) {
	dir := t.TempDir()
	newerSchema(t, dir)
	for range 2 {
		_, err := Open(t.Context(), Config{Dir: dir, Book: phone.NewBook("ringfence.test", nil)})
		if err == nil || !strings.Contains(err.Error(), "schema version") {
			t.Fatalf("got %v, want a refusal of the schema version", err)
		}
	}
}

func TestMigrationsStartFromAnEmptyFile(t *testing.T) {
	s := open(t, t.TempDir())
	files, err := fs.Glob(migrations, "migrations/*.sql")
	must(t)(files, err)
	var version int
	must(t)(nil, s.reading.QueryRow("SELECT max(version_id) FROM goose_db_version").Scan(&version))
	last := 0
	must(t)(fmt.Sscanf(filepath.Base(slices.Max(files)), "%05d_", &last))
	equal(t, "schema version", version, last)
}

func TestConnectionsHaveTheirPragmas(t *testing.T) {
	s := open(t, t.TempDir())
	for _, c := range []struct {
		pragma           string
		writing, reading string
	}{
		{"journal_mode", "wal", "wal"},
		{"synchronous", "2", "1"},
		{"foreign_keys", "1", "0"},
		{"query_only", "0", "1"},
		{"busy_timeout", "5000", "5000"},
		{"wal_autocheckpoint", "8000", "8000"},
	} {
		var writing, reading string
		must(t)(nil, s.writing.QueryRow("PRAGMA "+c.pragma).Scan(&writing))
		must(t)(nil, s.reading.QueryRow("PRAGMA "+c.pragma).Scan(&reading))
		equal(t, c.pragma+" of writer and readers", []string{writing, reading}, []string{c.writing, c.reading})
	}
}

func TestTheDatabaseIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	open(t, dir)
	for name, want := range map[string]fs.FileMode{"": 0o700, fileName: 0o600, fileName + "-wal": 0o600, "lock": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t)(info, err)
		equal(t, "mode of "+name, info.Mode().Perm(), want)
	}
}

// A copy that is put back has the mode of whoever copied it.
func TestACopyOfTheDatabaseBecomesPrivate(t *testing.T) {
	dir := t.TempDir()
	must(t)(nil, open(t, dir).Close())
	path := filepath.Join(dir, fileName)
	must(t)(nil, os.Chmod(path, 0o644))
	open(t, dir)
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		must(t)(info, err)
		equal(t, "mode of "+name, info.Mode().Perm(), fs.FileMode(0o600))
	}
}

func TestAFolderMayHaveAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c=d&e%20#ü")
	open(t, dir)
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		t.Error(err)
	}
}

func TestACloseLeavesOneFileAndNoWork(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, fileName+"-wal")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the log is still there: %v", err)
	}
	_, err := s.Customers.Create(t.Context(), giving(&phone.Customer{Name: "too late"}))
	if !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want %v", err, ErrClosed)
	}
}

// giving is what Create is handed for an object that is made already.
func giving[T any](object *T) func(phone.References) (*T, error) {
	return func(phone.References) (*T, error) { return object, nil }
}
