package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

const employeeColumns = "id, customer, access_level, state, name, email_address, password_hash"

func employeeFields(e *phone.Employee) []any {
	return []any{&e.ID, orNull(&e.Customer), &e.AccessLevel, &e.State, &e.Name, &e.EmailAddress, &e.PasswordHash}
}

func scanEmployee(row scanner) (*phone.Employee, error) {
	e := &phone.Employee{}
	return e, row.Scan(employeeFields(e)...)
}

// CreateEmployee adds a copy of the employee, with an id when it has none, and
// returns it. An email address that another one has, in either case, is a
// phone.Error of kind Conflict.
func (s *Store) CreateEmployee(ctx context.Context, e *phone.Employee) (*phone.Employee, error) {
	made := *e
	err := s.write(ctx, "create an employee", func(ctx context.Context, t *tx) (err error) {
		if err := s.giveID(&made.ID); err != nil {
			return err
		}
		_, err = t.exec(ctx, inserting("employees", employeeColumns), employeeFields(&made)...)
		if missing(err) {
			return phone.Fault(phone.NoCustomer)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &made, nil
}

// Employee reads one employee, NotFound when there is none.
func (s *Store) Employee(ctx context.Context, id phone.ID) (*phone.Employee, error) {
	return s.employee(ctx, "id = ?", id)
}

// EmployeeByLogin finds an employee by the email address, in either case of the
// letters A to Z. NotFound when there is none.
func (s *Store) EmployeeByLogin(ctx context.Context, emailAddress string) (*phone.Employee, error) {
	return s.employee(ctx, "email_address = ?", emailAddress)
}

func (s *Store) employee(ctx context.Context, condition string, arg any) (*phone.Employee, error) {
	e, err := one(ctx, s.reading, scanEmployee, notFound("Employee"),
		"SELECT "+employeeColumns+" FROM employees WHERE "+condition, arg)
	if err != nil {
		return nil, fmt.Errorf("read an employee: %w", err)
	}
	return e, nil
}

// CountEmployees is how many there are, in any state.
func (s *Store) CountEmployees(ctx context.Context) (n int, err error) {
	if err := s.reading.QueryRowContext(ctx, "SELECT count(*) FROM employees").Scan(&n); err != nil {
		return 0, fmt.Errorf("count employees: %w", err)
	}
	return n, nil
}

// ListEmployees returns a page of the employees in the order of their ids, and
// how many there are in all. The filter is looked for in name and email address.
func (s *Store) ListEmployees(ctx context.Context, q phone.Query) ([]*phone.Employee, int, error) {
	l := listing{columns: employeeColumns, table: "employees", order: "id"}
	l.owned("customer", q)
	if err := l.matching(q.Filter, "name", "email_address"); err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q, scanEmployee)
	if err != nil {
		return nil, 0, fmt.Errorf("list employees: %w", err)
	}
	return list, total, nil
}
