package mgmt

import (
	"fmt"

	"ringfence/phone"
)

// extensionBody is what a request may set on an extension.
type extensionBody struct {
	Customer optional[identifier] `json:"customer"` // when it is created; it does not move
	Number   optional[digits]     `json:"number"`
	Name     optional[string]     `json:"name"`
	Notes    optional[string]     `json:"notes"`
}

func (b extensionBody) apply(e *phone.Extension) {
	if b.Number.named {
		e.Number = string(b.Number.value)
	}
	b.Name.into(&e.Name)
	b.Notes.into(&e.Notes)
}

func (s *Server) createExtension(c *call) (any, error) {
	var in extensionBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	customer, err := s.ownerOf(c.caller, in.Customer.value)
	if err != nil {
		return nil, err
	}
	made, err := s.Extensions.CreateExtension(c.Request.Context(), func(refs phone.References) (*phone.Extension, error) {
		e := &phone.Extension{Type: "EXTENSION", Customer: customer}
		in.apply(e)
		return e, e.Validate(refs.Customer(customer))
	})
	if err != nil {
		return nil, fmt.Errorf("create an extension: %w", err)
	}
	return made, nil
}

func (s *Server) updateExtension(c *call) (any, error) {
	id, err := c.id("Extension")
	if err != nil {
		return nil, err
	}
	var in extensionBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	e, err := s.Extensions.UpdateExtension(c.Request.Context(), id, func(e *phone.Extension, refs phone.References) error {
		if err := s.own(c.caller, e.Customer); err != nil {
			return err
		}
		in.apply(e)
		return e.Validate(refs.Customer(e.Customer))
	})
	if err != nil {
		return nil, fmt.Errorf("update an extension: %w", err)
	}
	return e, nil
}

func (s *Server) getExtension(c *call) (any, error) {
	id, err := c.id("Extension")
	if err != nil {
		return nil, err
	}
	e, err := s.Extensions.Extension(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get an extension: %w", err)
	}
	if err := s.own(c.caller, e.Customer); err != nil {
		return nil, err
	}
	return e, nil
}

func (s *Server) deleteExtension(c *call) (any, error) {
	id, err := c.id("Extension")
	if err != nil {
		return nil, err
	}
	err = s.Extensions.DeleteExtension(c.Request.Context(), id, func(e *phone.Extension) error { return s.own(c.caller, e.Customer) })
	if err != nil {
		return nil, fmt.Errorf("delete an extension: %w", err)
	}
	return success{true}, nil
}

func (s *Server) listExtensions(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 50, most: 1000})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Extensions.ListExtensions(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list extensions: %w", err)
	}
	return listing(q, total, "extensions", list), nil
}
