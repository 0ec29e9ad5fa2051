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

func (s *Server) listModels(c *call) (any, error) {
	q, err := c.page(bounds{normal: 50, most: 500})
	if err != nil {
		return nil, err
	}
	models, total, err := s.Models.ListModels(c.Request.Context(), q)
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	if c.isSet("full") {
		return listing(q, total, "sipPhoneModels", models), nil
	}
	return listing(q, total, "sipPhoneModels", each(models, shortModel)), nil
}

func (s *Server) getModel(c *call) (any, error) {
	id, err := c.id("SIP phone model")
	if err != nil {
		return nil, err
	}
	m, err := s.Models.Model(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a model: %w", err)
	}
	return m, nil
}
