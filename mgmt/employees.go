package mgmt

import (
	"fmt"
	"strings"

	"ringfence/phone"
)

// employeeBody is what a request may set on an employee.
type employeeBody struct {
	Customer     optional[identifier]  `json:"customer"`
	AccessLevel  optional[phone.Level] `json:"accessLevel"`
	Name         optional[string]      `json:"name"`
	EmailAddress optional[string]      `json:"emailAddress"`
	Password     optional[string]      `json:"password"`
}

func (s *Server) createEmployee(c *call) (any, error) {
	var in employeeBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	customer, err := s.ownerOf(c.caller, in.Customer.value)
	if err != nil {
		return nil, err
	}
	e := &phone.Employee{
		Customer: customer, AccessLevel: in.AccessLevel.value, State: phone.EmployeeEnabled,
		Name: in.Name.value, EmailAddress: strings.TrimSpace(in.EmailAddress.value),
	}
	if err := s.checkEmployee(c.caller, e, in.Password.value); err != nil {
		return nil, err
	}
	if e.PasswordHash, err = s.hashInTurn(in.Password.value); err != nil {
		return nil, err
	}
	made, err := s.Employees.CreateEmployee(c.Request.Context(), e)
	if err != nil {
		return nil, fmt.Errorf("create an employee: %w", err)
	}
	return made, nil
}

// checkEmployee judges a new employee: whose they are, and that nobody grants
// more than they have.
func (s *Server) checkEmployee(c caller, e *phone.Employee, password string) error {
	var faults phone.Faults
	// Who acts everywhere need not belong to a customer.
	free := e.Customer == "" && c.level.AtLeast(phone.ResellerAdmin) && e.AccessLevel.AtLeast(phone.ResellerAdmin)
	if !free && !s.Book.Active(e.Customer) {
		faults = append(faults, phone.Fault(phone.NoCustomer))
	}
	if !e.AccessLevel.Valid() {
		faults = append(faults, invalid("accessLevel", "Access level is invalid"))
	} else if !c.level.AtLeast(e.AccessLevel) {
		return phone.Fault(phone.LevelTooLow)
	}
	if e.EmailAddress == "" {
		faults = append(faults, invalid("emailAddress", "E-mail address is missing"))
	}
	if len(password) < minPassword || len(password) > maxPassword {
		faults = append(faults, invalid("password", fmt.Sprintf("Password must have %d to %d bytes", minPassword, maxPassword)))
	}
	return faults.Err()
}

func (s *Server) getEmployee(c *call) (any, error) {
	id, err := c.id("Employee")
	if err != nil {
		return nil, err
	}
	e, err := s.Employees.Employee(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get an employee: %w", err)
	}
	if err := s.own(c.caller, e.Customer); err != nil {
		return nil, err
	}
	return e, nil
}

func (s *Server) listEmployees(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 100, most: 500})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Employees.ListEmployees(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list employees: %w", err)
	}
	return listing(q, total, "employees", list), nil
}
