package mgmt

import "ringfence/phone"

// extensionBody is what a request may set on an extension.
type extensionBody struct {
	Number       optional[digits]     `json:"number"`
	Name         optional[string]     `json:"name"`
	Direct       optional[string]     `json:"direct"`
	Employee     optional[identifier] `json:"employee"`
	Notes        optional[string]     `json:"notes"`
	Forward      part[forwardBody]    `json:"forward"`
	NoAnswerTime optional[int]        `json:"noAnswerTime"`
	CallWaiting  optional[truth]      `json:"callWaiting"`
	CallerID     optional[string]     `json:"callerId"`
	Anonymous    optional[bool]       `json:"anonymous"`
}

// forwardBody is where calls go.
type forwardBody struct {
	Unconditional optional[digits] `json:"unconditional"`
	Busy          optional[digits] `json:"busy"`
	NoAnswer      optional[digits] `json:"noAnswer"`
	Unregistered  optional[digits] `json:"unregistered"`
}

func (f *forwardBody) apply(to *phone.Forward) {
	for _, one := range []struct {
		in optional[digits]
		to *string
	}{
		{f.Unconditional, &to.Unconditional}, {f.Busy, &to.Busy},
		{f.NoAnswer, &to.NoAnswer}, {f.Unregistered, &to.Unregistered},
	} {
		if one.in.named {
			*one.to = string(one.in.value)
		}
	}
}

// own is what somebody below MANAGER may set on their own extension: how it is
// called, and what becomes of its calls. The rest is ignored.
func (in *extensionBody) own() extensionBody {
	return extensionBody{
		Name: in.Name, Forward: in.Forward, NoAnswerTime: in.NoAnswerTime,
		CallWaiting: in.CallWaiting, Anonymous: in.Anonymous,
	}
}

func (in *extensionBody) apply(e *phone.Extension) {
	if in.Number.named {
		e.Number = string(in.Number.value)
	}
	in.Name.into(&e.Name)
	in.Direct.into(&e.Direct)
	in.Notes.into(&e.Notes)
	in.Forward.value.apply(&e.Forward)
	in.NoAnswerTime.into(&e.NoAnswerTime)
	if in.CallWaiting.named {
		e.CallWaiting = bool(in.CallWaiting.value)
	}
	in.CallerID.into(&e.CallerID)
	in.Anonymous.into(&e.Anonymous)
}

func (s *Server) extensions() resource[phone.Extension, extensionBody] {
	return resource[phone.Extension, extensionBody]{
		Server: s, what: "Extension", plural: "extensions", bounds: bounds{normal: 50, most: 1000}, keep: s.Extensions,
		customer: func(e *phone.Extension) phone.ID { return e.Customer },
		fresh:    phone.NewExtension,
		judge:    (*phone.Extension).Validate,
		guard:    func(c *call, e *phone.Extension) error { return c.caller.mayHandle(e) },
		seen:     caller.seenOf,
		show: func(c *call, e *phone.Extension) any {
			if !c.caller.sees(e) {
				return itemOf(e)
			}
			return e
		},
		apply: func(c *call, in *extensionBody, e *phone.Extension) error {
			if !c.caller.level.AtLeast(phone.Manager) {
				*in = in.own()
			}
			in.apply(e)
			if in.Employee.named {
				return s.give(e, in.Employee.value.id())
			}
			return nil
		},
	}
}

// extensionRoutes are those of any resource, but that everybody sees their own
// extension and says what becomes of its calls.
func (s *Server) extensionRoutes() []route {
	r := s.extensions()
	const path = "/pbx/extension"
	return []route{
		{"GET", path, phone.Personal, s.listExtensions},
		{"POST", path, phone.Manager, r.create},
		{"GET", path + "/:id", phone.Personal, r.get},
		{"POST", path + "/:id", phone.Personal, r.update},
		{"DELETE", path + "/:id", phone.Manager, r.remove},
		{"DELETE", path, phone.Manager, missingID},
		{"GET", path + "/:id/dnd", phone.Personal, s.setDND},
	}
}

// listExtensions shows who is below VIEWER their own.
func (s *Server) listExtensions(c *call) (any, error) {
	r := s.extensions()
	if c.caller.level.AtLeast(phone.Viewer) {
		return r.list(c)
	}
	q, err := s.query(c, r.bounds)
	if err != nil {
		return nil, err
	}
	q.Employee = c.caller.employee
	return r.listed(c, q)
}

// extensionItem is an extension as its colleagues see it.
type extensionItem struct {
	ID       phone.ID `json:"_id"`
	Type     string   `json:"type"`
	Customer phone.ID `json:"customer"`
	Number   string   `json:"number"`
	Name     string   `json:"name"`
}

func itemOf(e *phone.Extension) extensionItem {
	return extensionItem{e.ID, e.Type, e.Customer, e.Number, e.Name}
}

// has says whether the extension is the caller's own.
func (c caller) has(e *phone.Extension) bool { return c.employee != "" && e.Employee == c.employee }

func (c caller) sees(e *phone.Extension) bool { return c.level.AtLeast(phone.Viewer) || c.has(e) }

// seenOf is the extension less what the caller may not see.
func (c caller) seenOf(e *phone.Extension) *phone.Extension {
	if c.sees(e) {
		return e
	}
	return &phone.Extension{ID: e.ID, Type: e.Type, Customer: e.Customer, Number: e.Number, Name: e.Name}
}

// mayHandle refuses who is below MANAGER what is not their own.
func (c caller) mayHandle(e *phone.Extension) error {
	if !c.level.AtLeast(phone.Manager) && !c.has(e) {
		return phone.Fault(phone.LevelTooLow)
	}
	return nil
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
