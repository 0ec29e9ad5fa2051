-- What calls and softkeys can reach beside extensions, and what goes for all
-- objects: one number means one thing, and what is needed cannot be deleted.

-- +goose Up
CREATE TABLE groups (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id),
    number   TEXT GENERATED ALWAYS AS (document ->> '$.number') VIRTUAL,
    name     TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL
) STRICT;

CREATE INDEX groups_by_number ON groups (customer, number, name COLLATE NOCASE, id);

CREATE TABLE queues (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id),
    number   TEXT GENERATED ALWAYS AS (document ->> '$.number') VIRTUAL,
    name     TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL
) STRICT;

CREATE INDEX queues_by_name ON queues (customer, name COLLATE NOCASE, id);

CREATE TABLE switches (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id),
    name     TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL
) STRICT;

CREATE UNIQUE INDEX switches_by_name ON switches (customer, name);

CREATE TABLE trunks (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id),
    number   TEXT GENERATED ALWAYS AS (document ->> '$.number') VIRTUAL,
    name     TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL
) STRICT;

CREATE INDEX trunks_by_name ON trunks (customer, name COLLATE NOCASE, id);

CREATE TABLE products (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id), -- NULL: a master product
    name     TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL
) STRICT;

CREATE INDEX products_by_name ON products (customer, name COLLATE NOCASE, id);

-- The numbers that can be dialled within a customer, of all kinds of objects.
CREATE TABLE numbers (
    customer TEXT NOT NULL,
    number   TEXT NOT NULL,
    item     TEXT NOT NULL,
    PRIMARY KEY (customer, number)
) STRICT, WITHOUT ROWID;

-- Which object needs which other one.
CREATE TABLE uses (
    target TEXT NOT NULL,
    user   TEXT NOT NULL,
    PRIMARY KEY (target, user)
) STRICT, WITHOUT ROWID;

-- A side panel is on one phone.
CREATE TABLE side_panels (
    serial TEXT NOT NULL PRIMARY KEY,
    phone  TEXT NOT NULL REFERENCES phones (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX side_panels_by_phone ON side_panels (phone);

CREATE TABLE settings (
    id       TEXT NOT NULL PRIMARY KEY REFERENCES customers (id), -- the customer's
    document TEXT NOT NULL
) STRICT;
