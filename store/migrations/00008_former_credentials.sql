-- What phones could prove themselves with once: hashes, never passwords. A
-- phone that is gone is still known here, so phone refers to nothing.

-- +goose Up
CREATE TABLE former_credentials (
    phone    TEXT    NOT NULL,
    username TEXT    NOT NULL,
    md5      BLOB    NOT NULL, -- HA1 of the realm that was in force
    sha256   BLOB    NOT NULL,
    ended    INTEGER NOT NULL, -- milliseconds
    UNIQUE (phone, username, md5) ON CONFLICT REPLACE
) STRICT;

CREATE INDEX former_credentials_by_end ON former_credentials (ended);
