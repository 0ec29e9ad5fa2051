package phone

import (
	"regexp"
	"strings"
)

// Switch is a named value that call flows and softkeys read and set.
type Switch struct {
	ID       ID     `json:"_id"`
	Customer ID     `json:"customer"`
	Name     string `json:"name"`
	Value    bool   `json:"value"`
	Type     string `json:"type"`               // SYSTEM, SHARED, PERSONAL: follows from the name
	Employee ID     `json:"employee,omitempty"` // whose, when it is PERSONAL
}

// The types of a switch.
const (
	SystemSwitch   = "SYSTEM"
	SharedSwitch   = "SHARED"
	PersonalSwitch = "PERSONAL"
)

const sharedPrefix = "SHARED:"

// switchName is a switch of the system, a shared one, or an employee's own.
var switchName = regexp.MustCompile(`^(?:SHARED:|[0-9A-Fa-f]{24}:)?[A-Za-z0-9_-]{1,50}$`)

// isSwitchName says whether a switch can be called so: up to 50 letters A to
// Z, digits, _ and -, after SHARED: or the id of an employee and a colon, or none.
func isSwitchName(name string) bool { return switchName.MatchString(name) }

// NewSwitch is a switch that is off. Its type follows from the prefix of its
// name: SHARED:, the id of an employee and a colon, or none.
func NewSwitch(customer ID, name string) *Switch {
	s := &Switch{Customer: customer, Name: SwitchName(name), Type: SystemSwitch}
	if strings.HasPrefix(name, sharedPrefix) {
		s.Type = SharedSwitch
	} else if s.Employee = SwitchOwner(name); s.Employee != "" {
		s.Type = PersonalSwitch
	}
	return s
}

// SwitchName is the one form of a switch's name: an id in it is lower case.
func SwitchName(name string) string {
	if id := SwitchOwner(name); id != "" {
		return string(id) + name[len(id):]
	}
	return name
}

// SwitchOwner is the employee whose own switch is called so, "" for another kind
// of switch.
func SwitchOwner(name string) ID {
	prefix, _, _ := strings.Cut(name, ":")
	id, ok := ParseID(prefix)
	if !ok || prefix == name {
		return ""
	}
	return id
}

// Validate judges the switch.
func (s *Switch) Validate(refs References) error {
	fs := customerFaults(s.ID, s.Customer, refs)
	if !isSwitchName(s.Name) {
		fs = append(fs, unlisted("name", "Name is invalid, must be up to 50 of a-z A-Z 0-9 _ -"))
	}
	if s.Employee != "" {
		if e := refs.Employee(s.Employee); e == nil || e.Customer != s.Customer || e.State == EmployeeDeleted {
			fs = append(fs, absent("name", "Employee not found"))
		}
	}
	return fs.Err()
}
