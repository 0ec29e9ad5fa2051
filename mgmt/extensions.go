package mgmt

import "ringfence/phone"

// extensionBody is what a request may set on an extension.
type extensionBody struct {
	Number   optional[digits]     `json:"number"`
	Name     optional[string]     `json:"name"`
	Direct   optional[string]     `json:"direct"`
	Employee optional[identifier] `json:"employee"`
	Notes    optional[string]     `json:"notes"`
}

func (s *Server) extensions() resource[phone.Extension, extensionBody] {
	return resource[phone.Extension, extensionBody]{
		Server: s, what: "Extension", plural: "extensions", bounds: bounds{normal: 50, most: 1000}, keep: s.Extensions,
		customer: func(e *phone.Extension) phone.ID { return e.Customer },
		fresh:    phone.NewExtension,
		judge:    (*phone.Extension).Validate,
		apply: func(_ *call, in *extensionBody, e *phone.Extension) error {
			if in.Number.named {
				e.Number = string(in.Number.value)
			}
			in.Name.into(&e.Name)
			in.Direct.into(&e.Direct)
			in.Notes.into(&e.Notes)
			if in.Employee.named {
				return s.give(e, in.Employee.value.id())
			}
			return nil
		},
	}
}

// give links an extension to an employee; one without a name gets theirs. It
// stays linked to who is deleted later, but nobody gives it to them.
func (s *Server) give(e *phone.Extension, to phone.ID) error {
	who := s.Book.Employee(to)
	if who != nil && who.State == phone.EmployeeDeleted && to != e.Employee {
		return &phone.Error{Kind: phone.NotFound, Key: "employee", Text: "Employee not found"}
	}
	e.Employee = to
	if who != nil && e.Name == "" {
		e.Name = who.Name
	}
	return nil
}
