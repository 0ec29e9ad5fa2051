package phone

import (
	"slices"
	"testing"
)

const (
	samePanel  = "409 purchaseInfo.sidePanels.serial: Sidepanel serials need to be unique"
	manyPanels = "422 purchaseInfo.sidePanels: More sidepanels configured than possible for the SIP phone model."
)

func TestWhatIsWrongWithSidePanels(t *testing.T) {
	const none = `"sipPhoneModel":"` + string(lobby) + `"`
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"one":                             {fine + `,"sidePanel":"D7"`, nil},
		"as many as possible":             {fine + `,"sidePanel":"D7","sidePanelCount":2,"purchaseInfo":{"sidePanels":[{"serial":"1"},{"serial":"2"}]}`, nil},
		"one more counted":                {fine + `,"sidePanelCount":3`, []string{manyPanels}},
		"one more bought":                 {fine + `,"purchaseInfo":{"sidePanels":[{},{},{}]}`, []string{manyPanels}},
		"one where none is possible":      {none + `,"sidePanelCount":1`, []string{manyPanels}},
		"none where none is possible":     {none + `,"sidePanelCount":0`, nil},
		"a name where no panel is listed": {none + `,"sidePanel":"D7"`, nil},
		"less than none":                  {fine + `,"sidePanelCount":-1`, []string{"422 sidePanelCount: Value is invalid, must be a Number from 0"}},
		"a panel of another make":         {fine + `,"sidePanel":"EXP50"`, []string{"422 sidePanel: Side panel is not valid for this phone model"}},
		"serials that nobody wrote down":  {fine + `,"purchaseInfo":{"sidePanels":[{},{"serial":""}]}`, nil},
		"a serial twice":                  {fine + `,"purchaseInfo":{"sidePanels":[{"serial":"1"},{"serial":"1"}]}`, []string{samePanel}},
		"a serial of a colleague's":       {fine + `,"purchaseInfo":{"sidePanels":[{"serial":"SP-COLLEAGUE"}]}`, []string{samePanel}},
		"serials of two others":           {fine + `,"purchaseInfo":{"sidePanels":[{"serial":"SP-COLLEAGUE"},{"serial":"SP-FOREIGN"}]}`, []string{samePanel}},
	} {
		_, err := create(t, world{}, acme, `{`+c.body+`}`)
		if got := told(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAPhoneKeepsItsSidePanels(t *testing.T) {
	four := 4
	stands := Phone{
		ID: colleague, Customer: acme, Model: keyed, PBXCluster: Production, IP: Fence{Mode: Open}, SidePanel: "EXP50", SidePanelCount: &four,
		Purchase: PurchaseInfo{SidePanels: []SidePanel{{Serial: "SP-COLLEAGUE"}}},
	}
	for body, want := range map[string][]string{
		`{"notes":"x"}`: nil,
		`{"sidePanel":"EXP50","sidePanelCount":4}`:                                  nil, // as it was
		`{"sidePanelCount":2}`:                                                      nil,
		`{"purchaseInfo":{"orderId":"7"}}`:                                          nil,
		`{"purchaseInfo":{"sidePanels":[{"serial":"SP-COLLEAGUE","orderId":"7"}]}}`: nil,
		`{"purchaseInfo":{"sidePanels":[{"serial":"SP-FOREIGN"}]}}`:                 {samePanel},
		`{"sidePanelCount":3}`:                                                      {manyPanels},
		`{"sipPhoneModel":"` + string(lobby) + `"}`:                                 {manyPanels}, // which lists no panels
		`{"sipPhoneModel":"` + string(desk) + `","macAddress":"4EE8A34B56F3"}`:      {manyPanels, "422 sidePanel: Side panel is not valid for this phone model"},
	} {
		if got := told(update(t, world{}, stands.Clone(), body)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
