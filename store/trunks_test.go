package store

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ringfence/phone"
)

func line(name string, numbers ...string) *phone.Trunk {
	t := phone.NewTrunk(acme)
	t.Name, t.Numbers = name, numbers
	t.SIP = phone.TrunkSIP{Host: "sip.example", Username: "u", Password: "hunter2", PasswordSet: true}
	return t
}

func addTrunk(t *testing.T, s *Store, k *phone.Trunk) *phone.Trunk {
	t.Helper()
	made, err := s.Trunks.Create(t.Context(), giving(k))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestATrunksPasswordIsKeptAndNeverShown(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	made := addTrunk(t, s, line("Main"))
	changed, err := s.Trunks.Update(t.Context(), made.ID, func(k *phone.Trunk, _ phone.References) error {
		k.SIP.Password = "correct horse"
		return nil
	})
	if err != nil || changed.SIP.Password != "correct horse" {
		t.Fatal(changed, err)
	}
	if b, err := json.Marshal(changed); err != nil || strings.Contains(string(b), "horse") {
		t.Errorf("%s %v", b, err)
	}
	entries, _, err := s.ListAudit(t.Context(), phone.Query{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(entries)
	if err != nil || strings.Contains(string(b), "horse") || strings.Contains(string(b), "hunter2") {
		t.Errorf("%s %v", b, err)
	}
	if _, told := entries[0].Changes["password"]; !told {
		t.Error("the audit log does not tell that the password has changed:", entries[0])
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if got := s.Book.Trunk(made.ID); got == nil || got.SIP.Password != "correct horse" {
		t.Errorf("after a restart: %+v", got)
	}
}

func TestANumberComesInOnOneTrunk(t *testing.T) {
	s := world(t)
	one := addTrunk(t, s, line("One", "+4570305052", "+4570305053", "+4570305053"))
	_, err := s.Trunks.Create(t.Context(), giving(line("Two", "+4570305053")))
	if phone.KindOf(err) != phone.Conflict || !strings.Contains(err.Error(), "Number is used by another trunk") {
		t.Error(err)
	}
	for _, numbers := range [][]string{{"+4570305052"}, {}} {
		if _, err := s.Trunks.Update(t.Context(), one.ID, func(k *phone.Trunk, _ phone.References) error {
			k.Numbers = numbers
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	two := addTrunk(t, s, line("Two", "+4570305053", "+4570305052"))
	if err := s.Trunks.Delete(t.Context(), two.ID, func(*phone.Trunk) error { return nil }); err != nil {
		t.Fatal(err)
	}
	addTrunk(t, s, line("Three", "+4570305053"))
}

func TestChangesOfTrunksAreTold(t *testing.T) {
	var told []string
	s := world(t, func(c *Config) {
		c.TrunkChanged = func(before, after *phone.Trunk) {
			word := "-"
			if before != nil {
				word += before.Name
			}
			if after != nil {
				word += "+" + after.Name
				if c.Book.Trunk(after.ID) != after {
					t.Error("the Book does not have it yet")
				}
			}
			told = append(told, word)
		}
	})
	k := addTrunk(t, s, line("One"))
	if _, err := s.Trunks.Update(t.Context(), k.ID, func(k *phone.Trunk, _ phone.References) error {
		k.Name = "Two"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Trunks.Delete(t.Context(), k.ID, func(*phone.Trunk) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"-+One", "-One+Two", "-Two"}; !slices.Equal(told, want) {
		t.Errorf("%q, want %q", told, want)
	}
	if s.Book.Trunk(k.ID) != nil || len(s.Book.Trunks()) != 0 {
		t.Error("still in the Book")
	}
}

func TestSettingsAreInTheBook(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	set := phone.NewSettings(acme)
	set.NationalPrefix = "0"
	must(t)(s.Settings.Create(t.Context(), giving(set)))
	if got := s.Book.DialPlan(acme).Prefix; got != "0" {
		t.Error(got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := open(t, dir).Book.Settings(acme).NationalPrefix; got != "0" {
		t.Error("after a restart:", got)
	}
}

func TestSpendingOutlivesARestart(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	save := func(list ...phone.Spent) {
		t.Helper()
		if err := s.SaveSpending(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	save(phone.Spent{Customer: acme, Period: "2020-01-01", Amount: 1}, phone.Spent{Customer: acme, Period: "2026-03-04", Amount: 60})
	save(phone.Spent{Customer: acme, Period: "2026-03-04", Amount: 120}, phone.Spent{Customer: acme, Period: "2026-03-03N", Amount: 7})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	got, err := s.LoadSpending(t.Context(), "2026-03-03")
	want := []phone.Spent{{Customer: acme, Period: "2026-03-03N", Amount: 7}, {Customer: acme, Period: "2026-03-04", Amount: 120}}
	if err != nil || !slices.Equal(got, want) {
		t.Error(got, err)
	}
	if old, err := s.LoadSpending(t.Context(), ""); err != nil || len(old) != 2 {
		t.Error("what is older than a month stays:", old, err)
	}
}
