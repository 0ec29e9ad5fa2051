package mgmt

import (
	"errors"
	"fmt"

	"ringfence/phone"
)

// settingsBody is what a request may set on a customer's settings.
type settingsBody struct {
	MasterPinCode        optional[digits]    `json:"masterPinCode"`
	DefaultLanguage      optional[string]    `json:"defaultLanguage"`
	TimeZone             optional[string]    `json:"timeZone"`
	DefaultNumber        optional[string]    `json:"defaultNumber"`
	NationalPrefix       optional[digits]    `json:"nationalPrefix"`
	CallerIDNameOutbound optional[string]    `json:"callerIdNameOutbound"`
	VoicemailBreakout    optional[bool]      `json:"voicemailBreakout"`
	Recording            part[recordingBody] `json:"recording"`

	Provisioning part[provisioningBody] `json:"provisioning"`
}

type provisioningBody struct {
	PlainPath optional[*bool] `json:"plainPath"`
}

type recordingBody struct {
	Mode      optional[string] `json:"mode"`
	Quality   optional[string] `json:"quality"`
	Retension optional[int]    `json:"retension"`
}

func (b settingsBody) apply(to *phone.Settings) {
	if b.MasterPinCode.named {
		to.MasterPinCode = string(b.MasterPinCode.value)
	}
	b.DefaultLanguage.into(&to.DefaultLanguage)
	b.TimeZone.into(&to.TimeZone)
	b.DefaultNumber.into(&to.DefaultNumber)
	if b.NationalPrefix.named {
		to.NationalPrefix = string(b.NationalPrefix.value)
	}
	b.CallerIDNameOutbound.into(&to.CallerIDNameOutbound)
	b.VoicemailBreakout.into(&to.VoicemailBreakout)
	b.Provisioning.value.PlainPath.into(&to.PlainPath)
	b.Recording.value.Mode.into(&to.Recording.Mode)
	b.Recording.value.Quality.into(&to.Recording.Quality)
	b.Recording.value.Retension.into(&to.Recording.Retension)
}

// settingsOf is whose settings the path asks for: a customer's, or the caller's.
func (s *Server) settingsOf(c *call) (phone.ID, error) {
	customer, err := s.ownerOf(c.caller, identifier(c.Param("id")))
	if err == nil && s.Book.Customer(customer) == nil {
		err = phone.Fault(phone.NoCustomer)
	}
	return customer, err
}

func (s *Server) getSettings(c *call) (any, error) {
	customer, err := s.settingsOf(c)
	if err != nil {
		return nil, err
	}
	settings, err := s.Settings.Get(c.Request.Context(), customer)
	if phone.KindOf(err) == phone.NotFound {
		settings, err = phone.NewSettings(customer), nil
	}
	if err != nil {
		return nil, fmt.Errorf("get settings: %w", err)
	}
	return shownSettings(c, settings), nil
}

// shownSettings hides the PIN from who has only their own phone. The entity tag
// is of what is shown: four digits could be guessed from it.
func shownSettings(c *call, settings *phone.Settings) *phone.Settings {
	shown := *settings
	if !c.caller.level.AtLeast(phone.Viewer) {
		shown.MasterPinCode = ""
	}
	tag(c, &shown)
	return &shown
}

// updateSettings changes what is named; the first change writes them all.
func (s *Server) updateSettings(c *call) (any, error) {
	customer, err := s.settingsOf(c)
	if err != nil {
		return nil, err
	}
	var in settingsBody
	wrong, err := c.properties(&in)
	if err != nil {
		return nil, err
	}
	edit := func(settings *phone.Settings, refs phone.References) error {
		if err := unchanged(c, settings); err != nil {
			return err
		}
		in.apply(settings)
		return beside(wrong, settings.Validate(refs))
	}
	settings, err := s.Settings.Update(c.changing(), customer, edit)
	if phone.KindOf(err) == phone.NotFound {
		settings, err = s.firstSettings(c, customer, edit)
	}
	if err != nil {
		return nil, fmt.Errorf("update settings: %w", err)
	}
	return shownSettings(c, settings), nil
}

// firstSettings makes the settings of a customer who has none. Of two at once
// that make them, one finds them made.
func (s *Server) firstSettings(
	c *call, customer phone.ID, edit func(*phone.Settings, phone.References) error,
) (*phone.Settings, error) {
	made, err := s.Settings.Create(c.changing(), func(refs phone.References) (*phone.Settings, error) {
		fresh := phone.NewSettings(customer)
		return fresh, edit(fresh, refs)
	})
	var taken *phone.Error
	if errors.As(err, &taken) && taken.Kind == phone.Conflict && taken.Key == "_id" {
		return s.Settings.Update(c.changing(), customer, edit)
	}
	return made, err
}
