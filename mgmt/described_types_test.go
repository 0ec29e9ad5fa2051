package mgmt

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ringfence/mgmt/openapi"
	"ringfence/phone"
)

// types are the Go types that the schemas describe.
var types = map[string]any{
	"Phone":              phoneView{},
	"PhoneItem":          phoneItem{},
	"Binding":            bindingView{},
	"WebRTCAccount":      webRTCAccount{},
	"Model":              phone.Model{},
	"ModelRequest":       modelBody{},
	"ModelItem":          modelItem{},
	"Extension":          phone.Extension{},
	"ExtensionRequest":   extensionBody{},
	"Group":              phone.Group{},
	"GroupRequest":       groupBody{},
	"Queue":              phone.Queue{},
	"QueueRequest":       queueBody{},
	"QueueMemberRequest": memberBody{},
	"Trunk":              trunkView{},
	"TrunkRequest":       trunkBody{},
	"Switch":             switchView{},
	"SwitchRequest":      switchBody{},
	"Settings":           phone.Settings{},
	"SettingsRequest":    settingsBody{},
	"Product":            phone.Product{},
	"ProductRequest":     productBody{},
	"Webhook":            phone.Webhook{},
	"WebhookRequest":     webhookBody{},
	"Delivery":           phone.Delivery{},
	"Ban":                phone.Ban{},
	"BanRequest":         banBody{},
	"Customer":           phone.Customer{},
	"CustomerRequest":    customerBody{},
	"Employee":           phone.Employee{},
	"EmployeeRequest":    employeeBody{},
	"AuditEntry":         phone.AuditEntry{},
	"CDR":                phone.CDR{},
	"LiveCall":           phone.LiveCall{},
	"LiveLeg":            phone.LiveLeg{},
	"CDRLatest":          latestAnswer{},
	"BulkReport":         bulkReport{},
	"Login":              loginAnswer{},
	"Success":            success{},
	"Error":              body{},
}

// assigned are properties of a new phone that a request cannot set.
var assigned = []string{"_id", "customer", "handsetIndex", "username", "password", "dnd", "redirect", "status"}

func TestPropertiesAreThoseOfTheGoTypes(t *testing.T) {
	d := readSchemas(t)
	for name, value := range types {
		d.compare(t, name, d.Components.Schemas[name], reflect.TypeOf(value))
	}
	settings := d.properties(t, d.Components.Schemas["PhoneSettings"])
	for name := range jsonFields(reflect.TypeFor[phoneView]()) {
		if _, ok := settings[name]; ok == slices.Contains(assigned, name) {
			t.Errorf("PhoneSettings has %s: %v", name, ok)
		}
	}
}

// schema is what the comparison needs of one.
type schema struct {
	Ref        string `json:"$ref"`
	Properties map[string]schema
	AllOf      []schema
	Items      *schema
}

type schemas struct {
	Components struct{ Schemas map[string]schema }
}

func readSchemas(t *testing.T) (d schemas) {
	t.Helper()
	b, err := openapi.JSON()
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// properties are all that a schema has, those of what it refers to included.
func (d schemas) properties(t *testing.T, s schema) map[string]schema {
	all := map[string]schema{}
	if s.Ref != "" {
		maps.Copy(all, d.properties(t, d.referred(t, s)))
	}
	for _, part := range s.AllOf {
		maps.Copy(all, d.properties(t, part))
	}
	maps.Copy(all, s.Properties)
	return all
}

func (d schemas) referred(t *testing.T, s schema) schema {
	name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
	other, ok := d.Components.Schemas[name]
	if !ok {
		t.Fatalf("%s does not exist", s.Ref)
	}
	return other
}

// items is the schema of an array's elements.
func (d schemas) items(t *testing.T, s schema) schema {
	for s.Items == nil && s.Ref != "" {
		s = d.referred(t, s)
	}
	if s.Items == nil {
		return schema{}
	}
	return *s.Items
}

// compare compares names, and goes into what has names of its own.
func (d schemas) compare(t *testing.T, at string, s schema, of reflect.Type) {
	switch {
	case strings.HasPrefix(of.Name(), "optional["), strings.HasPrefix(of.Name(), "part["):
		value, _ := of.FieldByName("value")
		d.compare(t, at, s, value.Type)
	case of.Implements(reflect.TypeFor[json.Marshaler]()) || of.Implements(reflect.TypeFor[encoding.TextMarshaler]()) ||
		reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()) || of == reflect.TypeFor[time.Time]():
		return // written in its own way
	case of.Kind() == reflect.Pointer:
		d.compare(t, at, s, of.Elem())
	case of.Kind() == reflect.Slice || of.Kind() == reflect.Array:
		if of.Elem() != reflect.TypeFor[body]() { // an error within an error
			d.compare(t, at+"[]", d.items(t, s), of.Elem())
		}
	case of.Kind() == reflect.Struct:
		described, fields := d.properties(t, s), jsonFields(of)
		if a, b := slices.Sorted(maps.Keys(described)), slices.Sorted(maps.Keys(fields)); !slices.Equal(a, b) {
			t.Errorf("%s: described are\n%v, %v has\n%v", at, a, of, b)
			return
		}
		for name, field := range fields {
			d.compare(t, at+"."+name, described[name], field)
		}
	}
}

// jsonFields are the fields of a struct by their names in JSON.
func jsonFields(of reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for f := range of.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "":
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			maps.Copy(fields, jsonFields(embedded))
		default:
			fields[name] = f.Type
		}
	}
	return fields
}
