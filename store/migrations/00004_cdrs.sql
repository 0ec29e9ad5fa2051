-- Call records. They refer to nothing: a record outlives the phone, the
-- extension and the customer that it tells of.

-- +goose Up
CREATE TABLE cdrs (
    id       TEXT    NOT NULL PRIMARY KEY,
    customer TEXT,
    started  INTEGER NOT NULL,
    answered INTEGER, -- NULL: never
    ended    INTEGER NOT NULL,
    document TEXT    NOT NULL -- all other properties
) STRICT;

-- Lists are newest first.
CREATE INDEX cdrs_by_time ON cdrs (started, id);
CREATE INDEX cdrs_by_customer ON cdrs (customer, started, id);
