package mgmt

import (
	"bytes"
	"encoding/json"

	"ringfence/phone"
)

// keyList is the softkeys of a body, which package phone reads.
type keyList struct{ list any }

// UnmarshalJSON keeps numbers as they are written.
func (k *keyList) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(&k.list)
}

// setKeys gives an employee the softkeys that a request names. What they may pick
// up from depends on their extension, and what they may give themselves on their
// level.
func (s *Server) setKeys(c caller, e *phone.Employee, keys optional[keyList], refs phone.References) error {
	if !keys.named {
		return nil
	}
	before := e.Softkeys
	if faults := e.SetSoftkeys(keys.value.list); len(faults) > 0 {
		return faults.Err()
	}
	var extension phone.ID
	if x := s.Book.ByEmployee(e.ID); e.ID != "" && x != nil {
		extension = x.ID
	}
	faults := e.KeyFaults(extension, refs)
	if !c.level.AtLeast(phone.Manager) {
		faults = append(faults, s.Book.KeyRightFaults(e, before)...)
	}
	return faults.Err()
}
