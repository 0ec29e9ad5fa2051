-- What makers' redirection services are to be told of devices, and what they
-- know.

-- +goose Up
CREATE TABLE redirects (
    mac          TEXT    NOT NULL,
    service      TEXT    NOT NULL,
    wanted       INTEGER NOT NULL, -- 0: it is to be taken away there, and then here
    state        TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    last_attempt INTEGER,          -- NULL: none yet
    next_attempt INTEGER NOT NULL, -- of a registered one the next check
    error        TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL, -- of the URL that the service has
    version      INTEGER NOT NULL, -- another one when something else is wanted
    PRIMARY KEY (mac, service)
) STRICT, WITHOUT ROWID;

-- What a service is to be told, and what it is to be asked, next one first.
CREATE INDEX redirects_due ON redirects (service, next_attempt) WHERE state <> 'registered';
CREATE INDEX redirects_checks ON redirects (service, next_attempt) WHERE state = 'registered';

INSERT INTO redirects
SELECT DISTINCT phones.mac, lower(models.document ->> '$.brand'), 1, 'pending', 0, NULL, 0, '', '', 1
FROM phones JOIN models ON models.id = phones.model
WHERE phones.mac IS NOT NULL
  AND (models.document ->> '$.capabilities.macRedirect' OR models.document ->> '$.brand' = 'CISCO');
