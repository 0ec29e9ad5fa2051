package mgmt

import (
	"errors"
	"fmt"

	"ringfence/phone"
)

const validatePath = "/auth/validateToken"

// validateToken tells whose a token is: with ?extend=true also the names, with
// ?simple=true nothing but that it is good.
func (s *Server) validateToken(c *call) (any, error) {
	simple, wrong := c.isSet("simple")
	extend, alsoWrong := c.isSet("extend")
	if err := append(wrong, alsoWrong...).Err(); err != nil {
		return nil, err
	}
	if simple {
		return success{true}, nil
	}
	out := loginAnswer{Success: true, Employee: c.caller.employee, Customer: c.caller.customer, AccessLevel: c.caller.level}
	if !extend || out.Employee == "" {
		return out, nil
	}
	e, err := s.Employees.Get(c.Request.Context(), out.Employee)
	if err != nil {
		return nil, fmt.Errorf("find the employee of a token: %w", err)
	}
	out.Name, out.CustomerName = e.Name, s.customerName(e.Customer)
	return out, nil
}

// unheard is the refusal of who could not enter. Who asks simply whether a token
// is good is told 403 of one that is not.
func unheard(c *call, err error) error {
	var e *phone.Error
	simple, _ := c.isSet("simple")
	if !errors.As(err, &e) || e.Kind != phone.Unauthorized || c.FullPath() != validatePath || !simple {
		return err
	}
	return &phone.Error{Kind: phone.Denied, Key: e.Key, Text: e.Text}
}

// customerName is "" for a customer that is none.
func (s *Server) customerName(id phone.ID) string {
	if customer := s.Book.Customer(id); customer != nil {
		return customer.Name
	}
	return ""
}
