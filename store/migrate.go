package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date, each numbered file in a transaction of
// its own. A schema that is newer than the files is refused: an older binary
// must not write into it.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("find the migrations: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.writing, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if have > want {
		return fmt.Errorf("the database has schema version %d, this ringfence knows versions up to %d: use a newer one",
			have, want)
	}
	if have == want {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema from version %d to %d: %w", have, want, err)
	}
	s.Log.Info("database schema is up to date", "from", have, "to", want)
	return nil
}
