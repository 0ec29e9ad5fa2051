package phone

import (
	"reflect"
	"testing"
)

func TestWhoseKeysAPhoneHas(t *testing.T) {
	b, no, yes, zero := NewBook("example.net", nil), false, true, 0
	own, users := []Softkey{{Index: &zero, Function: KeyDND}}, []Softkey{{Index: &zero, Function: KeyLine}}
	for id, state := range map[ID]string{"anna": EmployeeEnabled, "bent": EmployeeDisabled, "mia": EmployeeDeleted} {
		b.PutEmployee(&Employee{ID: id, State: state, Softkeys: users})
		b.PutExtension(&Extension{ID: "of " + id, Employee: id})
	}
	b.PutExtension(&Extension{ID: "nobody's"})
	for what, c := range map[string]struct {
		p    Phone
		want []Softkey
	}{
		"that does not say":            {Phone{Extension: "of anna"}, own},
		"that has its own":             {Phone{Extension: "of anna", SoftkeysOnDevice: &yes}, own},
		"that has its user's":          {Phone{Extension: "of anna", SoftkeysOnDevice: &no}, users},
		"of one who cannot log in":     {Phone{Extension: "of bent", SoftkeysOnDevice: &no}, users},
		"of one who is gone":           {Phone{Extension: "of mia", SoftkeysOnDevice: &no}, nil},
		"of an extension of nobody's":  {Phone{Extension: "nobody's", SoftkeysOnDevice: &no}, nil},
		"without an extension":         {Phone{SoftkeysOnDevice: &no}, nil},
		"with one that does not exist": {Phone{Extension: "of none", SoftkeysOnDevice: &no}, nil},
	} {
		c.p.Softkeys = own
		if got := b.KeysOf(&c.p); !reflect.DeepEqual(got, c.want) {
			t.Errorf("a phone %s: %v", what, got)
		}
	}
}

func TestWhatAnEmployeesKeysUse(t *testing.T) {
	e := Employee{State: EmployeeEnabled, Softkeys: []Softkey{
		{Function: KeyBLF, Value: "1"}, {Function: KeySpeedDial, Value: "2"}, {Function: KeyQueue, Value: "3"}, {Function: KeyDNDOther, Value: "4"},
	}}
	if got := e.Uses(); !reflect.DeepEqual(got, []ID{"1", "3"}) {
		t.Errorf("uses %v", got)
	}
	e.State = EmployeeDeleted
	if got := e.Uses(); len(got) > 0 {
		t.Errorf("deleted, and uses %v", got)
	}
}
