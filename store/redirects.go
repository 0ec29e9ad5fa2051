package store

import (
	"context"
	"encoding/json"
	"fmt"

	"ringfence/phone"
)

const redirectColumns = `mac, service, wanted, state, attempts, last_attempt, next_attempt, error, fingerprint, version`

// redirectFields are where each of redirectColumns is read from.
func redirectFields(j *phone.RedirectJob) []any {
	return []any{&j.MAC, &j.Service, &j.Wanted, &j.State, &j.Attempts,
		milliseconds{&j.LastAttempt}, milliseconds{&j.NextAttempt}, &j.Error, &j.Fingerprint, &j.Version}
}

func scanRedirect(row scanner) (*phone.RedirectJob, error) {
	var j phone.RedirectJob
	return &j, row.Scan(redirectFields(&j)...)
}

// The jobs that follow from a change. One that is wanted otherwise than before
// gets another version, so that an attempt that is on its way does not settle it.
const (
	notWanted = `UPDATE redirects
		SET (wanted, state, attempts, next_attempt, error, version) = (0, 'pending', 0, ?1, '', version + 1)
		WHERE wanted = 1 AND service <> ?2 AND `
	wanted = `INSERT INTO redirects (` + redirectColumns + `) `
	anew   = ` ON CONFLICT (mac, service) DO UPDATE
		SET (wanted, state, attempts, next_attempt, error, version) = (1, 'pending', 0, excluded.next_attempt, '', version + 1)`

	serviceOf = `SELECT models.document FROM phones JOIN models ON models.id = phones.model
		WHERE phones.mac = ? ORDER BY coalesce(phones.handset_index, 0) LIMIT 1`
	devicesOf = `SELECT phones.mac FROM uses JOIN phones ON phones.id = uses.user
		WHERE uses.target = ?3 AND phones.model = ?3 AND phones.mac IS NOT NULL`
)

// redirectSaved writes down what a change of a phone leaves to be told to makers'
// services.
func (s *Store) redirectSaved(ctx context.Context, t *tx, c phone.Change) error {
	devices, again := c.Redirects()
	for _, mac := range devices {
		if err := t.redirect(ctx, mac, again); err != nil {
			return fmt.Errorf("redirect %s: %w", mac, err)
		}
	}
	return nil
}

// redirect wants a device at the service of its model, if that has one, and
// nowhere else.
func (t *tx) redirect(ctx context.Context, mac phone.MAC, again bool) error {
	model, err := one(ctx, t, func(row scanner) (*phone.Model, error) {
		var m phone.Model
		return &m, row.Scan(document{&m})
	}, nil, serviceOf, mac)
	if err != nil {
		return err
	}
	service, now := model.RedirectService(), milliseconds{&t.now}
	if _, err := t.exec(ctx, notWanted+"mac = ?3", now, service, mac); err != nil || service == "" {
		return err
	}
	_, err = t.exec(ctx, wanted+"VALUES (?1, ?2, 1, 'pending', 0, NULL, ?3, '', '', 1)"+anew+" WHERE wanted = 0 OR ?4", mac, service, now, again)
	return err
}

// redirectModel does the same for all devices of a model that has changed.
func (t *tx) redirectModel(ctx context.Context, m *phone.Model) error {
	service, now := m.RedirectService(), milliseconds{&t.now}
	_, err := t.exec(ctx, notWanted+"mac IN ("+devicesOf+")", now, service, m.ID)
	if err == nil && service != "" {
		_, err = t.exec(ctx, wanted+"SELECT DISTINCT mac, ?2, 1, 'pending', 0, NULL, ?1, '', '', 1 FROM ("+devicesOf+") WHERE true"+
			anew+" WHERE wanted = 0", now, service, m.ID)
	}
	if err != nil {
		return fmt.Errorf("redirect phones of a model: %w", err)
	}
	return nil
}

