package store

import (
	"context"
	"fmt"
	"reflect"

	"ringfence/phone"
)

// Employees are the login users.
type Employees struct{ *Collection[phone.Employee] }

func (s *Store) employees() kind[phone.Employee] {
	return kind[phone.Employee]{
		name: "Employee", entity: "employee", table: "employees", owner: "customer",
		columns:  "id, document, password_hash", // the hash is never shown, so the document lacks it
		fields:   func(e *phone.Employee) []any { return []any{&e.ID, document{e}, &e.PasswordHash} },
		kept:     "document ->> '$.state' IS NOT 'DELETED'",
		id:       func(e *phone.Employee) *phone.ID { return &e.ID },
		customer: func(e *phone.Employee) *phone.ID { return &e.Customer },
		search:   "name || ' ' || email_address",
		sorts:    map[string][]string{"_id": {"id"}, "name": {"name COLLATE NOCASE"}, "emailAddress": {"email_address"}},
		refers:   (*phone.Employee).Uses,
		saving: func(ctx context.Context, t *tx, before, after *phone.Employee) error {
			if err := endSessions(ctx, t, before, after); err != nil {
				return err
			}
			return s.keysSaved(ctx, t, before, after)
		},
		audited: func(e *phone.Employee) any { return withPassword{e, e.PasswordHash} },
		publish: func(t *tx, _, after *phone.Employee) {
			t.publish(func() { s.Book.PutEmployee(after) })
		},
	}
}

// keysSaved marks the configuration of the phones that have the employee's
// softkeys as saved now, when these are others.
func (s *Store) keysSaved(ctx context.Context, t *tx, before, after *phone.Employee) error {
	if before == nil || reflect.DeepEqual(before.Softkeys, after.Softkeys) && before.State == after.State {
		return nil
	}
	return s.savedAt(ctx, t, "extension IN (SELECT id FROM extensions WHERE employee = ?1) AND "+keysElsewhere, after.ID)
}

// endSessions ends the logins of whoever loses their password, their level or
// the right to log in.
func endSessions(ctx context.Context, t *tx, before, after *phone.Employee) error {
	if before == nil || before.PasswordHash == after.PasswordHash && before.AccessLevel == after.AccessLevel &&
		after.State == phone.EmployeeEnabled {
		return nil
	}
	if _, err := t.exec(ctx, "DELETE FROM sessions WHERE employee = ?", after.ID); err != nil {
		return fmt.Errorf("end their sessions: %w", err)
	}
	return nil
}

// withPassword shows that a password has changed; the audit log masks it.
type withPassword struct {
	*phone.Employee
	PasswordHash string `json:"passwordHash"`
}

// ByLogin finds an employee by the email address, in either case of the letters
// A to Z. NotFound when there is none, or they are deleted.
func (e Employees) ByLogin(ctx context.Context, emailAddress string) (*phone.Employee, error) {
	found, err := one(ctx, e.s.reading, e.kind.scan, notFound(e.kind.name), e.byLogin(), emailAddress)
	if err != nil {
		return nil, fmt.Errorf("read an employee: %w", err)
	}
	return found, nil
}

// byLogin has the condition of the unique index word for word: else SQLite does
// not use it and reads every employee.
func (e Employees) byLogin() string {
	return "SELECT " + e.kind.columns + " FROM employees WHERE email_address = ? AND state <> 'DELETED'"
}

// Count is how many there are, in any state.
func (e Employees) Count(ctx context.Context) (n int, err error) {
	if err := e.s.reading.QueryRowContext(ctx, "SELECT count(*) FROM employees").Scan(&n); err != nil {
		return 0, fmt.Errorf("count employees: %w", err)
	}
	return n, nil
}
