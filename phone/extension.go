package phone

import (
	"fmt"
	"strings"
)

// Extension is a callable endpoint of a customer; its phones ring in parallel.
type Extension struct {
	ID       ID     `json:"_id"`
	Type     string `json:"type"` // always EXTENSION
	Customer ID     `json:"customer"`
	Number   string `json:"number"` // unique within the customer
	Name     string `json:"name"`   // shown to who is called
	Notes    string `json:"notes,omitempty"`
}

// maxNumber is the length of the longest number, that of E.164.
const maxNumber = 15

// ValidNumber says whether it can be dialled as a local number: 1 to 15 digits,
// stars and hashes.
func ValidNumber(s string) bool {
	return s != "" && len(s) <= maxNumber && strings.Trim(s, "0123456789*#") == ""
}

// Validate judges the extension; customer is who owns it, nil when unknown.
func (e *Extension) Validate(customer *Customer) error {
	var fs Faults
	if customer == nil || customer.State != CustomerActive {
		fs = append(fs, Fault(NoCustomer))
	}
	if !ValidNumber(e.Number) {
		fs = append(fs, unlisted("number", "Number is invalid or missing"))
	}
	return append(fs, nameFaults(e.Name)...).Err()
}

// NumberTaken is the refusal of a second extension with the same number.
func NumberTaken() *Error {
	return &Error{Kind: Conflict, Key: "number", Text: "Number is used by another extension"}
}

// maxName bounds a name, in bytes: it goes into headers and onto displays.
const maxName = 128

// nameFaults judges the name of an extension or a customer.
func nameFaults(name string) (fs Faults) {
	switch {
	case strings.TrimSpace(name) == "":
		fs = append(fs, unlisted("name", "Name is missing"))
	case len(name) > maxName:
		fs = append(fs, unlisted("name", fmt.Sprintf("Name is longer than %d bytes", maxName)))
	case strings.ContainsFunc(name, isControl):
		fs = append(fs, unlisted("name", "Name has control characters"))
	}
	return fs
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
