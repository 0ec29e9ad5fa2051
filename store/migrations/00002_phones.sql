-- The phones and what they refer to. A property is either a column or in the
-- document, never both.

-- +goose Up
CREATE TABLE models (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE extensions (
    id       TEXT NOT NULL PRIMARY KEY,
    customer TEXT NOT NULL REFERENCES customers (id),
    number   TEXT NOT NULL,
    name     TEXT NOT NULL,
    notes    TEXT NOT NULL,
    UNIQUE (customer, number)
) STRICT;

-- A customer's list, in its order.
CREATE INDEX extensions_by_name ON extensions (customer, name COLLATE NOCASE, id);

CREATE TABLE phones (
    id              TEXT    NOT NULL PRIMARY KEY,
    customer        TEXT    NOT NULL REFERENCES customers (id),
    extension       TEXT    REFERENCES extensions (id), -- NULL: not linked
    model           TEXT    NOT NULL REFERENCES models (id),
    cluster         INTEGER NOT NULL,
    mac             TEXT,
    handset_index   INTEGER,
    handset_address TEXT    NOT NULL,
    username        TEXT    NOT NULL UNIQUE,
    password        TEXT    NOT NULL,
    ip_mode         TEXT    NOT NULL,
    ip_countries    TEXT    NOT NULL,
    ip_address      TEXT    NOT NULL,
    config_loaded   INTEGER,
    config_saved    INTEGER,
    rejected        TEXT, -- the last refusal, JSON
    notes           TEXT    NOT NULL,
    document        TEXT    NOT NULL -- all other properties; last, so that a scan of the columns need not read it
) STRICT;

-- The last net under the rules of package phone: one phone on one position of
-- one device. A device without positions has the position 0.
CREATE UNIQUE INDEX phones_slot ON phones (mac, coalesce(handset_index, 0)) WHERE mac IS NOT NULL;

-- A customer's list in its order, and the part of it that is not linked.
CREATE INDEX phones_by_customer ON phones (customer, id);
CREATE INDEX phones_available ON phones (customer, id) WHERE extension IS NULL;

CREATE INDEX phones_by_extension ON phones (extension) WHERE extension IS NOT NULL;
