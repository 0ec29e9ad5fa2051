package mgmt

import (
	"context"
	"net/netip"
	"time"

	"ringfence/phone"
)

// Actions ask a phone to do something now. They return when it has said yes, and
// a Conflict when it has not: its model cannot, it is offline, it is silent, it
// refuses.
type Actions interface {
	Reload(ctx context.Context, id phone.ID) error
	Reboot(ctx context.Context, id phone.ID) error
}

func (s *Server) reloadPhone(c *call) (any, error) { return s.act(c, s.Actions.Reload) }

func (s *Server) rebootPhone(c *call) (any, error) { return s.act(c, s.Actions.Reboot) }

// act is one action on a phone of the caller's.
func (s *Server) act(c *call, do func(context.Context, phone.ID) error) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	if err := do(c.Request.Context(), p.ID); err != nil {
		return nil, err
	}
	return success{true}, nil
}

// ownPhone is the phone that the path names, as it is now, if it is the
// caller's.
func (s *Server) ownPhone(c *call) (*phone.Phone, error) {
	id, err := c.id("SIP phone")
	if err != nil {
		return nil, err
	}
	a := s.Book.ByID(id)
	if a == nil {
		return nil, phone.Fault(phone.NoPhone)
	}
	return a.Phone, s.own(c.caller, a.Customer)
}

// optionally reads a body that may be missing.
func (c *call) optionally(into any) error {
	if c.Request.ContentLength == 0 {
		return nil
	}
	return c.decode(into)
}

// renewCredentials gives the phone a new username and password. The old ones
// stop at once, or with keepOld after so many seconds or as soon as the phone has
// used the new ones.
func (s *Server) renewCredentials(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	var in struct {
		KeepOld int `json:"keepOld"`
	}
	if err := c.optionally(&in); err != nil {
		return nil, err
	}
	if in.KeepOld < 0 || in.KeepOld > int(phone.MaxOverlap/time.Second) {
		return nil, invalid("keepOld", "Value is invalid, must be a Number from 0 to 604800")
	}
	return s.editPhone(c, p.ID, func(p *phone.Phone, _ phone.References) error {
		return p.Rotate(s.Random, s.Now(), time.Duration(in.KeepOld)*time.Second)
	})
}

// acceptAddress locks the phone to the address at which its fence has last
// refused it: somebody has moved it, and says so.
func (s *Server) acceptAddress(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Address string `json:"address"`
	}
	if err := c.optionally(&in); err != nil {
		return nil, err
	}
	addr, err := s.refusedAt(p.ID, in.Address)
	if err != nil {
		return nil, err
	}
	return s.editPhone(c, p.ID, func(p *phone.Phone, _ phone.References) error {
		p.IP.Mode, p.IP.Address = phone.Locked, addr.String()
		return nil
	})
}

// refusedAt is the address of the phone's last refusal. Who names the address
// that they mean is told when it is another one by now.
func (s *Server) refusedAt(id phone.ID, meant string) (netip.Addr, error) {
	last := s.Status(id).LastRejected
	if last == nil {
		return netip.Addr{}, &phone.Error{Kind: phone.Conflict, Key: "status.lastRejected", Text: "SIP phone has not been refused"}
	}
	addr := last.Address.Unmap().WithZone("")
	if meant == "" {
		return addr, nil
	}
	wanted, err := netip.ParseAddr(meant)
	switch {
	case err != nil:
		return addr, invalid("address", "IP address is invalid")
	case wanted.Unmap() != addr:
		return addr, &phone.Error{Kind: phone.Conflict, Key: "address", Text: "SIP phone was last refused at another address"}
	}
	return addr, nil
}
