package store

import (
	"slices"
	"testing"

	"ringfence/phone"
)

// saved is a store that tells whose configuration is another one.
func saved(t *testing.T) (s *Store, told func() []phone.ID) {
	var heard []phone.ID
	s = world(t, func(c *Config) { c.ConfigSaved = func(ids []phone.ID) { heard = append(heard, ids...) } })
	return s, func() []phone.ID {
		list := slices.Sorted(slices.Values(heard))
		heard = nil
		return slices.Compact(list)
	}
}

func change[T any](t *testing.T, c *Collection[T], id phone.ID, edit func(*T)) {
	t.Helper()
	must(t)(c.Update(t.Context(), id, func(object *T, _ phone.References) error {
		edit(object)
		return nil
	}))
}

// Whatever it is that a configuration holds, its phones are told of, and no others.
func TestWhoseConfigurationIsAnotherOne(t *testing.T) {
	s, told := saved(t)
	no := false
	must(t)(s.Employees.Create(t.Context(), giving(&phone.Employee{
		ID: "e00000000000000000000001", Customer: acme, State: phone.EmployeeEnabled, AccessLevel: phone.Personal, EmailAddress: "anna@example.net",
	})))
	anna := &phone.Extension{ID: "c0000000000000000000000a", Customer: acme, Number: "200", Name: "Anna", Employee: "e00000000000000000000001"}
	bent := &phone.Extension{ID: "c0000000000000000000000b", Customer: acme, Number: "201", Name: "Bent"}
	must(t)(s.Extensions.Create(t.Context(), giving(anna)))
	must(t)(s.Extensions.Create(t.Context(), giving(bent)))
	own := add(t, s, func(p *phone.Phone) { p.Extension = anna.ID })
	hers := add(t, s, func(p *phone.Phone) { p.Extension, p.SoftkeysOnDevice = anna.ID, &no })
	other := add(t, s, func(p *phone.Phone) { p.Extension = bent.ID })
	all := slices.Sorted(slices.Values([]phone.ID{own.ID, hers.ID, other.ID}))
	equal(t, "made", told(), all)

	zero := 0
	for _, c := range []struct {
		what string
		do   func()
		want []phone.ID
	}{
		{"notes", func() { change(t, s.Phones, own.ID, func(p *phone.Phone) { p.Notes = "x" }) }, nil},
		{"a font", func() { change(t, s.Phones, own.ID, func(p *phone.Phone) { p.DisplayFontColor = "DARK" }) }, []phone.ID{own.ID}},
		{"the employee's keys", func() {
			change(t, s.Employees.Collection, anna.Employee, func(e *phone.Employee) {
				e.Softkeys = []phone.Softkey{{Index: &zero, Function: phone.KeyBLF, Value: string(bent.ID)}}
			})
		}, []phone.ID{hers.ID}},
		{"the employee's name", func() {
			change(t, s.Employees.Collection, anna.Employee, func(e *phone.Employee) { e.Name = "A" })
		}, nil},
		{"whom such a key shows", func() {
			change(t, s.Extensions, bent.ID, func(e *phone.Extension) { e.Number = "209" })
		}, slices.Sorted(slices.Values([]phone.ID{hers.ID, other.ID}))},
		{"whose the extension is", func() {
			change(t, s.Extensions, anna.ID, func(e *phone.Extension) { e.Employee = "" })
		}, []phone.ID{hers.ID}},
		{"the first settings", func() {
			must(t)(s.Settings.Create(t.Context(), giving(phone.NewSettings(acme))))
		}, nil},
		{"the time zone", func() {
			change(t, s.Settings, acme, func(x *phone.Settings) { x.TimeZone = "Europe/Copenhagen" })
		}, all},
		{"the language", func() { change(t, s.Settings, acme, func(x *phone.Settings) { x.DefaultLanguage = "da" }) }, all},
		{"the PIN", func() { change(t, s.Settings, acme, func(x *phone.Settings) { x.MasterPinCode = "4711" }) }, nil},
		{"how records are kept", func() { change(t, s.Settings, acme, func(x *phone.Settings) { x.Recording.Mode = "ALWAYS" }) }, nil},
		{"the customer's country", func() { change(t, s.Customers, acme, func(x *phone.Customer) { x.Country = "DK" }) }, all},
		{"the customer's name", func() { change(t, s.Customers, acme, func(x *phone.Customer) { x.Name = "Acme 2" }) }, nil},
	} {
		c.do()
		equal(t, c.what, told(), c.want)
	}
}

// Only a model's own template may ask for the PIN.
func TestThePINIsPartOfTheConfigurationsThatAskForIt(t *testing.T) {
	s, told := saved(t)
	must(t)(s.Models.Create(t.Context(), giving(&phone.Model{ID: "d00000000000000000000001", Brand: "LG", Extensions: 1, ConfigurationTmpl: "pin = %masterPIN%\n"})))
	must(t)(s.Settings.Create(t.Context(), giving(phone.NewSettings(acme))))
	add(t, s, func(*phone.Phone) {})
	p := add(t, s, func(p *phone.Phone) { p.Model = "d00000000000000000000001" })
	told()
	change(t, s.Settings, acme, func(x *phone.Settings) { x.MasterPinCode = "4711" })
	equal(t, "told", told(), []phone.ID{p.ID})
}

// And for a serial, which is that of the device.
func TestTheSerialIsPartOfTheConfigurationsThatAskForIt(t *testing.T) {
	s, told := saved(t)
	must(t)(s.Models.Create(t.Context(), giving(&phone.Model{ID: "d00000000000000000000001", Brand: "LG", Extensions: 2, ConfigurationTmpl: "sn = %SERIAL%\n"})))
	plain := add(t, s, func(*phone.Phone) {})
	var handsets []phone.ID
	for i := range 2 {
		handsets = append(handsets, add(t, s, func(p *phone.Phone) {
			p.Model, p.MAC, p.HandsetIndex = "d00000000000000000000001", "000413AABB01", &i
		}).ID)
	}
	told()
	for _, id := range []phone.ID{plain.ID, handsets[0]} {
		change(t, s.Phones, id, func(p *phone.Phone) { p.Serial = "S2" })
	}
	equal(t, "told", told(), slices.Sorted(slices.Values(handsets)))
}

// What an employee's key calls stays.
func TestAnEmployeesKeyKeepsWhatItCalls(t *testing.T) {
	s := world(t)
	x := &phone.Extension{Customer: acme, Number: "200", Name: "Anna"}
	must(t)(s.Extensions.Create(t.Context(), giving(x)))
	e := &phone.Employee{
		Customer: acme, State: phone.EmployeeEnabled, AccessLevel: phone.Personal, EmailAddress: "anna@example.net",
		Softkeys: []phone.Softkey{{Function: phone.KeyBLF, Value: string(x.ID)}},
	}
	must(t)(s.Employees.Create(t.Context(), giving(e)))
	fine := func(*phone.Extension) error { return nil }
	refused(t, s.Extensions.Delete(t.Context(), x.ID, fine), phone.Conflict, "id")
	change(t, s.Employees.Collection, e.ID, func(e *phone.Employee) { e.State = phone.EmployeeDeleted })
	must(t)(nil, s.Extensions.Delete(t.Context(), x.ID, fine))
}
