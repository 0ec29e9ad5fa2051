package store

import (
	"errors"
	"strings"

	"github.com/mattn/go-sqlite3"

	"ringfence/phone"
)

// collisions are the unique indexes, as SQLite names them in its error, and
// what their violation means.
var collisions = []struct {
	index string
	means func() *phone.Error
}{
	{"phones_slot", func() *phone.Error { return phone.Fault(phone.MACTaken) }},
	{"phones.username", taken("username", "Username is used by another SIP phone")},
	{"numbers.customer, numbers.number", taken("number", "Number is already in use")},
	{"trunk_numbers.number", taken("numbers", "Number is used by another trunk")},
	{"extensions.direct", taken("direct", "Direct number is used by another extension")},
	{"switches.customer, switches.name", taken("name", "Name is used by another switch")},
	{"side_panels.serial", func() *phone.Error { return phone.Fault(phone.PanelSerialTaken) }},
	{"employees.email_address", taken("emailAddress", "E-mail address is used by another employee")},
	{"bans.address", taken("address", "Address is banned already")},
	{".id", taken("_id", "Id is already in use")},
}

func taken(key, text string) func() *phone.Error {
	return func() *phone.Error { return &phone.Error{Kind: phone.Conflict, Key: key, Text: text} }
}

// conflict turns the violation of a unique index into what the caller is told.
// Any other error is returned as it is.
func conflict(err error) error {
	if !violates(err, sqlite3.ErrConstraintUnique) && !violates(err, sqlite3.ErrConstraintPrimaryKey) {
		return err
	}
	for _, c := range collisions {
		if strings.Contains(err.Error(), c.index) {
			return c.means()
		}
	}
	return err
}

// missing says whether the error is that a row refers to one that does not
// exist.
func missing(err error) bool { return violates(err, sqlite3.ErrConstraintForeignKey) }

func violates(err error, code sqlite3.ErrNoExtended) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.ExtendedCode == code
}

// notFound is the refusal of what does not exist.
func notFound(what string) *phone.Error {
	return &phone.Error{Kind: phone.NotFound, Key: "not_found", Text: what + " not found"}
}

// inUse is the refusal to delete what something else needs.
func inUse(what string) error {
	return &phone.Error{Kind: phone.Conflict, Key: "id", Text: what + " is in use"}
}
