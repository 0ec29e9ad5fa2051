package phone

import "slices"

// Softkeys of an employee: they are on each phone of theirs that says so, and
// move with them to another one. What a phone has no place or no function for is
// left out there, so that one set fits all.

// SetSoftkeys reads the property softkeys of a request body: null clears it.
func (e *Employee) SetSoftkeys(v any) Faults {
	var p Phone
	fs := setSoftkeys(&p, v)
	if len(fs) == 0 {
		e.Softkeys = p.Softkeys
	}
	return fs
}

// KeyFaults judges the softkeys as those of a phone whose model is not known,
// linked to the employee's extension, and gives equal values one form.
func (e *Employee) KeyFaults(extension ID, refs References) (fs Faults) {
	p := Phone{Customer: e.Customer, Extension: extension, Softkeys: e.Softkeys}
	fs = append(fs, p.keyPlaceFaults(&Model{})...)
	fs = append(fs, p.keyFunctionFaults(&Model{})...)
	return append(fs, p.keyValueFaults(refs)...)
}

// KeyRightFaults refuses an employee who sets softkeys of their own those that
// would give them more than they may: what a key allows its phone (see MayTurn and
// MayDisturb) is for others to give. Keys of before stay.
func (b *Book) KeyRightFaults(e *Employee, before []Softkey) (fs Faults) {
	for i, k := range e.Softkeys {
		given := slices.ContainsFunc(before, func(o Softkey) bool { return o.Function == k.Function && o.Value == k.Value })
		if !given && !b.mayHave(e, k) {
			fs = append(fs, &Error{Kind: Denied, Key: at("softkeys", i, ".value"), Text: "Insufficient rights for this softkey"})
		}
	}
	return fs
}

func (b *Book) mayHave(e *Employee, k Softkey) bool {
	switch k.Function {
	case KeySwitch:
		return !b.lacks(e.Customer, k.Value)
	case KeyDNDOther:
		other := b.PhoneOf(e.Customer, k.Value)
		return other == nil || b.presides(b.ByEmployee(e.ID), other.Phone)
	}
	return true
}

// Uses are the objects that the employee's softkeys call. Those of one who is
// deleted are on no phone.
func (e *Employee) Uses() []ID {
	if e.State == EmployeeDeleted {
		return nil
	}
	return keyUses(nil, e.Softkeys)
}

// keyUses adds the objects that softkeys call.
func keyUses(ids []ID, keys []Softkey) []ID {
	for _, key := range keys {
		switch key.Function {
		case KeyBLF, KeyPickupGroup, KeyQueue:
			ids = append(ids, ID(key.Value))
		}
	}
	return ids
}

// KeysOf are the softkeys of a phone: its own, or those of the employee whose
// extension it is linked to.
func (b *Book) KeysOf(p *Phone) []Softkey {
	if p.SoftkeysOnDevice == nil || *p.SoftkeysOnDevice {
		return p.Softkeys
	}
	x := b.Extension(p.Extension)
	if x == nil {
		return nil
	}
	e := b.Employee(x.Employee)
	if e == nil || e.State == EmployeeDeleted {
		return nil
	}
	return e.Softkeys
}

// HasPlace says whether the phone or one of its side panels has a key there.
func (p *Phone) HasPlace(m *Model, index int) bool { return index < p.places(m) }
