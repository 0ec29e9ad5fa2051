package mgmt

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"ringfence/phone"
)

// cdrQuery reads which call records are wanted, within what the caller may see,
// and whether as a table. faults are what is wrong with the query already.
func (s *Server) cdrQuery(c *call, faults phone.Faults) (q phone.CDRQuery, table bool, err error) {
	q, wrong, err := s.cdrParty(c)
	if err != nil {
		return q, false, err
	}
	faults = append(faults, wrong...)
	page, wrong := c.read(cdrBounds)
	q.Offset, q.Limit, q.Filter = page.Offset, page.Limit, page.Filter
	faults = append(faults, wrong...)
	table, wrong = c.asTable()
	faults = append(append(faults, wrong...), c.ending(&q)...)
	faults = append(faults, c.direction(&q)...)
	faults = append(faults, c.period(&q, s.Now())...)
	return q, table, faults.Err()
}

// cdrParty reads whose calls are wanted: of a customer, of an extension, or of
// an employee's extension. Below VIEWER they are the caller's own.
func (s *Server) cdrParty(c *call) (q phone.CDRQuery, faults phone.Faults, err error) {
	q.Query, err = s.scope(c, q.Query)
	if err != nil {
		return q, nil, err
	}
	if asked := c.Query("extension"); asked != "" {
		q.Extension, err = s.askedExtension(c, asked)
	} else if asked := c.Query("employee"); asked != "" {
		q.Extension, err = s.employeesExtension(c, asked)
	}
	var told *phone.Error
	if errors.As(err, &told) && told.Kind == phone.NotFound {
		return q, phone.Faults{told}, nil // beside what else is wrong
	}
	if err != nil || c.caller.level.AtLeast(phone.Viewer) {
		return q, nil, err
	}
	mine, err := s.extensionOf(c.caller)
	if err != nil {
		return q, nil, err
	}
	if q.Extension != "" && q.Extension != mine.ID {
		return q, nil, phone.Fault(phone.AccessDenied)
	}
	q.Extension, q.Shy = mine.ID, true
	return q, nil, nil
}

// askedExtension is the extension with an id. One that was deleted still has
// calls, which the customer's scope keeps from others.
func (s *Server) askedExtension(c *call, asked string) (phone.ID, error) {
	id, ok := phone.ParseID(asked)
	if !ok {
		return "", phone.Fault(phone.NoExtension)
	}
	if e := s.Book.Extension(id); e != nil {
		return id, s.own(c.caller, e.Customer)
	}
	return id, nil
}

func (s *Server) employeesExtension(c *call, asked string) (phone.ID, error) {
	id, _ := phone.ParseID(asked)
	employee := s.Book.Employee(id)
	if employee == nil {
		return "", &phone.Error{Kind: phone.NotFound, Key: "employee", Text: "Employee not found"}
	}
	if employee.ID != c.caller.employee {
		if err := s.own(c.caller, employee.Customer); err != nil {
			return "", err
		}
	}
	e := s.Book.ByEmployee(id)
	if e == nil {
		return "", &phone.Error{Kind: phone.NotFound, Key: "employee", Text: "Employee has no extension"}
	}
	return e.ID, nil
}

// ending reads how the calls went and ended.
func (c *call) ending(q *phone.CDRQuery) (faults phone.Faults) {
	var ok bool
	if q.TerminatedBy, ok = phone.ParseEndedBy(c.Query("terminatedBy")); !ok {
		faults = append(faults, invalid("terminatedBy", "Value is invalid, must be one of A, B, S"))
	}
	if q.Reasons, ok = phone.ParseReasons(c.Query("terminatedReason")); !ok {
		faults = append(faults, invalid("terminatedReason",
			"Value is invalid, must be of CANCEL, HANGUP, BUSY, UNREACHABLE, ERROR, BLOCKED, NOT_FOUND, TRANSFERRED, INTERRUPTED, FAILED"))
	}
	answered, wrong := c.isOrNot("answered")
	faults = append(faults, wrong...)
	byCallee, wrong := c.isOrNot("answeredByCallee")
	q.Answered, q.ByCallee = answered, byCallee
	faults = append(faults, wrong...)
	if asked := c.Query("trunk"); asked != "" {
		if q.Trunk, ok = phone.ParseID(asked); !ok {
			faults = append(faults, absentTrunk)
		}
	}
	return faults
}

var absentTrunk = &phone.Error{Kind: phone.NotFound, Key: "trunk", Text: "Trunk not found"}

// direction reads the direction, which is one only as seen from an extension.
func (c *call) direction(q *phone.CDRQuery) phone.Faults {
	q.Direction = phone.Direction(c.Query("direction"))
	switch q.Direction {
	case "":
		return nil
	case phone.Inbound, phone.Outbound:
		if c.Query("extension") == "" && c.Query("employee") == "" && q.Extension == "" {
			return phone.Faults{invalid("direction", "Direction needs an extension or an employee")}
		}
		return nil
	}
	return phone.Faults{invalid("direction", "Value is invalid, must be IN or OUT")}
}

// period reads when the calls began: a day from midnight, unless it is said
// otherwise.
func (c *call) period(q *phone.CDRQuery, now time.Time) (faults phone.Faults) {
	date := func(name string, otherwise time.Time) time.Time {
		text := c.Query(name)
		if text == "" {
			return otherwise
		}
		t, ok := phone.ParseDate(text)
		if !ok {
			faults = append(faults, invalid(name, "Value is invalid, must be a Date"))
		}
		return t
	}
	q.From = date("from", now.UTC().Truncate(24*time.Hour))
	q.To = date("to", q.From.Add(24*time.Hour))
	if len(faults) == 0 && !q.From.Before(q.To) {
		faults = append(faults, invalid("to", "Value is invalid, must be after from"))
	}
	return faults
}

// asTable reads the format: false is JSON, true is CSV.
func (c *call) asTable() (bool, phone.Faults) {
	switch c.Query("format") {
	case "", "JSON":
		return false, nil
	case "CSV":
		return true, nil
	case "EXCEL":
		return false, phone.Faults{invalid("format", "EXCEL is not offered; Excel opens CSV")}
	}
	return false, phone.Faults{invalid("format", "Value is invalid, must be JSON or CSV")}
}

// cdrParameters are the names in a query for call records.
var cdrParameters = []string{
	"offset", "limit", "filter", "customer", "extension", "employee", "direction",
	"terminatedBy", "terminatedReason", "answered", "answeredByCallee", "trunk", "from", "to", "format", "full",
}

// parameters reads a body that names what otherwise stands in the query string,
// with texts, Numbers, Booleans, or an array of texts for a list. What is none
// of the names is ignored.
func parameters(b []byte, names []string) (map[string]string, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, badRequest("Body is not a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, badRequest("Body is not a JSON object")
	}
	asked := map[string]string{}
	var faults phone.Faults
	for _, name := range names {
		v, named := object[name]
		if !named {
			continue
		}
		text, ok := parameter(v)
		if !ok {
			faults = append(faults, invalid(name, "Value is invalid"))
		}
		asked[name] = text
	}
	return asked, faults.Err()
}

func parameter(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	case []any:
		words := make([]string, len(v))
		for i, item := range v {
			word, ok := item.(string)
			if !ok {
				return "", false
			}
			words[i] = word
		}
		return strings.Join(words, ","), true
	}
	return "", false
}
