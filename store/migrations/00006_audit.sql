-- Who changed what, and which requests have been made already.

-- +goose Up
CREATE TABLE audit (
    number   INTEGER PRIMARY KEY, -- the order in which they came, also within one moment
    id       TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    customer TEXT GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL,
    entity   TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.entity') VIRTUAL,
    object   TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.object') VIRTUAL,
    employee TEXT GENERATED ALWAYS AS (document ->> '$.employee') VIRTUAL
) STRICT;

CREATE INDEX audit_by_customer ON audit (customer, number);

CREATE TABLE idempotency_keys (
    employee TEXT    NOT NULL, -- '' for the admin token
    key      TEXT    NOT NULL,
    digest   TEXT    NOT NULL, -- of the request that it came with
    object   TEXT    NOT NULL, -- what that made
    used     INTEGER NOT NULL,
    PRIMARY KEY (employee, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (used);
