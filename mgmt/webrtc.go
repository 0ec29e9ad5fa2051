package mgmt

import (
	"fmt"
	"strings"
	"unicode"

	"ringfence/phone"
)

const (
	maxInstance  = 256 // bytes of the id that a WebRTC client makes up for itself
	maxInstances = 20  // WebRTC clients of one extension
)

// webRTCAccount is what a WebRTC client needs to register.
type webRTCAccount struct {
	ID              phone.ID `json:"_id"`
	Server          string   `json:"server"`
	Username        string   `json:"username"`
	Password        string   `json:"password"`
	ExtensionNumber string   `json:"extensionNumber"`
	ExtensionName   string   `json:"extensionName"`
}

// openWebRTC gives a WebRTC client of the caller an account that is open for its
// registration: the phone of the caller's extension with that instance, or a new
// one.
func (s *Server) openWebRTC(c *call) (any, error) {
	var in struct {
		Instance string `json:"instanceId"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Instance == "":
		return nil, invalid("instanceId", "Instance id is missing")
	case len(in.Instance) > maxInstance:
		return nil, invalid("instanceId", fmt.Sprintf("Instance id is longer than %d bytes", maxInstance))
	case strings.ContainsFunc(in.Instance, unicode.IsControl): // as on any phone
		return nil, invalid("instanceId", "Instance id has control characters")
	}
	e, err := s.extensionOf(c.caller)
	if err != nil {
		return nil, err
	}
	// One at a time, so that an impatient client does not get two phones.
	s.webRTC.Lock()
	defer s.webRTC.Unlock()
	p, err := s.webRTCPhone(c, e, in.Instance)
	if err != nil {
		return nil, err
	}
	return webRTCAccount{
		ID: p.ID, Server: s.WebRTCURL, Username: p.Username, Password: p.Password,
		ExtensionNumber: e.Number, ExtensionName: e.Name,
	}, nil
}

func (s *Server) webRTCPhone(c *call, e *phone.Extension, instance string) (*phone.Phone, error) {
	ctx := c.changing()
	instances := 0
	for _, a := range s.Book.ByExtension(e.ID) {
		if a.Model != phone.WebRTCClient {
			continue
		}
		instances++
		if a.InstanceID == instance {
			p, err := s.Phones.Update(ctx, a.ID, func(p *phone.Phone, _ phone.References) error {
				if p.IP.Mode == phone.Locked { // by its last connection; the countries of an administrator stay
					p.IP.Mode, p.IP.Address = phone.Open, ""
				}
				return nil
			})
			if err != nil {
				return nil, fmt.Errorf("open a WebRTC phone: %w", err)
			}
			return p, nil
		}
	}
	if instances >= maxInstances {
		return nil, &phone.Error{Kind: phone.Conflict, Key: "instanceId", Text: "Extension has too many WebRTC clients"}
	}
	p, err := s.Phones.Create(ctx, func(refs phone.References) (*phone.Phone, error) {
		p := phone.New(e.Customer)
		p.Model, p.Extension, p.InstanceID = phone.WebRTCClient, e.ID, instance
		return p, p.Complete(nil, refs).Err()
	})
	if err != nil {
		return nil, fmt.Errorf("create a WebRTC phone: %w", err)
	}
	return p, nil
}
