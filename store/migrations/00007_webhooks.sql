-- Where customers want to be told of events, and what is on its way there.

-- +goose Up
CREATE TABLE webhooks (
    id       TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    customer TEXT NOT NULL GENERATED ALWAYS AS (document ->> '$.customer') VIRTUAL REFERENCES customers (id)
) STRICT;

-- A customer's list, in its order.
CREATE INDEX webhooks_by_customer ON webhooks (customer, id);

CREATE TABLE deliveries (
    number       INTEGER PRIMARY KEY, -- the order in which they came, also within one millisecond
    id           TEXT    NOT NULL UNIQUE,
    webhook      TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event        TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    time         INTEGER NOT NULL, -- of the event
    state        TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    last_attempt INTEGER,          -- NULL: none yet
    next_attempt INTEGER,          -- NULL: none any more
    last_status  INTEGER NOT NULL,
    last_error   TEXT    NOT NULL,
    body         BLOB    NOT NULL
) STRICT;

CREATE INDEX deliveries_by_webhook ON deliveries (webhook, number);
CREATE INDEX deliveries_by_time ON deliveries (time);

-- What a webhook still has to get, next one first.
CREATE INDEX deliveries_due ON deliveries (webhook, next_attempt, number) WHERE next_attempt IS NOT NULL;
