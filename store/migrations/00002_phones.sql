-- The phones and what they refer to. A phone's property is either a column or in
-- its document, never both: columns are what is queried, unique or changed on a
-- condition.

-- +goose Up
CREATE TABLE models (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE extensions (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id),
    number   TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.number') VIRTUAL,
    name     TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.name') VIRTUAL,
    direct   TEXT GENERATED ALWAYS AS (document ->> '$.direct') VIRTUAL,
    employee TEXT GENERATED ALWAYS AS (document ->> '$.employee') VIRTUAL
) STRICT;

-- A customer's list in its two orders. A filter reads the index alone: to read
-- it out of 100,000 documents takes most of a second.
CREATE INDEX extensions_by_name ON extensions (customer, name COLLATE NOCASE, id, number, direct);
CREATE INDEX extensions_by_number ON extensions (customer, length(number), number, id, name, direct);
CREATE UNIQUE INDEX extensions_by_direct ON extensions (direct) WHERE direct IS NOT NULL; -- a number of the world is one extension's
CREATE INDEX extensions_by_employee ON extensions (employee) WHERE employee IS NOT NULL;

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
    old_credentials TEXT, -- still valid beside the newer ones: JSON, the newest first
    document        TEXT    NOT NULL -- all other properties; last, so that a scan of the columns need not read it
) STRICT;

-- The last net under the rules of package phone: one phone on one position of
-- one device. A device without positions has the position 0.
CREATE UNIQUE INDEX phones_slot ON phones (mac, coalesce(handset_index, 0)) WHERE mac IS NOT NULL;

-- Lists of phones come from memory; this is for the reference to the customer.
CREATE INDEX phones_by_customer ON phones (customer);

CREATE INDEX phones_by_extension ON phones (extension) WHERE extension IS NOT NULL;
