package phone

import (
	"fmt"
	"strings"
	"time"
)

// Employee is a login user of the management API.
type Employee struct {
	ID           ID     `json:"_id"`
	Customer     ID     `json:"customer"`
	AccessLevel  Level  `json:"accessLevel"`
	State        string `json:"state"` // ENABLED, DISABLED, DELETED
	Name         string `json:"name,omitempty"`
	EmailAddress string `json:"emailAddress"` // the user name of the login

	Softkeys []Softkey `json:"softkeys,omitempty"` // of their phones whose keys are not configured on the device

	PasswordHash string `json:"-"` // of a password hashing function, never shown
}

// The states of an employee. Only who is enabled may log in; who is deleted is
// kept, for the records name them.
const (
	EmployeeEnabled  = "ENABLED"
	EmployeeDisabled = "DISABLED"
	EmployeeDeleted  = "DELETED"
)

// Session is one login of an employee. The token itself is known to the client
// alone; we keep its hash.
type Session struct {
	TokenHash string
	Employee  ID
	Expires   time.Time // zero: until logout
	Extend    time.Duration
}

// Faults judges the employee alone.
func (e *Employee) Faults() (fs Faults) {
	if !e.AccessLevel.Valid() {
		fs = append(fs, unlisted("accessLevel", "Access level is invalid"))
	}
	switch e.State {
	case EmployeeEnabled, EmployeeDisabled, EmployeeDeleted:
	default:
		fs = append(fs, unlisted("state", "State is invalid, must be ENABLED, DISABLED or DELETED"))
	}
	if e.EmailAddress == "" {
		fs = append(fs, unlisted("emailAddress", "E-mail address is missing"))
	}
	fs = append(fs, lineFaults("emailAddress", e.EmailAddress, maxEmail)...)
	if e.Name != "" {
		fs = append(fs, nameFaults(e.Name)...)
	}
	return fs
}

// maxEmail is the length of the longest e-mail address that mail can be sent to,
// RFC 5321 section 4.5.3.1.3.
const maxEmail = 254

// lineFaults judges a text that stands on one line.
func lineFaults(key, text string, most int) Faults {
	if len(text) > most || strings.ContainsFunc(text, isControl) {
		return Faults{unlisted(key, mustBe(fmt.Sprintf("at most %d bytes on one line", most)))}
	}
	return nil
}
