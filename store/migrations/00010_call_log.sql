-- What is known of calls that have not ended, and of those that have since the
-- records were last brought to their table: a log. One row is all that was noted
-- between two commits, a JSON document a line. Rows that tell of nothing any
-- more are deleted.

-- +goose Up
CREATE TABLE call_log (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL, -- milliseconds: the server lived
    entry  BLOB    NOT NULL
) STRICT;

-- The extensions of a record in columns of their own: what an index generates
-- from the document costs reading the document for each.
CREATE TABLE records (
    id       TEXT NOT NULL PRIMARY KEY,
    customer TEXT,
    started  INTEGER NOT NULL,
    answered INTEGER, -- NULL: never
    ended    INTEGER NOT NULL,
    caller   TEXT, -- extensions
    callee   TEXT,
    document TEXT NOT NULL -- the whole record
) STRICT;
INSERT INTO records SELECT id, customer, started, answered, ended, caller, callee, document FROM cdrs ORDER BY rowid;
DROP TABLE cdrs;
ALTER TABLE records RENAME TO cdrs;
CREATE INDEX cdrs_by_time ON cdrs (started, id);
CREATE INDEX cdrs_by_customer ON cdrs (customer, started, id);
CREATE INDEX cdrs_by_caller ON cdrs (caller, started, id) WHERE caller IS NOT NULL;
CREATE INDEX cdrs_by_callee ON cdrs (callee, started, id) WHERE callee IS NOT NULL;
