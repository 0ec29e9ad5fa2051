-- Who owns things, and who may log in. Times are milliseconds since 1970, UTC.
-- An object is one JSON document; what a query needs beside it is generated from
-- it, so that nothing is written down twice.

-- +goose Up
CREATE TABLE customers (
    id              TEXT NOT NULL PRIMARY KEY,
    document        TEXT NOT NULL,
    name            TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL,
    parent_reseller TEXT GENERATED ALWAYS AS (document ->> '$.parentReseller') VIRTUAL
) STRICT;

CREATE INDEX customers_by_reseller ON customers (parent_reseller);

CREATE TABLE employees (
    id            TEXT NOT NULL PRIMARY KEY,
    document      TEXT NOT NULL,
    password_hash TEXT NOT NULL, -- not in the document, which is shown
    customer      TEXT GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id),
    name          TEXT NOT NULL GENERATED ALWAYS AS (coalesce(document ->> '$.name', '')) VIRTUAL,
    email_address TEXT NOT NULL COLLATE NOCASE GENERATED ALWAYS AS (document ->> '$.emailAddress') VIRTUAL,
    state         TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.state') VIRTUAL
) STRICT;

CREATE INDEX employees_by_customer ON employees (customer);
-- Who is deleted is kept, but the address is free.
CREATE UNIQUE INDEX employees_by_email ON employees (email_address) WHERE state <> 'DELETED';

CREATE TABLE sessions (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    employee   TEXT    NOT NULL REFERENCES employees (id) ON DELETE CASCADE,
    created    INTEGER NOT NULL,
    expires    INTEGER,          -- NULL: until logout
    extend     INTEGER NOT NULL  -- milliseconds that a request adds
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_employee ON sessions (employee);
CREATE INDEX sessions_by_expiry ON sessions (expires) WHERE expires IS NOT NULL;
