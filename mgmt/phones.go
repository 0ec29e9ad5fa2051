package mgmt

import (
	"fmt"
	"slices"

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
	Redirect *phone.Redirect `json:"redirect,omitempty"`
	Status   phone.Status    `json:"status"`
}

// view hides what the caller may not see.
func (s *Server) view(c caller, p *phone.Phone) phoneView {
	return phoneView{Phone: seen(c, p), Status: s.Status(p.ID)}
}

// seen is the phone less what the caller may not see. Entity tags are of it: what
// is hidden could be guessed from them.
func seen(c caller, p *phone.Phone) *phone.Phone {
	if c.level.AtLeast(purchaseSeen) {
		return p
	}
	p = p.Clone()
	p.Purchase = phone.PurchaseInfo{}
	return p
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
	if _, err := assign(b, &in); err != nil { // an identifier is never of the wrong type
		return nil, err
	}
	if text := in.ID.value; text != "" {
		id, ok := phone.ParseID(string(text))
		if !ok {
			return nil, phone.Fault(phone.NoPhone)
		}
		return s.applyPatch(c, id, patch)
	}
	return s.createPhone(c, b, patch, in.Customer.value)
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

func (s *Server) createPhone(c *call, body []byte, patch phone.Patch, owner identifier) (any, error) {
	customer, err := s.ownerOf(c.caller, owner)
	if err != nil {
		return nil, err
	}
	made, err := creating(c, body, s.Phones, func(refs phone.References) (*phone.Phone, error) {
		return newPhone(customer, patch, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("create a phone: %w", err)
	}
	tag(c, seen(c.caller, made))
	return s.show(c, made)
}

// newPhone is the phone that a patch describes, and what is wrong with it.
func newPhone(customer phone.ID, patch phone.Patch, refs phone.References) (*phone.Phone, error) {
	p := phone.New(customer)
	faults := patch.Apply(p)
	faults = append(faults, p.Complete(nil, refs)...)
	return p, faults.Err()
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
		before := p.Clone()
		faults := patch.Apply(p)
		return append(faults, p.Complete(before, refs)...).Err()
	})
}

// editPhone changes a phone of the caller's and shows it.
func (s *Server) editPhone(c *call, id phone.ID, edit func(*phone.Phone, phone.References) error) (any, error) {
	p, err := s.Phones.Update(c.changing(), id, func(p *phone.Phone, refs phone.References) error {
		if err := s.own(c.caller, p.Customer); err != nil {
			return err
		}
		if err := unchanged(c, seen(c.caller, p)); err != nil {
			return err
		}
		return edit(p, refs)
	})
	if err != nil {
		return nil, fmt.Errorf("update a phone: %w", err)
	}
	tag(c, seen(c.caller, p))
	return s.show(c, p)
}

func (s *Server) getPhone(c *call) (any, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	p, err := s.Phones.Get(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a phone: %w", err)
	}
	if err := s.own(c.caller, p.Customer); err != nil {
		return nil, err
	}
	tag(c, seen(c.caller, p))
	return s.show(c, p)
}

func (s *Server) deletePhone(c *call) (any, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	err = s.Phones.Delete(c.changing(), id, func(p *phone.Phone) error {
		if err := s.own(c.caller, p.Customer); err != nil {
			return err
		}
		return unchanged(c, seen(c.caller, p))
	})
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
	full, wrong := c.isSet("full")
	q, err := s.phoneQuery(c, wrong)
	if err != nil {
		return nil, err
	}
	phones, total := s.Book.FindPhones(q, s.isOnline)
	if full {
		views, err := s.views(c, phones)
		if err != nil {
			return nil, err
		}
		return listing(q, total, "sipPhones", views), nil
	}
	return listing(q, total, "sipPhones", each(phones, s.phoneItem)), nil
}

// phoneQuery reads what narrows and orders a list of phones. faults are what is
// wrong with the query already.
func (s *Server) phoneQuery(c *call, faults phone.Faults) (phone.Query, error) {
	q, wrong := c.read(bounds{normal: 50, most: 1000})
	available, notAvailable := c.isSet("available")
	online, notOnline := c.isOrNot("online")
	stale, notStale := c.isOrNot("stale")
	q.Available, q.Online, q.Stale = available, online, stale
	if err := slices.Concat(faults, wrong, notAvailable, notOnline, notStale, q.JudgePhones()).Err(); err != nil {
		return q, err
	}
	return s.scope(c, q)
}

// isOnline is asked for each phone of a customer.
func (s *Server) isOnline(id phone.ID) bool {
	if s.Online != nil {
		return s.Online(id)
	}
	return s.Status(id).Online
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
