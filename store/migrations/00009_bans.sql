-- Networks that SIP hears nothing from.

-- +goose Up
CREATE TABLE bans (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    until    INTEGER, -- milliseconds; NULL: until it is lifted
    address  TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.address') VIRTUAL,
    origin   TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.origin') VIRTUAL
) STRICT;

CREATE UNIQUE INDEX bans_by_address ON bans (address);

-- What has ended.
CREATE INDEX bans_by_end ON bans (until) WHERE until IS NOT NULL;
