package redirect

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"ringfence/phone"
)

// sraps is Snom's secure redirection and provisioning service, by JSON. Gigaset
// runs the same for its newer devices, where the setting is called otherwise.
type sraps struct {
	client  *http.Client
	base    string // ends in a slash
	setting string // the name of the setting that holds the URL
	hawk    hawk

	// What is asked once, by the service's goroutine.
	settingID string
	endpoints string // ends in a slash
}

// The names of the setting.
const (
	srapsSetting = "setting_server"
	grapeSetting = "ProvisioningServer"
)

// maxPages bounds the list of all settings.
const maxPages = 20

// endpoint is a device as the service keeps it.
type endpoint struct {
	MAC      string                     `json:"mac"`
	Enabled  bool                       `json:"autoprovisioning_enabled"`
	Settings map[string]endpointSetting `json:"settings_manager"`
}

type endpointSetting struct {
	Value string          `json:"value"`
	Attrs json.RawMessage `json:"attrs,omitempty"`
}

// Register is for Redirector.
func (s *sraps) Register(ctx context.Context, mac phone.MAC, _, url string) error {
	at, err := s.device(ctx, mac)
	if err != nil {
		return err
	}
	body, err := json.Marshal(endpoint{MAC: strings.ToLower(string(mac)), Enabled: true, Settings: map[string]endpointSetting{
		s.settingID: {url, json.RawMessage(`{"perm":"RW"}`)},
	}})
	if err != nil {
		return because(Malformed)
	}
	_, err = s.do(ctx, http.MethodPut, at, body)
	return err
}

// Unregister is for Redirector.
func (s *sraps) Unregister(ctx context.Context, mac phone.MAC) error {
	at, err := s.device(ctx, mac)
	if err == nil {
		_, err = s.do(ctx, http.MethodDelete, at, nil)
	}
	return err
}

// Status is for Redirector.
func (s *sraps) Status(ctx context.Context, mac phone.MAC) (State, error) {
	at, err := s.device(ctx, mac)
	if err != nil {
		return State{}, err
	}
	a, err := s.do(ctx, http.MethodGet, at, nil)
	if is(err, Unknown) {
		return State{}, nil
	}
	var is endpoint
	if err == nil {
		err = a.into(&is)
	}
	to := is.Settings[s.settingID].Value
	return State{Registered: to != "", URL: to}, err
}

// device is the address of a device. It finds out what it takes: the id of the
// setting, and where the account's devices are.
func (s *sraps) device(ctx context.Context, mac phone.MAC) (string, error) {
	if s.settingID == "" {
		if err := s.findSetting(ctx); err != nil {
			return "", account(err)
		}
	}
	if s.endpoints == "" {
		if err := s.findEndpoints(ctx); err != nil {
			return "", account(err)
		}
	}
	return s.endpoints + strings.ToLower(string(mac)), nil
}

// account is an error about what has nothing to do with the device.
func account(err error) error {
	if is(err, Unknown, Owned, Malformed, Refused) {
		return &Error{Kind: Credentials, Text: "the service does not know the account"}
	}
	return err
}

func (s *sraps) findSetting(ctx context.Context) error {
	next := s.base + "settings/?page_size=1000"
	for range maxPages {
		a, err := s.do(ctx, http.MethodGet, next, nil)
		if err != nil {
			return err
		}
		var page []struct {
			ID   string `json:"uuid"`
			Name string `json:"param_name"`
		}
		if err := a.into(&page); err != nil {
			return err
		}
		for _, setting := range page {
			if setting.Name == s.setting {
				s.settingID = setting.ID
				return nil
			}
		}
		if next = nextPage(a.header); next == "" {
			break
		}
	}
	return because(Refused)
}

var linkNext = regexp.MustCompile(`<([^<>]*)>\s*;\s*rel="?next"?`)

// nextPage is what a Link header leads to, RFC 8288; "" for nowhere.
func nextPage(h http.Header) string {
	if m := linkNext.FindStringSubmatch(h.Get("Link")); m != nil {
		return m[1]
	}
	return ""
}

// findEndpoints follows the links from the key to its company, and from there to
// the devices.
func (s *sraps) findEndpoints(ctx context.Context) error {
	var is struct {
		Links struct {
			Company   string `json:"company"`
			Endpoints string `json:"endpoints"`
		} `json:"links"`
	}
	for _, at := range []func() string{
		func() string { return s.base + "tokens/" + url.PathEscape(s.hawk.id) },
		func() string { return is.Links.Company },
	} {
		a, err := s.do(ctx, http.MethodGet, at(), nil)
		if err == nil {
			err = a.into(&is)
		}
		if err != nil {
			return err
		}
	}
	if !s.own(is.Links.Endpoints) {
		return because(Refused)
	}
	s.endpoints = strings.TrimSuffix(is.Links.Endpoints, "/") + "/"
	return nil
}

// own says whether an address is one of the service: signed requests go nowhere
// else, whatever a link says.
func (s *sraps) own(address string) bool {
	base, err := url.Parse(s.base)
	u, wrong := url.Parse(address)
	return err == nil && wrong == nil && u.Scheme == base.Scheme && u.Host == base.Host
}

// do makes a signed request.
func (s *sraps) do(ctx context.Context, method, at string, body []byte) (answer, error) {
	if !s.own(at) {
		return answer{}, because(Refused)
	}
	var contentType string
	if body != nil {
		contentType = jsonType
	}
	r, err := request(ctx, method, at, contentType, body)
	if err != nil {
		return answer{}, err
	}
	s.hawk.sign(r, body)
	a, err := send(s.client, r)
	if err == nil {
		err = a.failure()
	}
	return a, err
}
