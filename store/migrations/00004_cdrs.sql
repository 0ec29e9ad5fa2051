-- Call records. They refer to nothing: a record outlives the phone, the
-- extension and the customer that it tells of.

-- +goose Up
CREATE TABLE cdrs (
    id       TEXT NOT NULL PRIMARY KEY,
    customer TEXT,
    started  INTEGER NOT NULL,
    answered INTEGER, -- NULL: never
    ended    INTEGER NOT NULL,
    document TEXT    NOT NULL, -- all other properties
    caller   TEXT GENERATED ALWAYS AS (document ->> '$.caller.extension') VIRTUAL,
    callee   TEXT GENERATED ALWAYS AS (document ->> '$.callee.extension') VIRTUAL
) STRICT;

-- Lists are newest first, of everybody, of a customer or of an extension.
CREATE INDEX cdrs_by_time ON cdrs (started, id);
CREATE INDEX cdrs_by_customer ON cdrs (customer, started, id);
CREATE INDEX cdrs_by_caller ON cdrs (caller, started, id) WHERE caller IS NOT NULL;
CREATE INDEX cdrs_by_callee ON cdrs (callee, started, id) WHERE callee IS NOT NULL;
