package store

import (
	"context"
	"fmt"
	"time"

	"ringfence/phone"
)

// maxPurged bounds how many expired sessions one call deletes, so that no login
// waits for a heap of them.
const maxPurged = 100

// maxSessions bounds the logins of one employee. Those that last until logout
// would otherwise be kept for ever.
const maxSessions = 100

const purge = `DELETE FROM sessions WHERE token_hash IN
	(SELECT token_hash FROM sessions WHERE expires <= ? ORDER BY expires LIMIT ?)`

// crowdedOut are the sessions that make room for another one: the expired
// first, then the oldest.
const crowdedOut = `DELETE FROM sessions WHERE token_hash IN
	(SELECT token_hash FROM sessions WHERE employee = ?
	ORDER BY expires IS NOT NULL AND expires <= ?, created DESC, token_hash LIMIT -1 OFFSET ?)`

// SaveSession adds a login, and deletes some of the expired ones and those that
// are too many of the employee. NotFound when there is no such employee.
func (s *Store) SaveSession(ctx context.Context, session *phone.Session) error {
	saved := *session
	return s.write(ctx, "save a session", func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, purge, milliseconds{&t.now}, maxPurged); err != nil {
			return fmt.Errorf("delete expired ones: %w", err)
		}
		if _, err := t.exec(ctx, crowdedOut, saved.Employee, milliseconds{&t.now}, maxSessions-1); err != nil {
			return fmt.Errorf("delete the oldest: %w", err)
		}
		_, err := t.exec(ctx, "INSERT INTO sessions (token_hash, employee, created, expires, extend) VALUES (?, ?, ?, ?, ?)",
			saved.TokenHash, saved.Employee, milliseconds{&t.now}, milliseconds{&saved.Expires}, saved.Extend.Milliseconds())
		if missing(err) {
			return notFound("Employee")
		}
		return err
	})
}

// Session finds a login by the hash of its token, also one that has expired.
// NotFound when there is none.
func (s *Store) Session(ctx context.Context, tokenHash string) (*phone.Session, error) {
	found, err := one(ctx, s.reading, scanSession, notFound("Session"),
		"SELECT token_hash, employee, expires, extend FROM sessions WHERE token_hash = ?", tokenHash)
	if err != nil {
		return nil, fmt.Errorf("read a session: %w", err)
	}
	return found, nil
}

func scanSession(row scanner) (*phone.Session, error) {
	var session phone.Session
	var extend int64
	err := row.Scan(&session.TokenHash, &session.Employee, milliseconds{&session.Expires}, &extend)
	session.Extend = time.Duration(extend) * time.Millisecond
	return &session, err
}

// TouchSession moves the end of a login. One that has ended meanwhile stays
// ended; that is no error.
func (s *Store) TouchSession(ctx context.Context, tokenHash string, expires time.Time) error {
	return s.write(ctx, "extend a session", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "UPDATE sessions SET expires = ? WHERE token_hash = ?", milliseconds{&expires}, tokenHash)
		return err
	})
}

// DeleteSessions ends every login of an employee.
func (s *Store) DeleteSessions(ctx context.Context, employee phone.ID) error {
	return s.write(ctx, "delete sessions", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM sessions WHERE employee = ?", employee)
		return err
	})
}