// NextRedirect is the job of a service that is to be done next, whether its time
// has come or not: what is to be told before what is to be checked, of which
// nothing without checks. nil when there is none.
func (s *Store) NextRedirect(ctx context.Context, service string, checks bool) (*phone.RedirectJob, error) {
	next := "SELECT " + redirectColumns + " FROM redirects WHERE service = ? AND state <> 'registered' ORDER BY next_attempt LIMIT 1"
	j, err := one(ctx, s.reading, scanRedirect, nil, next, service)
	now := s.Now()
	if err == nil && checks && (j == nil || j.NextAttempt.After(now)) {
		var check *phone.RedirectJob
		next = "SELECT " + redirectColumns + " FROM redirects WHERE service = ? AND state = 'registered' ORDER BY next_attempt LIMIT 1"
		check, err = one(ctx, s.reading, scanRedirect, nil, next, service)
		if j == nil || check != nil && check.NextAttempt.Before(j.NextAttempt) {
			j = check
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the next redirection: %w", err)
	}
	return j, nil
}

// UpdateRedirect saves what an attempt has led to, and says whether it has: not
// when something else is wanted by now.
func (s *Store) UpdateRedirect(ctx context.Context, j *phone.RedirectJob) (saved bool, err error) {
	is := *j
	err = s.write(ctx, "save a redirection", func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE redirects SET (state, attempts, last_attempt, next_attempt, error, fingerprint) = (?, ?, ?, ?, ?, ?)
			WHERE mac = ? AND service = ? AND version = ?`,
			is.State, is.Attempts, milliseconds{&is.LastAttempt}, milliseconds{&is.NextAttempt}, is.Error, is.Fingerprint,
			is.MAC, is.Service, is.Version)
		saved = n > 0
		return err
	})
	return saved && err == nil, err
}

// DropRedirect forgets a job that is done with, unless something else is wanted
// by now.
func (s *Store) DropRedirect(ctx context.Context, j *phone.RedirectJob) error {
	mac, service, version := j.MAC, j.Service, j.Version
	return s.write(ctx, "forget a redirection", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM redirects WHERE mac = ? AND service = ? AND version = ?", mac, service, version)
		return err
	})
}

// Redirects are the jobs of devices that are wanted at a service.
func (s *Store) Redirects(ctx context.Context, devices []phone.MAC) ([]*phone.RedirectJob, error) {
	names, err := json.Marshal(devices)
	if err != nil {
		return nil, fmt.Errorf("read redirections: %w", err)
	}
	list, err := all(ctx, s.reading, scanRedirect, "SELECT "+redirectColumns+` FROM redirects
		WHERE mac IN (SELECT value FROM json_each(?)) AND wanted = 1`, string(names))
	if err != nil {
		return nil, fmt.Errorf("read redirections: %w", err)
	}
	return list, nil
}

// RetryRedirect lets a device be told to its service as if for the first time.
func (s *Store) RetryRedirect(ctx context.Context, mac phone.MAC) error {
	return s.write(ctx, "retry a redirection", func(ctx context.Context, t *tx) error {
		return t.redirect(ctx, mac, true)
	})
}

// RenewRedirects begins anew with what has failed at a service, whose account may
// be another one than before a restart.
func (s *Store) RenewRedirects(ctx context.Context, service string) error {
	return s.write(ctx, "renew redirections", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "UPDATE redirects SET (attempts, next_attempt) = (0, ?) WHERE service = ? AND state <> 'registered' AND attempts > 0",
			milliseconds{&t.now}, service)
		return err
	})
}

// ForgetRedirects deletes what no service has ever been told of and need not be,
// except at these, where it may be on its way.
func (s *Store) ForgetRedirects(ctx context.Context, except []string) error {
	names, err := json.Marshal(except)
	if err != nil {
		return fmt.Errorf("forget redirections: %w", err)
	}
	_, err = s.forget(ctx, "forget redirections", `DELETE FROM redirects WHERE (mac, service) IN (SELECT mac, service FROM redirects
		WHERE wanted = 0 AND last_attempt IS NULL AND service NOT IN (SELECT value FROM json_each(?)) LIMIT ?)`, string(names), maxForgotten)
	return err
}
