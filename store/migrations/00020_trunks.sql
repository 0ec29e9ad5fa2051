-- Lines to the world: what they log in with, whose each number is, and what
-- customers' calls have cost.

-- +goose Up
ALTER TABLE trunks ADD COLUMN password TEXT NOT NULL DEFAULT ''; -- never shown, so the document lacks it

-- A number comes in on one trunk.
CREATE TABLE trunk_numbers (
    number TEXT NOT NULL PRIMARY KEY,
    trunk  TEXT NOT NULL REFERENCES trunks (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX trunk_numbers_by_trunk ON trunk_numbers (trunk);

INSERT OR IGNORE INTO trunk_numbers (number, trunk)
SELECT each.value, trunks.id FROM trunks, json_each(trunks.document, '$.numbers') AS each ORDER BY trunks.id;

-- What a customer's calls have cost in a day or a night.
CREATE TABLE spending (
    period   TEXT    NOT NULL, -- 2026-03-04, or 2026-03-04N for the night that began then
    customer TEXT    NOT NULL,
    amount   INTEGER NOT NULL, -- sixtieths of a cent
    PRIMARY KEY (period, customer)
) STRICT, WITHOUT ROWID;
