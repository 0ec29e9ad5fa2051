package provision

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"ringfence/phone"
	"ringfence/provision/family"
)

// Preview is the configuration that a phone would fetch now, from wherever its
// fence lets it. Nothing is judged, locked or noted. Where it is masked, the view
// that is rendered has no secrets, so that none can be in what comes out.
// NoPhone; a Conflict when there is no such file.
func (s *Server) Preview(_ context.Context, id phone.ID, masked bool) (*phone.ConfigPreview, error) {
	a := s.Book.ByID(id)
	if a == nil {
		return nil, phone.Fault(phone.NoPhone)
	}
	m := s.Book.Model(a.Model)
	f := s.Families.Of(m)
	if f == nil {
		return nil, conflict("sipPhoneModel", "SIP phone model cannot be provisioned")
	}
	if a.MAC == "" {
		return nil, conflict("macAddress", "SIP phone has no MAC address")
	}
	var phones []*phone.Phone
	for _, one := range s.Book.ByMAC(a.MAC) {
		phones = append(phones, one.Phone)
	}
	if len(phones) == 0 {
		return nil, conflict("pbxCluster", "SIP phone is on a cluster that this server does not serve")
	}
	v := s.view(phones, netip.Addr{})
	if masked {
		s.hideToken(v)
		mask(v)
	}
	d, err := s.previewed(f, v)
	if err != nil {
		return nil, err
	}
	d.Stale = s.Book.Stale(id)
	return d, nil
}

func (s *Server) previewed(f *family.Family, v *family.View) (*phone.ConfigPreview, error) {
	file := f.Whole()
	p := &phone.ConfigPreview{File: file.Called(v.MAC, v.Model), Warnings: []phone.ConfigWarning{}}
	if !s.SIP.Addr.IsValid() {
		v.Server.Host = s.SIP.Domain
		p.Warnings = append(p.Warnings, phone.ConfigWarning{Property: "server", Text: "The phone is told the address at which it reaches the server"})
	}
	d, err := f.Render(file, v)
	if err != nil {
		return nil, err
	}
	p.ContentType, p.Body, p.WebPassword = d.ContentType, string(d.Body), v.WebPassword
	if v.URL.Base != "" {
		p.URL = v.URL.Base + p.File
	}
	for _, w := range d.Warnings {
		p.Warnings = append(p.Warnings, phone.ConfigWarning(w))
	}
	if s.Book.Settings(v.Phone.Customer).TimeZone != "" && v.Zone == nil {
		p.Warnings = append(p.Warnings, phone.ConfigWarning{Property: "timeZone", Text: "Phones cannot be told of this time zone"})
	}
	p.Warnings = append(p.Warnings, s.leftOut(v)...)
	return p, nil
}

// leftOut are the softkeys that are not in a view: those that the phone has no
// place for, and those that call what there is no more.
func (s *Server) leftOut(v *family.View) (ws []phone.ConfigWarning) {
	for _, k := range s.Book.KeysOf(v.Phone) {
		switch {
		case k.Index == nil || slices.ContainsFunc(v.Keys, func(in family.Key) bool { return in.Index == *k.Index }):
		case v.Phone.HasPlace(v.Model, *k.Index):
			ws = append(ws, phone.ConfigWarning{Property: fmt.Sprintf("softkeys[%d]", *k.Index), Text: "What it calls is gone"})
		default:
			ws = append(ws, phone.ConfigWarning{Property: fmt.Sprintf("softkeys[%d]", *k.Index), Text: "The phone has no place for it"})
		}
	}
	return ws
}

// mask takes the secrets out of a view, which is nobody else's.
func mask(v *family.View) {
	for i := range v.Accounts {
		v.Accounts[i].Password = phone.Masked
	}
	for _, secret := range []*string{&v.WebPassword, &v.MasterPin} {
		if *secret != "" {
			*secret = phone.Masked
		}
	}
}

func conflict(key, text string) error {
	return &phone.Error{Kind: phone.Conflict, Key: key, Text: text}
}

// BaseURL is where all phones are told to fetch from, "" when that is not known.
func (s *Server) BaseURL() string { return s.base() }

// Arrived says that a device has come with its steady token, so that the one of
// its first contact is dead.
func (s *Server) Arrived(mac phone.MAC) bool { return s.tokens.fate(mac).spent() }

// CheckTemplate judges a model's own template.
func (s *Server) CheckTemplate(m *phone.Model) error { return family.CheckTemplate(m) }
