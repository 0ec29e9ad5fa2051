-- What the configuration door knows of hardware, and what nobody else must know.

-- +goose Up
CREATE TABLE devices (
    mac        TEXT    NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL, -- how often its tokens were made anew
    known      INTEGER NOT NULL  -- one more than the generation of the steady one with which it came last; 0: none
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
