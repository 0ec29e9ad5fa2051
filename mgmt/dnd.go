package mgmt

import "ringfence/phone"

// setDND is GET /pbx/extension/{id}/dnd?sip=…&state=…: whether one of the
// extension's phones is called. Without a state it is the other one from now on.
// It is a GET because keys of phones can open a URL and no more.
func (s *Server) setDND(c *call) (any, error) {
	id, err := c.id("Extension")
	if err != nil {
		return nil, err
	}
	e, err := s.Extensions.Get(c.Request.Context(), id)
	if err != nil {
		return nil, err
	}
	if err := s.own(c.caller, e.Customer); err != nil {
		return nil, err
	}
	if !c.caller.sees(e) {
		return nil, phone.Fault(phone.AccessDenied)
	}
	which, on, err := c.whichDND()
	if err != nil {
		return nil, err
	}
	p, err := s.Phones.Update(c.changing(), which, func(p *phone.Phone, _ phone.References) error {
		if p.Extension != e.ID {
			return noSuchPhone("sip")
		}
		if p.DND = !p.DND; on != nil {
			p.DND = *on
		}
		return nil
	})
	if phone.KindOf(err) == phone.NotFound {
		return nil, noSuchPhone("sip")
	}
	if err != nil {
		return nil, err
	}
	return map[string]bool{"dnd": p.DND}, nil
}

// whichDND reads the phone and the state. Phones of other sorts than SIP there
// are none.
func (c *call) whichDND() (which phone.ID, on *bool, err error) {
	on, wrong := c.isOrNot("state")
	if len(wrong) > 0 {
		return "", nil, badRequest("state must be true or false")
	}
	for _, sort := range []string{"mvno", "external"} {
		if c.Query(sort) != "" {
			return "", nil, noSuchPhone(sort)
		}
	}
	asked := c.Query("sip")
	if asked == "" {
		return "", nil, badRequest("sip is missing: the phone")
	}
	which, ok := phone.ParseID(asked)
	if !ok {
		return "", nil, noSuchPhone("sip")
	}
	return which, on, nil
}

func noSuchPhone(sort string) error {
	return &phone.Error{Kind: phone.NotFound, Key: sort, Text: "Phone of the extension not found"}
}
