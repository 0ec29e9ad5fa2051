package phone

import (
	"fmt"
	"strings"
	"unicode"
)

// Extension is a callable endpoint of a customer; its phones ring in parallel.
type Extension struct {
	ID       ID     `json:"_id"`
	Type     string `json:"type"` // always EXTENSION
	Customer ID     `json:"customer"`
	Number   string `json:"number"`             // unique within the customer
	Name     string `json:"name"`               // shown to who is called
	Direct   string `json:"direct,omitempty"`   // its number in the world, E.164
	Employee ID     `json:"employee,omitempty"` // whose it is
	Notes    string `json:"notes,omitempty"`

	CallHandling
}

// NewExtension is an extension without name and number.
func NewExtension(customer ID) *Extension {
	return &Extension{Type: "EXTENSION", Customer: customer, CallHandling: newCallHandling()}
}

// maxNumber is the length of the longest number, that of E.164.
const maxNumber = 15

// isNumber says whether it can be dialled as a local number: 1 to 15 digits,
// stars and hashes.
func isNumber(s string) bool {
	return s != "" && len(s) <= maxNumber && strings.Trim(s, "0123456789*#") == ""
}

// isE164 says whether it is a number of the world: a plus and 2 to 15 digits, of
// which the first is not 0.
func isE164(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	return plus && len(digits) >= 2 && len(digits) <= maxNumber && strings.Trim(digits, "0123456789") == "" && digits[0] != '0'
}

// Validate judges the extension.
func (e *Extension) Validate(refs References) error {
	fs := customerFaults(e.ID, e.Customer, refs)
	if !isNumber(e.Number) {
		fs = append(fs, unlisted("number", "Number is invalid or missing"))
	}
	fs = append(fs, nameFaults(e.Name)...)
	fs = append(fs, notesFaults(e.Notes)...)
	if e.Direct != "" && !isE164(e.Direct) {
		fs = append(fs, unlisted("direct", "Direct number is invalid, must be in the form +4570305052"))
	}
	if who := refs.Employee(e.Employee); e.Employee != "" && (who == nil || who.Customer != e.Customer) {
		fs = append(fs, absent("employee", "Employee not found"))
	}
	return append(fs, e.handlingFaults(refs)...).Err()
}

// customerFaults judges who owns a thing. What has no id yet is new, and belongs
// to a customer who is served; what they have can be changed while they are not.
func customerFaults(id, customer ID, refs References) Faults {
	if c := refs.Customer(customer); id == "" && (c == nil || c.State != CustomerActive) {
		return Faults{Fault(NoCustomer)}
	}
	return nil
}

// absent is a fault of a property that names something which does not exist.
func absent(key, text string) *Error { return &Error{Kind: NotFound, Key: key, Text: text} }

// maxName bounds a name, in bytes: it goes into headers and onto displays.
const maxName = 128

// nameFaults judges the name of what has one.
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

// notesFaults judges a free text for people.
func notesFaults(notes string) Faults {
	if len(notes) > maxText {
		return Faults{unlisted("notes", fmt.Sprintf("Notes are longer than %d bytes", maxText))}
	}
	return nil
}

// numberFaults judges a number by which a thing may be dialled but need not.
func numberFaults(number string) Faults {
	if number != "" && !isNumber(number) {
		return Faults{unlisted("number", "Number is invalid")}
	}
	return nil
}

// isControl says whether the character could end a line or change how it is
// read: the control characters, and the line ends that Unicode adds.
func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
