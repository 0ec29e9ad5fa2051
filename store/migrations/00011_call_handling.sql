-- What extensions want done with their calls goes without saying until somebody
-- says it.

-- +goose Up
UPDATE extensions SET document = json_set(document, '$.noAnswerTime', 25, '$.callWaiting', json('true'));
