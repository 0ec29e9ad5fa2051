package mgmt

import (
	"net/netip"
	"time"

	"ringfence/phone"
)

// Registrations are where phones are registered now.
type Registrations interface {
	Bindings(phone.ID) []phone.Binding
	// Unbind drops one binding, or all when binding is empty, and says how many.
	Unbind(id, binding phone.ID, reason string) int
}

// removed is the reason that events give for a binding that went by the API.
const removed = "removed"

// bindingView is a binding as the API shows it.
type bindingView struct {
	ID         phone.ID   `json:"_id"`
	Contact    string     `json:"contact"`
	Instance   string     `json:"instance,omitempty"`
	Address    netip.Addr `json:"address"` // where its packets come from
	Port       uint16     `json:"port"`
	Transport  string     `json:"transport"`
	Country    string     `json:"country,omitempty"`
	UserAgent  string     `json:"userAgent,omitempty"`
	Registered time.Time  `json:"registered"` // or refreshed
	Expires    int        `json:"expires"`    // seconds
}

// bindingList is not a page: a phone has a few bindings at most.
type bindingList struct {
	Bindings []bindingView `json:"bindings"`
}

func (s *Server) listBindings(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	return bindingList{each(s.Registrations.Bindings(p.ID), func(b phone.Binding) bindingView {
		return bindingView{
			ID: b.ID(), Contact: b.Contact, Instance: b.Instance,
			Address: b.Remote.Addr(), Port: b.Remote.Port(), Transport: b.Transport, Country: b.Country, UserAgent: b.UserAgent,
			Registered: phone.Moment(b.Registered), Expires: b.Remaining(now),
		}
	})}, nil
}

// dropBindings takes a phone offline until it registers again. That it is offline
// already is as well.
func (s *Server) dropBindings(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	s.Registrations.Unbind(p.ID, "", removed)
	return success{true}, nil
}

func (s *Server) dropBinding(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	id, ok := phone.ParseID(c.Param("binding"))
	if !ok || s.Registrations.Unbind(p.ID, id, removed) == 0 {
		return nil, notFound("Binding")
	}
	return success{true}, nil
}
