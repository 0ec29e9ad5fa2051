package mgmt

import (
	"context"
	"fmt"
	"strings"

	"ringfence/phone"
)

// Switches keeps the switches, which the API calls by their names.
type Switches interface {
	Collection[phone.Switch]
	ByName(ctx context.Context, customer phone.ID, name string) (*phone.Switch, error)
}

// switchBody is what a request may set on a switch.
type switchBody struct {
	Name     optional[string]     `json:"name"` // when it is created; it does not change
	Value    optional[flag]       `json:"value"`
	Customer optional[identifier] `json:"customer"`
}

// switchView is a switch as the API shows it, with the name of its employee.
type switchView struct {
	ID       phone.ID      `json:"_id"`
	Customer phone.ID      `json:"customer"`
	Name     string        `json:"name"`
	Value    bool          `json:"value"`
	Type     string        `json:"type"`
	Employee *employeeItem `json:"employee,omitempty"`
}

type employeeItem struct {
	ID   phone.ID `json:"_id"`
	Name string   `json:"name,omitempty"`
}

func (s *Server) switchView(sw *phone.Switch) switchView {
	v := switchView{ID: sw.ID, Customer: sw.Customer, Name: sw.Name, Value: sw.Value, Type: sw.Type}
	if sw.Employee != "" {
		v.Employee = &employeeItem{ID: sw.Employee}
		if e := s.Book.Employee(sw.Employee); e != nil {
			v.Employee.Name = e.Name
		}
	}
	return v
}

func (s *Server) listSwitches(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 50, most: 1000})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Switches.List(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list switches: %w", err)
	}
	return listing(q, total, "switches", each(list, s.switchView)), nil
}

// getSwitch reads a switch or, with ?value=, sets it: what a phone's key does
// that can only open a URL.
func (s *Server) getSwitch(c *call) (any, error) {
	customer, err := s.switchOwner(c, identifier(c.Query("customer")))
	if err != nil {
		return nil, err
	}
	if v, named := c.GetQuery("value"); named {
		var value flag
		var wrong phone.Faults
		if value.UnmarshalJSON([]byte(v)) != nil {
			wrong = phone.Faults{invalid("value", "Value is invalid")}
		}
		return s.setSwitch(c, customer, phone.SwitchName(c.Param("id")), optional[flag]{named: true, value: value}, wrong)
	}
	return s.readSwitch(c, customer, phone.SwitchName(c.Param("id")))
}

func (s *Server) readSwitch(c *call, customer phone.ID, name string) (any, error) {
	if owner := phone.SwitchOwner(name); owner != "" && owner != c.caller.employee && !c.caller.level.AtLeast(phone.Viewer) {
		return nil, phone.Fault(phone.AccessDenied)
	}
	sw, err := s.Switches.ByName(c.Request.Context(), customer, name)
	if phone.KindOf(err) == phone.NotFound {
		return nil, errNoSwitch
	}
	if err != nil {
		return nil, fmt.Errorf("get a switch: %w", err)
	}
	return s.switchView(sw), nil
}

var (
	errNoSwitch   = &phone.Error{Kind: phone.NotFound, Key: "name", Text: "Switch not found"}
	errSwitchName = &phone.Error{Kind: phone.Denied, Key: "name", Text: "Only an own or a shared switch may be changed at this level"}
)

// switchOwner finds whose switch is meant.
func (s *Server) switchOwner(c *call, asked identifier) (phone.ID, error) {
	customer, err := s.ownerOf(c.caller, asked)
	if err == nil && !s.Book.Active(customer) {
		err = phone.Fault(phone.NoCustomer)
	}
	return customer, err
}

// createSwitch is POST /pbx/switch, which names it in the body.
func (s *Server) createSwitch(c *call) (any, error) { return s.saveSwitch(c, "") }

// updateSwitch is POST /pbx/switch/{name}. One that does not exist yet is made.
func (s *Server) updateSwitch(c *call) (any, error) { return s.saveSwitch(c, c.Param("id")) }

func (s *Server) saveSwitch(c *call, name string) (any, error) {
	var in switchBody
	wrong, err := c.properties(&in)
	if err != nil {
		return nil, err
	}
	customer, err := s.switchOwner(c, in.Customer.value)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = in.Name.value
	}
	return s.setSwitch(c, customer, phone.SwitchName(name), in.Value, wrong)
}

func (s *Server) setSwitch(c *call, customer phone.ID, name string, value optional[flag], wrong phone.Faults) (any, error) {
	if err := mayTurn(c.caller, name); err != nil {
		return nil, err
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	there, err := s.turnSwitch(c, customer, name, value)
	// Of two at once that make it, one finds it made; and it can go as it is found.
	if kind := phone.KindOf(err); kind == phone.Conflict || kind == phone.NotFound {
		there, err = s.turnSwitch(c, customer, name, value)
	}
	if err != nil {
		return nil, fmt.Errorf("set a switch: %w", err)
	}
	return struct {
		success
		switchView
	}{success{true}, s.switchView(there)}, nil
}

// turnSwitch sets the switch, which is made when there is none.
func (s *Server) turnSwitch(c *call, customer phone.ID, name string, value optional[flag]) (*phone.Switch, error) {
	turn := func(sw *phone.Switch) {
		if value.named {
			sw.Value = bool(value.value)
		}
	}
	there, err := s.Switches.ByName(c.Request.Context(), customer, name)
	switch {
	case phone.KindOf(err) == phone.NotFound:
		return s.Switches.Create(c.changing(), func(refs phone.References) (*phone.Switch, error) {
			sw := phone.NewSwitch(customer, name)
			turn(sw)
			return sw, sw.Validate(refs)
		})
	case err != nil:
		return nil, err
	}
	return s.Switches.Update(c.changing(), there.ID, func(sw *phone.Switch, _ phone.References) error {
		turn(sw)
		return nil
	})
}

// mayTurn says whether the caller may set a switch: below MANAGER only a shared
// one and their own.
func mayTurn(c caller, name string) error {
	own := c.employee != "" && strings.HasPrefix(name, string(c.employee)+":")
	if c.level.AtLeast(phone.Manager) || own || strings.HasPrefix(name, "SHARED:") {
		return nil
	}
	return errSwitchName
}

func (s *Server) deleteSwitch(c *call) (any, error) {
	customer, err := s.switchOwner(c, identifier(c.Query("customer")))
	if err != nil {
		return nil, err
	}
	name := phone.SwitchName(c.Param("id"))
	if err := mayTurn(c.caller, name); err != nil {
		return nil, err
	}
	sw, err := s.Switches.ByName(c.Request.Context(), customer, name)
	if err == nil {
		err = s.Switches.Delete(c.changing(), sw.ID, func(*phone.Switch) error { return nil })
	}
	if phone.KindOf(err) == phone.NotFound {
		return nil, errNoSwitch
	}
	if err != nil {
		return nil, fmt.Errorf("delete a switch: %w", err)
	}
	return success{true}, nil
}
