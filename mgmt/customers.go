package mgmt

import (
	"fmt"
	"strings"

	"ringfence/phone"
)

// customerBody is what a request may set on a customer.
type customerBody struct {
	Name           optional[string]              `json:"name"`
	State          optional[phone.CustomerState] `json:"state"`
	ParentReseller optional[identifier]          `json:"parentReseller"`
	EmailAddress   optional[string]              `json:"emailAddress"`
	PhoneNumber    optional[string]              `json:"phoneNumber"`
	Country        optional[string]              `json:"country"`
	Notes          optional[string]              `json:"notes"`
	Limits         part[customerLimitsBody]      `json:"limits"`
}

type customerLimitsBody struct {
	Calls            optional[int]      `json:"calls"`
	CallsPerSecond   optional[int]      `json:"callsPerSecond"`
	SpendPerDay      optional[int]      `json:"spendPerDay"`
	NightSpendPerDay optional[int]      `json:"nightSpendPerDay"`
	BlockedPrefixes  optional[[]string] `json:"blockedPrefixes"`
}

func (b customerLimitsBody) apply(to *phone.CustomerLimits) {
	b.Calls.into(&to.Calls)
	b.CallsPerSecond.into(&to.CallsPerSecond)
	b.SpendPerDay.into(&to.SpendPerDay)
	b.NightSpendPerDay.into(&to.NightSpendPerDay)
	b.BlockedPrefixes.into(&to.BlockedPrefixes)
}

func (b customerBody) apply(c caller, to *phone.Customer) {
	b.Name.into(&to.Name)
	b.State.into(&to.State)
	b.EmailAddress.into(&to.EmailAddress)
	b.PhoneNumber.into(&to.PhoneNumber)
	if b.Country.named {
		to.Country = strings.ToUpper(b.Country.value)
	}
	b.Notes.into(&to.Notes)
	b.Limits.value.apply(&to.Limits)
	// From a lower level it is ignored: a reseller's customers are its own.
	if b.ParentReseller.named && c.level.AtLeast(phone.ResellerAdmin) {
		to.ParentReseller = b.ParentReseller.value.id()
	}
}

// judgeCustomer judges a customer, and that a new reseller of theirs exists.
func judgeCustomer(customer *phone.Customer, reseller phone.ID, refs phone.References) error {
	now := customer.ParentReseller
	if now == "" || now == reseller || refs.Customer(now) != nil {
		return customer.Validate()
	}
	gone := &phone.Error{Kind: phone.NotFound, Key: "parentReseller", Text: "Customer not found"}
	return beside(phone.Faults{gone}, customer.Validate())
}

func (s *Server) createCustomer(c *call) (any, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	var in customerBody
	wrong, err := assign(body, &in)
	if err != nil {
		return nil, err
	}
	made, err := creating(c, body, s.Customers, func(refs phone.References) (*phone.Customer, error) {
		customer := &phone.Customer{State: phone.CustomerActive}
		if c.caller.level == phone.Reseller {
			customer.ParentReseller = c.caller.customer
		}
		in.apply(c.caller, customer)
		return customer, beside(wrong, judgeCustomer(customer, "", refs))
	})
	if err != nil {
		return nil, fmt.Errorf("create a customer: %w", err)
	}
	tag(c, made)
	return made, nil
}

func (s *Server) updateCustomer(c *call) (any, error) {
	var in customerBody
	wrong, err := c.properties(&in)
	if err != nil {
		return nil, err
	}
	return s.editCustomer(c, func(customer *phone.Customer, refs phone.References) error {
		reseller := customer.ParentReseller
		in.apply(c.caller, customer)
		return beside(wrong, judgeCustomer(customer, reseller, refs))
	})
}

// deleteCustomer marks it deleted: its records keep their owner.
func (s *Server) deleteCustomer(c *call) (any, error) {
	_, err := s.editCustomer(c, func(customer *phone.Customer, _ phone.References) error {
		customer.State = phone.CustomerDeleted
		return nil
	})
	if err != nil {
		return nil, err
	}
	return success{true}, nil
}

func (s *Server) editCustomer(c *call, edit func(*phone.Customer, phone.References) error) (*phone.Customer, error) {
	id, err := c.id("Customer")
	if err != nil {
		return nil, err
	}
	customer, err := s.Customers.Update(c.changing(), id, func(customer *phone.Customer, refs phone.References) error {
		if err := s.own(c.caller, customer.ID); err != nil {
			return err
		}
		// A reseller manages its customers and not itself: it could lift its own block.
		if c.caller.level == phone.Reseller && c.caller.customer == customer.ID {
			return phone.Fault(phone.AccessDenied)
		}
		if err := unchanged(c, customer); err != nil {
			return err
		}
		return edit(customer, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("update a customer: %w", err)
	}
	tag(c, customer)
	return customer, nil
}

func (s *Server) getCustomer(c *call) (any, error) {
	id, err := c.id("Customer")
	if err != nil {
		return nil, err
	}
	// Whether another customer exists is not told to who has but one.
	if !c.caller.level.AtLeast(phone.Reseller) {
		if err := s.own(c.caller, id); err != nil {
			return nil, err
		}
	}
	customer, err := s.Customers.Get(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a customer: %w", err)
	}
	if err := s.own(c.caller, id); err != nil {
		return nil, err
	}
	tag(c, customer)
	return customer, nil
}

func (s *Server) listCustomers(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 100, most: 500})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Customers.List(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list customers: %w", err)
	}
	return listing(q, total, "customers", list), nil
}
