package mgmt

import (
	"fmt"

	"ringfence/phone"
)

// modelItem is a model in a list that was not asked for in full.
type modelItem struct {
	ID          phone.ID `json:"_id"`
	Brand       string   `json:"brand"`
	BrandName   string   `json:"brandName"`
	Model       string   `json:"model"`
	Picture     phone.ID `json:"picture,omitempty"`
	Description string   `json:"description,omitempty"`
}

// shortModel is nil for a model that does not exist.
func shortModel(m *phone.Model) *modelItem {
	if m == nil {
		return nil
	}
	return &modelItem{ID: m.ID, Brand: m.Brand, BrandName: m.BrandName, Model: m.Model, Picture: m.Picture, Description: m.Description}
}

// modelBody is what a request may set on a model.
type modelBody struct {
	Brand               optional[string]             `json:"brand"`
	BrandName           optional[string]             `json:"brandName"`
	Model               optional[string]             `json:"model"`
	Description         optional[string]             `json:"description"`
	Extensions          optional[int]                `json:"extensions"`
	Softkeys            optional[int]                `json:"softkeys"`
	SoftkeyLabels       optional[bool]               `json:"softkeyLabels"`
	SoftkeyCapabilities optional[[]string]           `json:"softkeyCapabilities"`
	Picture             optional[reference]          `json:"picture"`
	ConfigurationTmpl   optional[string]             `json:"configurationTemplate" most:"1048576"` // as JSON, which doubles line ends
	Capabilities        part[capabilitiesBody]       `json:"capabilities"`
	Ranges              optional[phone.Ranges]       `json:"ranges"`
	SidePanels          optional[phone.PanelSupport] `json:"sidePanels"`
}

// capabilitiesBody sets those that it names.
type capabilitiesBody struct {
	Provision        optional[bool] `json:"provision"`
	MACRedirect      optional[bool] `json:"macRedirect"`
	CustomRingtones  optional[bool] `json:"customRingtones"`
	MultipleHandsets optional[bool] `json:"multipleHandsets"`
	SIPConfigReload  optional[bool] `json:"sipConfigReload"`
}

func (b capabilitiesBody) into(to *phone.ModelCapabilities) {
	b.Provision.into(&to.Provision)
	b.MACRedirect.into(&to.MACRedirect)
	b.CustomRingtones.into(&to.CustomRingtones)
	b.MultipleHandsets.into(&to.MultipleHandsets)
	b.SIPConfigReload.into(&to.SIPConfigReload)
}

func (s *Server) models() resource[phone.Model, modelBody] {
	return resource[phone.Model, modelBody]{
		Server: s, what: "SIP phone model", plural: "sipPhoneModels", bounds: bounds{normal: 50, most: 500}, keep: s.Models,
		customer: func(*phone.Model) phone.ID { return "" },
		common:   true,
		fresh:    func(phone.ID) *phone.Model { return phone.NewModel() },
		judge: func(m *phone.Model, _ phone.References) error {
			if err := m.Validate(); err != nil {
				return err
			}
			return s.Provisioning.CheckTemplate(m)
		},
		guard: func(_ *call, m *phone.Model) error {
			if m.BuiltIn {
				return errBuiltIn
			}
			return nil
		},
		apply: func(_ *call, in *modelBody, m *phone.Model) error {
			in.Brand.into(&m.Brand)
			in.BrandName.into(&m.BrandName)
			in.Model.into(&m.Model)
			in.Description.into(&m.Description)
			in.Extensions.into(&m.Extensions)
			in.Softkeys.into(&m.Softkeys)
			in.SoftkeyLabels.into(&m.SoftkeyLabels)
			in.SoftkeyCapabilities.into(&m.SoftkeyCapabilities)
			if in.Picture.named {
				m.Picture = phone.ID(in.Picture.value)
			}
			in.ConfigurationTmpl.into(&m.ConfigurationTmpl)
			in.Capabilities.value.into(&m.Capabilities)
			in.Ranges.into(&m.Ranges)
			in.SidePanels.into(&m.SidePanels)
			return nil
		},
	}
}

var errBuiltIn = &phone.Error{Kind: phone.Conflict, Key: "id", Text: "A built-in SIP phone model cannot be changed"}

// listModels is every model: they belong to no customer.
func (s *Server) listModels(c *call) (any, error) {
	q, faults := c.read(bounds{normal: 50, most: 500})
	full, wrong := c.isSet("full")
	if err := append(faults, wrong...).Err(); err != nil {
		return nil, err
	}
	models, total, err := s.Models.List(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	if full {
		return listing(q, total, "sipPhoneModels", models), nil
	}
	return listing(q, total, "sipPhoneModels", each(models, shortModel)), nil
}
