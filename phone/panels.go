package phone

import (
	"reflect"
	"slices"
)

// PanelSupport says which side panels a model takes, and how many in all. The
// zero value takes none.
type PanelSupport struct {
	Max    int          `json:"max"`
	Models []PanelModel `json:"models,omitempty"`
}

// PanelModel is a model of side panel.
type PanelModel struct {
	Model    string `json:"model"`
	Softkeys int    `json:"softkeys"`
}

// Keys is the number of keys of one panel; of a panel that is not named, the
// most that a panel of this model can have.
func (s PanelSupport) Keys(panel string) (most int) {
	for _, m := range s.Models {
		if m.Model == panel {
			return m.Softkeys
		}
		most = max(most, m.Softkeys)
	}
	return most
}

// panels is how many side panels are attached or were bought, whichever is more.
func (p *Phone) panels() int {
	bought := len(p.Purchase.SidePanels)
	if p.SidePanelCount == nil {
		return bought
	}
	return max(bought, *p.SidePanelCount)
}

// places is how many keys the phone has with its panels.
func (p *Phone) places(model *Model) int {
	if model.Softkeys == 0 {
		return maxElements // not known: no phone has as many
	}
	return model.Softkeys + p.PanelsWithKeys(model)*model.SidePanels.Keys(p.SidePanel)
}

// PanelsWithKeys is how many side panels have keys: those that are attached, or
// one where a panel is named and none is counted.
func (p *Phone) PanelsWithKeys(model *Model) int {
	panels := p.panels()
	if p.SidePanel != "" && p.SidePanelCount == nil {
		panels = max(panels, 1)
	}
	return min(panels, model.SidePanels.Max)
}

// KeyPlace is where a key of a phone is: on which of its side panels, of the
// model that is named, 0 for the phone itself, and its number there, from 1.
func (m *Model) KeyPlace(index int, panel string) (on, number int) {
	keys := m.SidePanels.Keys(panel)
	if m.Softkeys == 0 || index < m.Softkeys || keys == 0 {
		return 0, index + 1
	}
	index -= m.Softkeys
	return 1 + index/keys, 1 + index%keys
}

// serialFaults judges the serials of side panels that changed since was. They
// are the same for every model.
func (p *Phone) serialFaults(was *Phone, refs References) (fs Faults) {
	if !reflect.DeepEqual(was.Purchase.SidePanels, p.Purchase.SidePanels) && p.sharesPanel(refs) {
		fs = append(fs, Fault(PanelSerialTaken))
	}
	return fs
}

// panelFaults judges the side panels that changed since was.
func (p *Phone) panelFaults(was *Phone, model *Model) (fs Faults) {
	if n := p.panels(); n != was.panels() && n > model.SidePanels.Max {
		fs = append(fs, Fault(TooManyPanels))
	}
	if p.SidePanel != was.SidePanel && p.SidePanel != "" && !model.SidePanels.takes(p.SidePanel) {
		fs = append(fs, unlisted("sidePanel", "Side panel is not valid for this phone model"))
	}
	return fs
}

// takes says whether the panel fits; a model that lists none is not known well
// enough to say no.
func (s PanelSupport) takes(panel string) bool {
	return len(s.Models) == 0 || slices.ContainsFunc(s.Models, func(m PanelModel) bool { return m.Model == panel })
}

// sharesPanel says whether a serial stands twice, here or at another phone.
func (p *Phone) sharesPanel(refs References) bool {
	seen := map[string]bool{}
	for _, panel := range p.Purchase.SidePanels {
		if panel.Serial == "" {
			continue
		}
		owner := refs.SidePanel(panel.Serial)
		if seen[panel.Serial] || owner != "" && owner != p.ID {
			return true
		}
		seen[panel.Serial] = true
	}
	return false
}
