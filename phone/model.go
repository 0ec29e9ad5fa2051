package phone

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
)

// Model is a model of SIP phone: what it is and what it can do.
type Model struct {
	ID                  ID                `json:"_id"`
	Brand               string            `json:"brand"` // SNOM, MITEL, YEALINK, ...: names the vendor family
	BrandName           string            `json:"brandName"`
	Model               string            `json:"model"`
	Description         string            `json:"description,omitempty"`
	Extensions          int               `json:"extensions"` // how many phones may share one MAC: those of a DECT base, or of an adapter's ports
	Softkeys            int               `json:"softkeys"`   // keys of its own; 0 is not known
	SoftkeyLabels       bool              `json:"softkeyLabels"`
	SoftkeyCapabilities []string          `json:"softkeyCapabilities,omitempty"`
	Picture             ID                `json:"picture,omitempty"`
	ConfigurationTmpl   string            `json:"configurationTemplate,omitempty"`
	Capabilities        ModelCapabilities `json:"capabilities"`
	Ranges              Ranges            `json:"ranges,omitzero"`
	SidePanels          PanelSupport      `json:"sidePanels,omitzero"`
	BuiltIn             bool              `json:"builtIn,omitempty"`
}

// ModelCapabilities says what a model can do beside calling.
type ModelCapabilities struct {
	Provision        bool `json:"provision"`        // it fetches its configuration
	MACRedirect      bool `json:"macRedirect"`      // its maker redirects it to us
	CustomRingtones  bool `json:"customRingtones"`  // by a URL in the SIP request
	MultipleHandsets bool `json:"multipleHandsets"` // each handset has an address of its own
	SIPConfigReload  bool `json:"sipConfigReload"`  // a NOTIFY makes it fetch again
}

// WebRTCClient is the built-in model of the phones that a web page asks for.
const WebRTCClient ID = "000000000000000000070003"

// Brands that a rule names.
const (
	BrandSnom        = "SNOM"
	BrandMitel       = "MITEL"
	BrandYealink     = "YEALINK"
	BrandGrandstream = "GRANDSTREAM"
	BrandCisco       = "CISCO"
	BrandGigaset     = "GIGASET"
	BrandLG          = "LG"
	BrandGeneric     = "GENERIC"
)

//go:embed models
var builtIn embed.FS

// BuiltInModels reads the models that the project ships, with their stable ids,
// in the order of these.
func BuiltInModels() ([]*Model, error) {
	models, err := ReadModels[Model]()
	for _, m := range models {
		m.BuiltIn = true
	}
	slices.SortFunc(models, func(a, b *Model) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return models, err
}

// ReadModels reads the files of the built-in models, one a model, as models of
// some form: a file also says what is the affair of one room alone.
func ReadModels[T any]() (all []*T, err error) {
	files, err := fs.Glob(builtIn, "models/*/*.json")
	if err != nil {
		return nil, fmt.Errorf("built-in models: %w", err)
	}
	for _, name := range files {
		b, err := builtIn.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("built-in models: %w", err)
		}
		m := new(T)
		if err := json.Unmarshal(b, m); err != nil {
			return nil, fmt.Errorf("built-in models: %s: %w", name, err)
		}
		all = append(all, m)
	}
	return all, nil
}

// Configures says whether phones of the model have to fetch their configuration
// again when it becomes the other one: what is in it that a family or a template
// asks for. A model of one's own may be changed while phones are of it.
func (m *Model) Configures(after *Model) bool {
	return m.ConfigurationTmpl != after.ConfigurationTmpl || m.Brand != after.Brand || m.Model != after.Model ||
		m.Extensions != after.Extensions || m.Softkeys != after.Softkeys || m.SoftkeyLabels != after.SoftkeyLabels ||
		m.Capabilities.MultipleHandsets != after.Capabilities.MultipleHandsets || !reflect.DeepEqual(m.SidePanels, after.SidePanels)
}
