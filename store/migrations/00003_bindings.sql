-- Where registered phones can be reached: a log of what has changed, in the
-- registrar's own form. One row is all that was registered between two commits;
-- rows whose changes later rows repeat are deleted.

-- +goose Up
CREATE TABLE binding_log (
    number INTEGER PRIMARY KEY,
    entry  BLOB NOT NULL
) STRICT;
