package store

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"ringfence/phone"
)

// Who shows switches and queues hears of each change when the Book has it, and a
// store that is opened again has the switches in the Book.
func TestChangesOfSwitchesAndQueuesAreTold(t *testing.T) {
	var told []string
	dir := t.TempDir()
	tells := func(c *Config) {
		book := c.Book
		c.SwitchChanged = func(before, after *phone.Switch, by *phone.Origin) {
			s := cmp.Or(after, before)
			on, exists := book.Switch(s.Customer, s.Name)
			told = append(told, fmt.Sprint(s.Name, " ", on, " ", exists, " ", before != nil, " by ", by.By()))
		}
		c.QueueChanged = func(before, after *phone.Queue, by *phone.Origin) {
			q := cmp.Or(after, before)
			told = append(told, fmt.Sprint(q.Name, " ", book.Queue(q.ID) != nil, " ", before != nil, " by ", by.By()))
		}
	}
	s := populate(t, open(t, dir, tells))
	night, err := s.Switches.Create(t.Context(), func(phone.References) (*phone.Switch, error) {
		return phone.NewSwitch(acme, "night"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	turn := func(on bool) error {
		dialled := phone.WithOrigin(t.Context(), &phone.Origin{Phone: "p"})
		_, err := s.Switches.Update(dialled, night.ID, func(sw *phone.Switch, _ phone.References) error {
			sw.Value = on
			return nil
		})
		return err
	}
	q, err := s.Queues.Create(t.Context(), func(phone.References) (*phone.Queue, error) {
		q := phone.NewQueue(acme)
		q.Name = "Support"
		return q, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		turn(true), turn(true), s.Queues.Delete(t.Context(), q.ID, func(*phone.Queue) error { return nil }),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, tells)
	if on, exists := s.Book.Switch(acme, "night"); !on || !exists {
		t.Error("the switch is not in the Book after a restart")
	}
	if err := s.Switches.Delete(t.Context(), night.ID, func(*phone.Switch) error { return nil }); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"night false true false by api", "Support true false by api", "night true true true by phone",
		"Support false true by api", "night false false true by api",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}
