package phone

import "testing"

func TestWhatOfAModelIsInConfigurations(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Model)
		want   bool
	}{
		"nothing":                      {func(*Model) {}, false},
		"its template":                 {func(m *Model) { m.ConfigurationTmpl = "x" }, true},
		"its maker":                    {func(m *Model) { m.Brand = BrandMitel }, true},
		"its name":                     {func(m *Model) { m.Model = "D785" }, true},
		"how many keys it has":         {func(m *Model) { m.Softkeys = 24 }, true},
		"whether they have a display":  {func(m *Model) { m.SoftkeyLabels = true }, true},
		"how many lines a base has":    {func(m *Model) { m.Extensions = 20 }, true},
		"that it is a base":            {func(m *Model) { m.Capabilities.MultipleHandsets = true }, true},
		"how many panels it takes":     {func(m *Model) { m.SidePanels.Max = 2 }, true},
		"how many keys these have":     {func(m *Model) { m.SidePanels.Models = []PanelModel{{"D7", 20}} }, true},
		"what people call its maker":   {func(m *Model) { m.BrandName = "Snom Technology" }, false},
		"what it is told to do":        {func(m *Model) { m.Capabilities.SIPConfigReload = true }, false},
		"which levels can be set":      {func(m *Model) { m.Ranges.Ringer.Volume = &Range{0, 9} }, false},
		"which keys can be configured": {func(m *Model) { m.SoftkeyCapabilities = []string{KeyBLF} }, false},
	} {
		before := Model{Brand: BrandSnom, BrandName: "Snom", Model: "D865", Extensions: 1, Softkeys: 12, SidePanels: PanelSupport{Max: 1, Models: []PanelModel{{"D7", 18}}}}
		after := before
		c.change(&after)
		if got := before.Configures(&after); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
