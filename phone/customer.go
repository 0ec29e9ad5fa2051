package phone

import "fmt"

// CustomerState is whether a customer is served.
type CustomerState string

// The states of a customer. One that is not ACTIVE counts as not found where a
// new thing would refer to it, and its phones are refused at every door.
const (
	CustomerActive  CustomerState = "ACTIVE"
	CustomerBlocked CustomerState = "BLOCKED"
	CustomerDeleted CustomerState = "DELETED"
)

// Customer is who owns phones and extensions.
type Customer struct {
	ID             ID            `json:"_id"`
	Name           string        `json:"name"`
	State          CustomerState `json:"state"`
	ParentReseller ID            `json:"parentReseller,omitempty"`
	Country        string        `json:"country,omitempty"` // ISO 3166-1 alpha-2: whose national numbers it dials
	EmailAddress   string        `json:"emailAddress,omitempty"`
	PhoneNumber    string        `json:"phoneNumber,omitempty"`
	Notes          string        `json:"notes,omitempty"`

	Limits CustomerLimits `json:"limits,omitzero"` // of calls with the world
}

// Validate judges the customer alone.
func (c *Customer) Validate() error {
	var fs Faults
	fs = append(fs, nameFaults(c.Name)...)
	switch c.State {
	case CustomerActive, CustomerBlocked, CustomerDeleted:
	default:
		fs = append(fs, unlisted("state", "State is invalid, must be ACTIVE, BLOCKED or DELETED"))
	}
	if c.Country != "" && !KnownCountry(c.Country) {
		fs = append(fs, unlisted("country", fmt.Sprintf("Country code '%.20s' is not valid", c.Country)))
	}
	fs = append(fs, lineFaults("emailAddress", c.EmailAddress, maxEmail)...)
	fs = append(fs, lineFaults("phoneNumber", c.PhoneNumber, maxName)...)
	fs = append(fs, c.Limits.faults()...)
	return append(fs, notesFaults(c.Notes)...).Err()
}
