package mgmt

import (
	"fmt"

	"ringfence/phone"
)

// Who may write a phone's purchase data and who may see it. The API page says
// "OWNER only" of the request and "Min RESELLER only" of the response; both are
// taken at their word.
const (
	purchaseWritten = phone.Owner
	purchaseSeen    = phone.Reseller
)

// phoneView is a phone as the API shows it: the object and its live status.
type phoneView struct {
	*phone.Phone
	Status phone.Status `json:"status"`
}

// view hides what the caller may not see.
func (s *Server) view(c caller, p *phone.Phone) phoneView {
	if !c.level.AtLeast(purchaseSeen) {
		p = p.Clone()
		p.Purchase = phone.PurchaseInfo{}
	}
	return phoneView{Phone: p, Status: s.Status(p.ID)}
}

// savePhone is POST /pbx/sipphone: it creates, or with an _id in the body it
// updates.
func (s *Server) savePhone(c *call) (any, error) {
	b, err := c.body()
	if err != nil {
		return nil, err
	}
	patch, err := c.phonePatch(b)
	if err != nil {
		return nil, err
	}
	var in struct {
		ID       optional[identifier] `json:"_id"`
		Customer optional[identifier] `json:"customer"`
	}
	if err := assign(b, &in); err != nil {
		return nil, err
	}
	if text := in.ID.value; text != "" {
		id, ok := phone.ParseID(string(text))
		if !ok {
			return nil, phone.Fault(phone.NoPhone)
		}
		return s.applyPatch(c, id, patch)
	}
	return s.createPhone(c, patch, in.Customer.value)
}

// phonePatch reads the body, less what the caller may not write: that is
// ignored, as the API family does with properties above the caller's level.
func (c *call) phonePatch(body []byte) (phone.Patch, error) {
	patch, err := phone.ParsePatch(body)
	if err == nil && !c.caller.level.AtLeast(purchaseWritten) {
		patch = patch.Without("purchaseInfo")
	}
	return patch, err
}

func (s *Server) createPhone(c *call, patch phone.Patch, owner identifier) (any, error) {
	customer, err := s.ownerOf(c.caller, owner)
	if err != nil {
		return nil, err
	}
	made, err := s.Phones.CreatePhone(c.Request.Context(), func(refs phone.References) (*phone.Phone, error) {
		p := phone.New(customer)
		faults := patch.Apply(p)
		faults = append(faults, p.Complete(true, refs)...)
		return p, faults.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("create a phone: %w", err)
	}
	return s.view(c.caller, made), nil
}

// updatePhone is POST /pbx/sipphone/{id}: only what the body names changes.
func (s *Server) updatePhone(c *call) (any, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	b, err := c.body()
	if err != nil {
		return nil, err
	}
	patch, err := c.phonePatch(b)
	if err != nil {
		return nil, err
	}
	return s.applyPatch(c, id, patch)
}

func (s *Server) applyPatch(c *call, id phone.ID, patch phone.Patch) (any, error) {
	return s.editPhone(c, id, func(p *phone.Phone, refs phone.References) error {
		faults := patch.Apply(p)
		return append(faults, p.Complete(false, refs)...).Err()
	})
}

// editPhone changes a phone of the caller's and shows it.
func (s *Server) editPhone(c *call, id phone.ID, edit func(*phone.Phone, phone.References) error) (any, error) {
	p, err := s.Phones.UpdatePhone(c.Request.Context(), id, func(p *phone.Phone, refs phone.References) error {
		if err := s.own(c.caller, p.Customer); err != nil {
			return err
		}
		return edit(p, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("update a phone: %w", err)
	}
	return s.view(c.caller, p), nil
}

// renewCredentials gives the phone a new username and password; the old ones
// stop at once.
func (s *Server) renewCredentials(c *call) (any, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	return s.editPhone(c, id, func(p *phone.Phone, _ phone.References) (err error) {
		if p.Username, err = phone.NewCredential(s.Random); err != nil {
			return err
		}
		p.Password, err = phone.NewCredential(s.Random)
		return err
	})
}

func (s *Server) getPhone(c *call) (any, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	p, err := s.Phones.Phone(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a phone: %w", err)
	}
	if err := s.own(c.caller, p.Customer); err != nil {
		return nil, err
	}
	return s.view(c.caller, p), nil
}

func (s *Server) deletePhone(c *call) (any, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	err = s.Phones.DeletePhone(c.Request.Context(), id, func(p *phone.Phone) error { return s.own(c.caller, p.Customer) })
	if err != nil {
		return nil, fmt.Errorf("delete a phone: %w", err)
	}
	return success{true}, nil
}

// phoneItem is a phone in a list that was not asked for in full.
type phoneItem struct {
	ID             phone.ID     `json:"_id"`
	Customer       phone.ID     `json:"customer"`
	Extension      phone.ID     `json:"extension"`
	MAC            phone.MAC    `json:"macAddress,omitempty"`
	HandsetIndex   *int         `json:"handsetIndex,omitempty"`
	HandsetAddress string       `json:"handsetAddress,omitempty"`
	Model          *modelItem   `json:"sipPhoneModel"`
	IP             phone.Fence  `json:"ip"`
	Notes          string       `json:"notes,omitempty"`
	Status         phone.Status `json:"status"`
}

func (s *Server) listPhones(c *call) (any, error) {
	q, err := s.query(c, bounds{normal: 50, most: 1000})
	if err != nil {
		return nil, err
	}
	q.Available = c.isSet("available")
	phones, total, err := s.Phones.ListPhones(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list phones: %w", err)
	}
	if c.isSet("full") {
		return listing(q, total, "sipPhones", each(phones, func(p *phone.Phone) phoneView { return s.view(c.caller, p) })), nil
	}
	return listing(q, total, "sipPhones", each(phones, s.phoneItem)), nil
}

func (s *Server) phoneItem(p *phone.Phone) phoneItem {
	return phoneItem{
		ID: p.ID, Customer: p.Customer, Extension: p.Extension,
		MAC: p.MAC, HandsetIndex: p.HandsetIndex, HandsetAddress: p.HandsetAddress,
		Model: shortModel(s.Book.Model(p.Model)), IP: p.IP, Notes: p.Notes, Status: s.Status(p.ID),
	}
}

// each turns one list into another.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}
