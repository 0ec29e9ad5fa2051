-- Where registered phones can be reached. A phone's rows are replaced as one.

-- +goose Up
CREATE TABLE bindings (
    phone      TEXT    NOT NULL REFERENCES phones (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL, -- in the registrar's list of this phone
    username   TEXT    NOT NULL, -- of the address of record: the phone may still have its old one
    contact    TEXT    NOT NULL,
    instance   TEXT    NOT NULL,
    call_id    TEXT    NOT NULL,
    cseq       INTEGER NOT NULL,
    q          INTEGER NOT NULL, -- thousandths
    registered INTEGER,
    expires    INTEGER,
    transport  TEXT    NOT NULL,
    local      TEXT    NOT NULL, -- address:port, as remote
    remote     TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    country    TEXT    NOT NULL,
    user_agent TEXT    NOT NULL,
    PRIMARY KEY (phone, position)
) STRICT, WITHOUT ROWID;
