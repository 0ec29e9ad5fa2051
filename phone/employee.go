package phone

import "time"

// Employee is a login user of the management API.
type Employee struct {
	ID           ID     `json:"_id"`
	Customer     ID     `json:"customer"`
	AccessLevel  Level  `json:"accessLevel"`
	State        string `json:"state"` // ENABLED, DISABLED, DELETED
	Name         string `json:"name,omitempty"`
	EmailAddress string `json:"emailAddress"` // the user name of the login

	PasswordHash string `json:"-"` // of a password hashing function, never shown
}

// The state of an employee who may log in.
const EmployeeEnabled = "ENABLED"

// Session is one login of an employee. The token itself is known to the client
// alone; we keep its hash.
type Session struct {
	TokenHash string
	Employee  ID
	Expires   time.Time // zero: until logout
	Extend    time.Duration
}
