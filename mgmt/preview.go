package mgmt

import (
	"context"
	"fmt"
	"net/http"

	"ringfence/phone"
)

// Provisioning is the configuration door, as far as the API shows it.
type Provisioning interface {
	// Preview is what the phone would fetch, with or without its secrets. It counts
	// as no fetch and locks nothing. NoPhone; a Conflict when its model cannot be
	// provisioned.
	Preview(ctx context.Context, id phone.ID, masked bool) (*phone.ConfigPreview, error)
	// BaseURL is where all phones fetch from, "" when the server has not been told.
	BaseURL() string
	// FirstURL is where a new device fetches from, with its token; "" likewise.
	FirstURL(mac phone.MAC) string
	// Arrived says that the device has come by its steady URL: FirstURL is dead.
	Arrived(mac phone.MAC) bool
	// RotateToken gives a device new tokens; its old ones end.
	RotateToken(ctx context.Context, mac phone.MAC) error
	// CheckTemplate judges a model's own template.
	CheckTemplate(*phone.Model) error
}

// secretsSeen is the level that may see the secrets of a configuration.
const secretsSeen = phone.Owner

// previewPhone is GET /pbx/sipphone/{id}/config. Whoever sees secrets is written
// down before they do.
func (s *Server) previewPhone(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	secrets, wrong := c.isSet("secrets")
	raw, alsoWrong := c.isSet("raw")
	if err := append(wrong, alsoWrong...).Err(); err != nil {
		return nil, err
	}
	secrets = secrets && c.caller.level.AtLeast(secretsSeen)
	shown, err := s.Provisioning.Preview(c.Request.Context(), p.ID, !secrets)
	if err != nil {
		return nil, fmt.Errorf("preview a configuration: %w", err)
	}
	if secrets {
		if err := s.Audit.Viewed(c.changing(), "sipphone", p.ID, p.Customer); err != nil {
			return nil, fmt.Errorf("write down who sees secrets: %w", err)
		}
	}
	if raw {
		return plainText(shown.Body), nil
	}
	return shown, nil
}

// plainText is an answer that is not JSON. It is text whatever it holds, so that
// no browser takes it for a page.
type plainText string

func (t plainText) write(c *call) {
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(t))
}

// urlAnswer is where phones fetch their configuration.
type urlAnswer struct {
	URL   string   `json:"url"`
	Phone phone.ID `json:"sipphone,omitempty"`
	Spent bool     `json:"spent,omitempty"` // the phone has arrived, and this one is dead
}

// provisioningURL is where phones fetch from: what a DHCP server tells all of
// them, or with a phone in the query what is typed into that one.
func (s *Server) provisioningURL(c *call) (any, error) {
	if err := s.own(c.caller, c.caller.customer); err != nil {
		return nil, err
	}
	text := c.Query("sipphone")
	if text == "" {
		return urlOf("", s.Provisioning.BaseURL(), false)
	}
	if !c.caller.level.AtLeast(phone.Manager) {
		return nil, phone.Fault(phone.LevelTooLow)
	}
	id, _ := phone.ParseID(text)
	a := s.Book.ByID(id)
	if a == nil {
		return nil, phone.Fault(phone.NoPhone)
	}
	if err := s.own(c.caller, a.Customer); err != nil {
		return nil, err
	}
	if a.MAC == "" {
		return nil, errNoMAC
	}
	return urlOf(a.ID, s.Provisioning.FirstURL(a.MAC), s.Provisioning.Arrived(a.MAC))
}

func urlOf(id phone.ID, url string, spent bool) (any, error) {
	if url == "" {
		return nil, &phone.Error{Kind: phone.Conflict, Key: "url", Text: "The server has not been told the URL at which phones reach it"}
	}
	return urlAnswer{url, id, spent}, nil
}

var errNoMAC = &phone.Error{Kind: phone.Conflict, Key: "macAddress", Text: "SIP phone has no MAC address"}

// renewToken gives the phone's device new provisioning tokens.
func (s *Server) renewToken(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	if p.MAC == "" {
		return nil, errNoMAC
	}
	if err := s.Provisioning.RotateToken(c.changing(), p.MAC); err != nil {
		return nil, fmt.Errorf("renew the token of a phone: %w", err)
	}
	return success{true}, nil
}
