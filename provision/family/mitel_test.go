package family

import (
	"testing"

	"ringfence/phone"
)

// What follows a # would be a comment, and a quotation mark would end the value.
func TestMitelValuesStayWhole(t *testing.T) {
	for value, want := range map[string]string{
		"Anna":                       "Anna",
		"Anna #1":                    `"Anna #1"`,
		`a "b" # c`:                  `"a b # c"`,
		"a\r\nsip line1 password: x": "asip line1 password: x",
	} {
		if got := mitelLines.escape(value); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestMitelKeysAreInRows(t *testing.T) {
	fs := load(t)
	models := builtIn(t)
	for name, c := range map[string]struct {
		model string
		index int
		blind bool
		want  string
	}{
		"a key beside a strip of paper":          {"6755i", 5, false, "prgkey6 blf"},
		"the first below the screen":             {"6755i", 6, false, "softkey1 blf"},
		"the last above the screen":              {"6867i", 19, false, "topsoftkey20 blf"},
		"one that cannot show a state":           {"6867i", 20, false, "softkey1 speeddial"},
		"one that cannot transfer by itself":     {"6867i", 20, true, "softkey1 speeddial"},
		"one that transfers without asking back": {"6869i", 0, true, "topsoftkey1 blfxfer"},
		"the first of a side panel":              {"6867i", 38, false, "expmod1 key1 blf"},
		"the first of the second side panel":     {"6867i", 38 + 84, false, "expmod2 key1 blf"},
	} {
		for _, m := range models {
			if m.Model != c.model {
				continue
			}
			k := Key{Index: c.index, Function: phone.KeyBLF, Value: "201"}
			panel := m.SidePanels.Models[len(m.SidePanels.Models)-1].Model
			k.Panel, k.Number = m.KeyPlace(c.index, panel)
			v := &mitelView{&View{Model: m, Facts: fs.Facts(m), Keys: []Key{k}, Phone: &phone.Phone{SidePanel: panel, SidePanelCount: ptr(2), SoftkeyBLFBlindTransfer: &c.blind}}}
			if key := v.Keys()[c.index]; key.Name+" "+key.Type != c.want {
				t.Errorf("%s: got %s %s, want %s", name, key.Name, key.Type, c.want)
			}
		}
	}
}

func TestAMitelKeyWithoutATargetIsUnused(t *testing.T) {
	for function, want := range map[string]string{phone.KeyVoicemail: "none", phone.KeyDND: "dnd", phone.KeyAddressBook: "directory"} {
		v := &mitelView{&View{
			Model: &phone.Model{Softkeys: 1}, Facts: &noFacts, Phone: &phone.Phone{},
			Keys: []Key{{Number: 1, Function: function}},
		}}
		if key := v.Keys()[0]; key.Type != want {
			t.Errorf("%s: got %s, want %s", function, key.Type, want)
		}
	}
}
