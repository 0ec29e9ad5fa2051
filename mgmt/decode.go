package mgmt

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"

	"ringfence/phone"
)

const (
	maxValue  = 64 << 10 // bytes of one property, as it was sent, unless its tag most says otherwise
	maxTokens = 10_000   // names, values and brackets in a body of most sorts
)

// optional is a property of a request body that may be absent, which is not the
// same as null: null sets the zero value.
type optional[T any] struct {
	named bool
	value T
}

// UnmarshalJSON is called only for a property that is there, null included. One
// of the wrong type is as if it were not.
func (o *optional[T]) UnmarshalJSON(b []byte) error {
	err := json.Unmarshal(b, &o.value)
	if err != nil {
		o.value = *new(T)
	}
	o.named = err == nil
	return err
}

// into sets the property where the request named it.
func (o optional[T]) into(to *T) {
	if o.named {
		*to = o.value
	}
}

// decode reads the body into a struct. A value of the wrong type is Invalid and
// names its property; a property that the struct does not have is ignored.
func (c *call) decode(into any) error {
	wrong, err := c.properties(into)
	if err != nil {
		return err
	}
	return wrong.Err()
}

// properties does the same for who judges the values, too: what is of the wrong type is
// told beside what else is wrong, and not to who may not.
func (c *call) properties(into any) (wrong phone.Faults, err error) {
	b, err := c.body()
	if err != nil {
		return nil, err
	}
	return assign(b, into)
}

// assign reads property by property, so that every wrong one is told by its
// name, and names are compared as they are written: encoding/json alone stops
// at the first, does not name one whose type decodes itself, and takes any case.
// A property may be wanted by several of the structs.
func assign(b []byte, into ...any) (wrong phone.Faults, err error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil || object == nil {
		return nil, badRequest("Body is not a JSON object")
	}
	for _, one := range into {
		wrong = append(wrong, assignTo("", object, reflect.ValueOf(one).Elem())...)
	}
	return wrong, nil
}

func assignTo(at string, object map[string]json.RawMessage, v reflect.Value) (faults phone.Faults) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name, most := tag.Get("json"), maxValue
		if n, err := strconv.Atoi(tag.Get("most")); err == nil {
			most = n
		}
		raw, named := object[name]
		if !named {
			continue
		}
		switch to := v.Field(i).Addr().Interface().(type) {
		case group:
			faults = append(faults, to.assign(at+name, raw)...)
		default:
			if len(raw) > most || json.Unmarshal(raw, to) != nil {
				faults = append(faults, invalid(at+name, "Value is invalid"))
			}
		}
	}
	return faults
}

// group is a property that holds others.
type group interface {
	assign(path string, raw json.RawMessage) phone.Faults
}

// part is an object within a body, and is read as the body is: what it does not
// name stays, and each that is wrong is told by its path. Its null is that of all
// that it can hold.
type part[B any] struct {
	named bool
	value B
}

func (p *part[B]) assign(path string, raw json.RawMessage) phone.Faults {
	v := reflect.ValueOf(&p.value).Elem()
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return phone.Faults{invalid(path, "Value is invalid")}
	}
	if object == nil {
		object = nulls(v.Type())
	}
	p.named = true
	return assignTo(path+".", object, v)
}

// nulls is an object that clears each property of a body.
func nulls(body reflect.Type) map[string]json.RawMessage {
	object := map[string]json.RawMessage{}
	for field := range body.Fields() {
		object[field.Tag.Get("json")] = json.RawMessage("null")
	}
	return object
}

// overfull says whether a body has more parts than an object of its sort can
// have: a mebibyte of empty softkeys is small to send and large to judge.
func overfull(b []byte, most int) bool {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	for range most {
		if _, err := d.Token(); err != nil {
			return false // the end, or what the parser refuses in its own words
		}
	}
	return true
}

// digits is a String that clients also send as a Number: an extension's number.
type digits string

// UnmarshalJSON reads either.
func (d *digits) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*d = digits(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return errors.New("neither a String nor a Number")
	}
	*d = digits(n)
	return nil
}

// flag is a Boolean that clients send as true, false, 0 or 1.
type flag bool

// UnmarshalJSON reads one of the four.
func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true", "1":
		*f = true
	case "false", "0", "null":
		*f = false
	default:
		return errors.New("not a Boolean")
	}
	return nil
}

// truth is a Boolean that is true unless somebody says otherwise, which null does
// not: it is a wrong value.
type truth bool

// UnmarshalJSON reads true or false.
func (t *truth) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return errors.New("not a Boolean")
	}
	return json.Unmarshal(b, (*bool)(t))
}

// identifier is an Id in a body. What is not an id, be it of another type, names
// nothing, and the check of what it refers to says so.
type identifier string

// UnmarshalJSON reads whatever is there.
func (i *identifier) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = "no String" // and not none, as null is
	}
	*i = identifier(s)
	return nil
}

func (i identifier) id() phone.ID {
	if id, ok := phone.ParseID(string(i)); ok {
		return id
	}
	return phone.ID(i)
}

// reference is an Id in a body to which nothing is looked up: it has to look
// like one. The empty string is none, as null is.
type reference phone.ID

// UnmarshalJSON reads a string.
func (r *reference) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	id, ok := phone.ParseID(s)
	if !ok && s != "" {
		return errors.New("not an Id")
	}
	*r = reference(id)
	return nil
}
