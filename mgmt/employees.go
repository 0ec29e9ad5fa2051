package mgmt

import (
	"fmt"
	"strings"

	"ringfence/phone"
)

// employeeBody is what a request may set on an employee.
type employeeBody struct {
	Customer     optional[identifier]  `json:"customer"` // when they are created; they do not move
	AccessLevel  optional[phone.Level] `json:"accessLevel"`
	State        optional[string]      `json:"state"`
	Name         optional[string]      `json:"name"`
	EmailAddress optional[string]      `json:"emailAddress"`
	Password     optional[string]      `json:"password"`

	CurrentPassword optional[string] `json:"currentPassword"` // below OWNER, for a new one

	Softkeys optional[keyList] `json:"softkeys"`
}

// own is what employees may set on themselves at every level. The rest is
// ignored, as properties above the caller's level are.
func (b employeeBody) own() employeeBody {
	return employeeBody{Name: b.Name, Password: b.Password, CurrentPassword: b.CurrentPassword, Softkeys: b.Softkeys}
}

func (b employeeBody) apply(e *phone.Employee) {
	b.AccessLevel.into(&e.AccessLevel)
	b.State.into(&e.State)
	b.Name.into(&e.Name)
	if b.EmailAddress.named {
		e.EmailAddress = strings.TrimSpace(b.EmailAddress.value)
	}
}

