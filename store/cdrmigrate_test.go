package store

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"ringfence/phone"
)

// older leaves a database in the folder as the migrations up to a version make
// it, with these statements run.
func older(t *testing.T, dir string, version int64, statements ...string) {
	t.Helper()
	db, err := openWriting(t.Context(), filepath.Join(dir, fileName))
	must(t)(nil, err)
	files, err := fs.Sub(migrations, "migrations")
	must(t)(nil, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	must(t)(nil, err)
	must(t)(p.UpTo(t.Context(), version))
	for _, statement := range statements {
		must(t)(db.ExecContext(t.Context(), statement))
	}
	must(t)(nil, db.Close())
}

func TestOldRecordsAndExtensionsAreTakenAlong(t *testing.T) {
	dir := t.TempDir()
	older(t, dir, 9,
		`INSERT INTO customers (id, document) VALUES ('`+string(acme)+`', '{"_id":"`+string(acme)+`","name":"Acme","state":"ACTIVE"}')`,
		`INSERT INTO extensions (id, document) VALUES ('e1', '{"_id":"e1","type":"EXTENSION","customer":"`+string(acme)+`","number":"200","name":"Alice"}')`,
		`INSERT INTO cdrs (id, customer, started, answered, ended, document) VALUES
			('1', '`+string(acme)+`', 1000, 2000, 3000, '{"caller":{"number":"200","extension":"e1"},"callee":{"number":"201"},
			"terminatedBy":"A","terminatedReason":"HANGUP","sipCode":200,"media":[{"packets":1,"bytes":2},{"packets":3,"bytes":4}]}'),
			('2', NULL, 4000, NULL, 5000, '{"caller":{"number":"300"},"callee":{"number":"200","extension":"e1"},"terminatedBy":"S","terminatedReason":"BUSY","sipCode":486}')`,
	)
	s := open(t, dir)
	e := s.Book.Extension("e1")
	want := phone.NewExtension(acme)
	want.ID, want.Number, want.Name = "e1", "200", "Alice"
	equal(t, "extension", e, want)

	list, err := s.LatestCDRs(t.Context(), phone.CDRQuery{Query: phone.Query{Limit: 10}, Extension: "e1"})
	must(t)(nil, err)
	equal(t, "records", numbers(list), "21")
	first := &phone.CDR{
		ID: "1", Customer: acme, Caller: phone.Party{Number: "200", Extension: "e1"}, Callee: phone.Party{Number: "201"},
		Started: time.Unix(1, 0).UTC(), Answered: time.Unix(2, 0).UTC(), Ended: time.Unix(3, 0).UTC(),
		TerminatedBy: phone.EndedByCaller, TerminatedReason: phone.EndHangup, SIPCode: 200,
	}
	equal(t, "record", list[1], first)
}
