package phone

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatIsWrongWithLevels(t *testing.T) {
	const (
		unknown = `"sipPhoneModel":"` + string(desk) + `","macAddress":"4EE8A34B56F3"`
		volume  = "422 ringer.volume: Ringer volume is outside the valid range"
		tone    = "422 ringer.tone: Ringtone is outside the valid range"
		mic     = "422 volume.handset.mic: Handset microphone level is invalid"
	)
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"the quietest":                   {fine + `,"ringer":{"volume":1}`, nil},
		"the loudest":                    {fine + `,"ringer":{"volume":"10"}`, nil},
		"quieter":                        {fine + `,"ringer":{"volume":0}`, []string{volume}},
		"louder":                         {fine + `,"ringer":{"volume":11}`, []string{volume}},
		"loud":                           {fine + `,"ringer":{"volume":"loud"}`, []string{"422 ringer.volume: Ringer volume is invalid"}},
		"half a step":                    {fine + `,"ringer":{"volume":1.5}`, []string{"422 ringer.volume: Ringer volume is invalid"}},
		"the phone's own volume":         {fine + `,"ringer":{"volume":null}`, nil},
		"any volume that may be one":     {unknown + `,"ringer":{"volume":100}`, nil},
		"what is no volume anywhere":     {unknown + `,"ringer":{"volume":101}`, []string{volume}},
		"less than nothing":              {unknown + `,"ringer":{"volume":-1}`, []string{volume}},
		"the first ringtone":             {fine + `,"ringer":{"tone":1}`, nil},
		"the last ringtone, as a String": {fine + `,"ringer":{"tone":"5"}`, nil},
		"a ringtone beyond the last":     {fine + `,"ringer":{"tone":6}`, []string{tone}},
		"a ringtone before the first":    {fine + `,"ringer":{"tone":0}`, []string{tone}},
		"a ringtone of one's own":        {fine + `,"ringer":{"tone":"54E5F28C741290FC0203B05A"}`, nil},
		"one with an id of digits":       {fine + `,"ringer":{"tone":"000000000000000000000099"}`, nil},
		"a ringtone by name":             {fine + `,"ringer":{"tone":"Ringer1"}`, []string{tone}},
		"a ringtone below 0":             {fine + `,"ringer":{"tone":"-1"}`, []string{tone}},
		"a ringtone that is true":        {fine + `,"ringer":{"tone":true}`, []string{tone}},
		"no ringtone":                    {fine + `,"ringer":{"tone":""}`, nil},
		"a gain below 0":                 {fine + `,"volume":{"handset":{"mic":-10}}`, nil},
		"a gain below all":               {fine + `,"volume":{"handset":{"mic":-11}}`, []string{mic}},
		"a gain that is a word":          {fine + `,"volume":{"handset":{"mic":"high"}}`, []string{mic}},
		"all levels beyond": {fine + `,"volume":{"handset":{"mic":11,"speaker":16},"headset":{"mic":9,"speaker":-1},"handsfree":{"mic":0,"speaker":10}}`, []string{
			mic,
			"422 volume.handset.speaker: Handset speaker level is invalid",
			"422 volume.headset.mic: Headset microphone level is invalid",
			"422 volume.headset.speaker: Headset speaker level is invalid",
			"422 volume.handsfree.mic: Handsfree microphone level is invalid",
			"422 volume.handsfree.speaker: Handsfree speaker level is invalid",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := create(t, world{}, acme, `{`+c.body+`}`)
			if got := told(err); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func TestLevelsAreJudgedWhenTheyAreTouched(t *testing.T) {
	loud := 50
	stands := Phone{
		ID: "1", Customer: acme, Model: keyed, PBXCluster: Production, IP: Fence{Mode: Open},
		Ringer: Ringer{Volume: &loud, Tone: "9"}, Volume: Volume{Headset: AudioLevels{Mic: &loud}},
	}
	for body, want := range map[string][]string{
		`{"notes":"x"}`:                            nil,
		`{"ringer":{"volume":50,"tone":9}}`:        nil, // as it was
		`{"ringer":null,"volume":null}`:            nil,
		`{"ringer":{"tone":10}}`:                   {"422 ringer.tone: Ringtone is outside the valid range"},
		`{"ringer":{"volume":51}}`:                 {"422 ringer.volume: Ringer volume is outside the valid range"},
		`{"volume":{"headset":{"mic":51}}}`:        {"422 volume.headset.mic: Headset microphone level is invalid"},
		`{"sipPhoneModel":"` + string(soft) + `"}`: nil, // of which no range is known
	} {
		if got := told(update(t, world{}, stands.Clone(), body)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}

	stands.Model = soft
	want := []string{
		"422 ringer.volume: Ringer volume is outside the valid range",
		"422 ringer.tone: Ringtone is outside the valid range",
		"422 volume.headset.mic: Headset microphone level is invalid",
	}
	if got := told(update(t, world{}, stands.Clone(), `{"sipPhoneModel":"`+string(keyed)+`"}`)); !slices.Equal(got, want) {
		t.Errorf("on a new model: got %q, want %q", got, want)
	}
}

func TestRangesOfTheBuiltInModelsAreSane(t *testing.T) {
	models, err := BuiltInModels()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		r, v := m.Ranges.Ringer, m.Ranges.Volume
		for _, r := range []*Range{r.Volume, r.Tone, v.Handset.Mic, v.Handset.Speaker, v.Headset.Mic, v.Headset.Speaker, v.Handsfree.Mic, v.Handsfree.Speaker} {
			if r != nil && r.Min >= r.Max {
				t.Errorf("%s: a range from %d to %d", m.Model, r.Min, r.Max)
			}
		}
		if m.Softkeys > 0 && m.Ranges.Ringer.Volume == nil {
			t.Errorf("%s has no range of volumes", m.Model)
		}
		if (m.SidePanels.Max > 0) != (len(m.SidePanels.Models) > 0) {
			t.Errorf("%s takes %d of %d panels", m.Model, m.SidePanels.Max, len(m.SidePanels.Models))
		}
		for _, panel := range m.SidePanels.Models {
			if panel.Model == "" || panel.Softkeys < 1 {
				t.Errorf("%s: %+v", m.Model, panel)
			}
		}
		for _, function := range m.SoftkeyCapabilities {
			if !m.canDo(function) {
				t.Errorf("%s: %s is no function", m.Model, function)
			}
		}
	}
}
