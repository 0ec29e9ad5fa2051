package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"

	"github.com/mattn/go-sqlite3"

	"ringfence/phone"
)

// openWriting opens the one connection that writes. The pragmas are in the DSN
// because they belong to a connection, and database/sql may make a new one.
func openWriting(ctx context.Context, path string) (*sql.DB, error) {
	return openPool(ctx, path, 1, url.Values{
		"_journal_mode":    {"WAL"},
		"_synchronous":     {"FULL"}, // sync at every commit: an answer survives a power cut
		"_foreign_keys":    {"on"},
		"_txlock":          {"immediate"},
		"_busy_timeout":    {"5000"},  // for somebody with the sqlite3 shell
		"_cache_size":      {"-2048"}, // KiB; the system's cache has the rest
		"_stmt_cache_size": {"64"},
	})
}

// openReading opens the pool that reads.
func openReading(ctx context.Context, path string, size int) (*sql.DB, error) {
	return openPool(ctx, path, size, url.Values{
		"mode":             {"ro"},
		"_query_only":      {"on"},
		"_busy_timeout":    {"5000"},
		"_cache_size":      {"-1024"},
		"_stmt_cache_size": {"32"},
	})
}

// checkpoint is how many pages of the log are gathered before they are moved to
// the database, 32 MiB. That is done within a commit, which takes milliseconds
// then; with SQLite's own 1000 it would be one commit in a hundred when phones
// register by the thousand, and the pages that they all touch be moved more often.
const checkpoint = "PRAGMA wal_autocheckpoint = 8000"

// folded is the function that lists compare texts by whose letters SQLite knows in
// one case only.
const folded = "folded"

// connector makes connections to a DSN. There is no option for checkpoint in one.
type connector string

// Connect is for driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	return c.Driver().Open(string(c))
}

// Driver is for driver.Connector.
func (connector) Driver() driver.Driver {
	return &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		if err := c.RegisterFunc(folded, phone.Fold, true); err != nil {
			return err
		}
		_, err := c.Exec(checkpoint, nil)
		return err
	}}
}

// openPool opens a pool of at most so many connections and tries one of them.
func openPool(ctx context.Context, path string, size int, options url.Values) (*sql.DB, error) {
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: options.Encode()}
	db := sql.OpenDB(connector(dsn.String()))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return nil, errors.Join(damaged(path, fmt.Errorf("open %s: %w", path, err)), db.Close())
	}
	return db, nil
}

// damaged puts what SQLite says of a broken file into words for who runs the
// server. Other errors, and nil, are returned as they are.
func damaged(path string, err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && (e.Code == sqlite3.ErrNotADB || e.Code == sqlite3.ErrCorrupt) {
		return fmt.Errorf("%s is damaged or not a ringfence database: %w", path, err)
	}
	return err
}
