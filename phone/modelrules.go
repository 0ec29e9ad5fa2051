package phone

import (
	"fmt"
	"slices"
	"strings"
)

// brands are the vendor families whose configuration is known.
var brands = []string{
	BrandSnom, BrandMitel, BrandLG, BrandYealink, BrandCisco, BrandGigaset, BrandGrandstream, BrandGeneric,
}

const (
	maxSlots      = 4000
	maxModelKeys  = 500
	maxCapability = 64
	maxPanels     = 16
)

// MaxTemplate bounds a model's own configuration template, in bytes.
const MaxTemplate = 256 << 10

// NewModel is a model for one phone that can do nothing beside calling.
func NewModel() *Model { return &Model{Brand: BrandGeneric, Extensions: 1} }

// Validate judges a model, and gives its brand a name for people where it has
// none.
func (m *Model) Validate() error {
	var fs Faults
	if !slices.Contains(brands, m.Brand) {
		fs = append(fs, unlisted("brand", mustBe("one of "+strings.Join(brands, ", "))))
	}
	if m.BrandName == "" {
		m.BrandName = m.Brand
	}
	for _, text := range []struct{ key, value string }{{"brandName", m.BrandName}, {"model", m.Model}} {
		if strings.TrimSpace(text.value) == "" || len(text.value) > maxName || strings.ContainsFunc(text.value, isControl) {
			fs = append(fs, unlisted(text.key, mustBe(fmt.Sprintf("a name of 1 to %d bytes", maxName))))
		}
	}
	if len(m.Description) > maxText {
		fs = append(fs, unlisted("description", "Description is too long"))
	}
	if m.Extensions < 1 || m.Extensions > maxSlots {
		fs = append(fs, unlisted("extensions", mustBe(fmt.Sprintf("a Number from 1 to %d", maxSlots))))
	}
	if m.Softkeys < 0 || m.Softkeys > maxModelKeys {
		fs = append(fs, unlisted("softkeys", mustBe(fmt.Sprintf("a Number from 0 to %d", maxModelKeys))))
	}
	if len(m.SoftkeyCapabilities) > maxCapability || !everyIn(m.SoftkeyCapabilities, keyFunctions) {
		fs = append(fs, unlisted("softkeyCapabilities", mustBe("an array of softkey functions")))
	}
	if len(m.ConfigurationTmpl) > MaxTemplate {
		fs = append(fs, unlisted("configurationTemplate", "Configuration template is too long"))
	}
	fs = append(fs, m.Ranges.faults()...)
	return append(fs, m.SidePanels.faults()...).Err()
}

// faults judges that each range holds something.
func (r *Ranges) faults() (fs Faults) {
	for _, one := range []struct {
		key string
		is  *Range
	}{
		{"ringer.volume", r.Ringer.Volume}, {"ringer.tone", r.Ringer.Tone},
		{"volume.handset.mic", r.Volume.Handset.Mic}, {"volume.handset.speaker", r.Volume.Handset.Speaker},
		{"volume.headset.mic", r.Volume.Headset.Mic}, {"volume.headset.speaker", r.Volume.Headset.Speaker},
		{"volume.handsfree.mic", r.Volume.Handsfree.Mic}, {"volume.handsfree.speaker", r.Volume.Handsfree.Speaker},
	} {
		if one.is != nil && one.is.Min > one.is.Max {
			fs = append(fs, unlisted("ranges."+one.key, "Range ends before it begins"))
		}
	}
	return fs
}

// faults judges the side panels of a model.
func (s *PanelSupport) faults() (fs Faults) {
	if s.Max < 0 || s.Max > maxPanels {
		fs = append(fs, unlisted("sidePanels.max", mustBe(fmt.Sprintf("a Number from 0 to %d", maxPanels))))
	}
	if len(s.Models) > maxPanels {
		return append(fs, unlisted("sidePanels.models", mustBe(fmt.Sprintf("an array of at most %d", maxPanels))))
	}
	for i, panel := range s.Models {
		if strings.TrimSpace(panel.Model) == "" || len(panel.Model) > maxName || strings.ContainsFunc(panel.Model, isControl) {
			fs = append(fs, unlisted(at("sidePanels.models", i, ".model"), mustBe(fmt.Sprintf("a name of 1 to %d bytes", maxName))))
		}
		if panel.Softkeys < 0 || panel.Softkeys > maxModelKeys {
			fs = append(fs, unlisted(at("sidePanels.models", i, ".softkeys"), mustBe(fmt.Sprintf("a Number from 0 to %d", maxModelKeys))))
		}
	}
	return fs
}

func everyIn(list, all []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(all, s) })
}
