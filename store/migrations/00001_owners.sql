-- Who owns things, and who may log in. Times are milliseconds since 1970, UTC.

-- +goose Up
CREATE TABLE customers (
    id              TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    state           TEXT NOT NULL,
    parent_reseller TEXT,            -- a customer; not enforced, it may be kept elsewhere
    email_address   TEXT NOT NULL,
    phone_number    TEXT NOT NULL,
    notes           TEXT NOT NULL
) STRICT;

CREATE INDEX customers_by_reseller ON customers (parent_reseller);

CREATE TABLE employees (
    id            TEXT NOT NULL PRIMARY KEY,
    customer      TEXT REFERENCES customers (id), -- NULL for one who belongs to none
    access_level  TEXT NOT NULL,
    state         TEXT NOT NULL,
    name          TEXT NOT NULL,
    email_address TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT NOT NULL
) STRICT;

CREATE INDEX employees_by_customer ON employees (customer);

CREATE TABLE sessions (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    employee   TEXT    NOT NULL REFERENCES employees (id) ON DELETE CASCADE,
    expires    INTEGER,          -- NULL: until logout
    extend     INTEGER NOT NULL  -- milliseconds that a request adds
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_employee ON sessions (employee);
CREATE INDEX sessions_by_expiry ON sessions (expires) WHERE expires IS NOT NULL;