func (s *Server) createEmployee(c *call) (any, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	var in employeeBody
	wrong, err := assign(body, &in)
	if err != nil {
		return nil, err
	}
	customer, err := s.ownerOf(c.caller, in.Customer.value)
	if err != nil {
		return nil, err
	}
	in.Password.named = true // nobody is without one
	// Judged before the password is hashed, which is dear, and again where it counts.
	e := &phone.Employee{Customer: customer, State: phone.EmployeeEnabled}
	in.apply(e)
	faults := append(s.homeFaults(c.caller, e, true), passwordFaults(in.Password)...)
	if err := beside(wrong, checkEmployee(c.caller, e, faults)); err != nil {
		return nil, err
	}
	if e.PasswordHash, err = s.hashInTurn(in.Password.value); err != nil {
		return nil, err
	}
	made, err := creating(c, body, s.Employees, func(refs phone.References) (*phone.Employee, error) {
		return e, s.setKeys(c.caller, e, in.Softkeys, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("create an employee: %w", err)
	}
	tag(c, made)
	return made, nil
}

// updateEmployee is POST /employee/{id}. Whoever loses their password, their
// level or the right to log in loses their sessions too.
func (s *Server) updateEmployee(c *call) (any, error) {
	var in employeeBody
	wrong, err := c.properties(&in)
	if err != nil {
		return nil, err
	}
	id, err := c.id("Employee")
	if err != nil {
		return nil, err
	}
	if !c.caller.level.AtLeast(phone.Owner) {
		if id != c.caller.employee {
			return nil, phone.Fault(phone.LevelTooLow)
		}
		in = in.own()
	}
	hash := ""
	if in.Password.named {
		if hash, err = s.newPassword(c, id, in, wrong); err != nil {
			return nil, err
		}
	}
	return s.editEmployee(c, func(e *phone.Employee, refs phone.References) error {
		in.apply(e)
		if hash != "" {
			e.PasswordHash = hash
		}
		if err := beside(wrong, checkEmployee(c.caller, e, s.homeFaults(c.caller, e, false))); err != nil {
			return err
		}
		return s.setKeys(c.caller, e, in.Softkeys, refs)
	})
}

// newPassword is the hash of the password that an employee is to have. Hashing
// is dear: who may not change them is refused before.
func (s *Server) newPassword(c *call, id phone.ID, in employeeBody, wrong phone.Faults) (string, error) {
	e, err := s.Employees.Get(c.Request.Context(), id)
	if err != nil {
		return "", fmt.Errorf("get an employee: %w", err)
	}
	if err := s.mayManage(c.caller, e); err != nil {
		return "", err
	}
	faults := append(wrong, passwordFaults(in.Password)...)
	asked := !c.caller.level.AtLeast(phone.Owner)
	if asked && in.CurrentPassword.value == "" {
		faults = append(faults, invalid("currentPassword", "Current password is missing"))
	}
	if err := faults.Err(); err != nil {
		return "", err
	}
	if asked {
		_, err := s.prove(c, e.EmailAddress, in.CurrentPassword.value)
		if phone.KindOf(err) == phone.Unauthorized {
			return "", invalid("currentPassword", "Current password is wrong")
		}
		if err != nil {
			return "", err
		}
	}
	return s.hashInTurn(in.Password.value)
}

// deleteEmployee marks them deleted: the records name them.
func (s *Server) deleteEmployee(c *call) (any, error) {
	_, err := s.editEmployee(c, func(e *phone.Employee, _ phone.References) error {
		e.State = phone.EmployeeDeleted
		return nil
	})
	if err != nil {
		return nil, err
	}
	return success{true}, nil
}

func (s *Server) editEmployee(c *call, edit func(*phone.Employee, phone.References) error) (any, error) {
	id, err := c.id("Employee")
	if err != nil {
		return nil, err
	}
	e, err := s.Employees.Update(c.changing(), id, func(e *phone.Employee, refs phone.References) error {
		if err := s.mayManage(c.caller, e); err != nil {
			return err
		}
		if err := unchanged(c, e); err != nil {
			return err
		}
		before := *e
		if err := edit(e, refs); err != nil {
			return err
		}
		return keepsOut(c.caller, before, e)
	})
	if err != nil {
		return nil, fmt.Errorf("update an employee: %w", err)
	}
	tag(c, e)
	return e, nil
}

// keepsOut refuses to lock oneself out, so that there is always an ADMIN left.
func keepsOut(c caller, before phone.Employee, after *phone.Employee) error {
	switch {
	case c.employee != after.ID:
		return nil
	case after.State != phone.EmployeeEnabled:
		return &phone.Error{Kind: phone.Conflict, Key: "state", Text: "Nobody can disable or delete themselves"}
	case !after.AccessLevel.AtLeast(before.AccessLevel):
		return &phone.Error{Kind: phone.Conflict, Key: "accessLevel", Text: "Nobody can lower their own access level"}
	}
	return nil
}

// mayManage refuses to touch somebody else's employee, or one of a higher level.
func (s *Server) mayManage(c caller, e *phone.Employee) error {
	if err := s.own(c, e.Customer); err != nil {
		return err
	}
	if !c.level.AtLeast(e.AccessLevel) {
		return phone.Fault(phone.LevelTooLow)
	}
	return nil
}

// homeFaults judges whose an employee is. Who acts everywhere need not belong to
// a customer; a new one's customer is active.
func (s *Server) homeFaults(c caller, e *phone.Employee, fresh bool) phone.Faults {
	everywhere := c.level.AtLeast(phone.ResellerAdmin) && e.AccessLevel.AtLeast(phone.ResellerAdmin)
	if e.Customer == "" && everywhere || e.Customer != "" && (!fresh || s.Book.Active(e.Customer)) {
		return nil
	}
	return phone.Faults{phone.Fault(phone.NoCustomer)}
}

// checkEmployee judges an employee, and that nobody grants more than they have.
func checkEmployee(c caller, e *phone.Employee, more phone.Faults) error {
	if e.AccessLevel.Valid() && !c.level.AtLeast(e.AccessLevel) {
		return phone.Fault(phone.LevelTooLow)
	}
	return append(e.Faults(), more...).Err()
}

func (s *Server) getEmployee(c *call) (any, error) {
	id, err := c.id("Employee")
	if err != nil {
		return nil, err
	}
	e, err := s.Employees.Get(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get an employee: %w", err)
	}
	if err := s.own(c.caller, e.Customer); err != nil {
		return nil, err
	}
	tag(c, e)
	return e, nil
}

func (s *Server) listEmployees(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 100, most: 500})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Employees.List(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list employees: %w", err)
	}
	return listing(q, total, "employees", list), nil
}
