package phone

import (
	"slices"
	"testing"
)

func TestWhoseServiceRedirectsAModel(t *testing.T) {
	redirected := ModelCapabilities{MACRedirect: true}
	for name, c := range map[string]struct {
		model *Model
		want  string
	}{
		"its maker's":                {&Model{Brand: BrandSnom, Capabilities: redirected}, RedirectSnom},
		"nobody's":                   {&Model{Brand: BrandSnom}, ""},
		"that of a maker of its own": {&Model{Brand: "ACME", Capabilities: redirected}, "acme"},
		"Cisco's, by the order":      {&Model{Brand: BrandCisco}, "cisco"},
		"of a model that is gone":    {nil, ""},
	} {
		if got := c.model.RedirectService(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhichChangesAMakerIsToldOf(t *testing.T) {
	desk := Phone{MAC: "000413000001", Model: "m", Serial: "1", Notes: "n"}
	with := func(change func(*Phone)) *Phone {
		p := desk
		change(&p)
		return &p
	}
	for name, c := range map[string]struct {
		change Change
		want   []MAC
		again  bool
	}{
		"a new phone":              {Change{nil, &desk}, []MAC{desk.MAC}, false},
		"one without an address":   {Change{nil, &Phone{}}, nil, false},
		"one that is deleted":      {Change{&desk, nil}, []MAC{desk.MAC}, false},
		"another device":           {Change{&desk, with(func(p *Phone) { p.MAC = "000413000002" })}, []MAC{desk.MAC, "000413000002"}, false},
		"no device any more":       {Change{&desk, with(func(p *Phone) { p.MAC = "" })}, []MAC{desk.MAC}, false},
		"another model":            {Change{&desk, with(func(p *Phone) { p.Model = "n" })}, []MAC{desk.MAC}, true},
		"another serial":           {Change{&desk, with(func(p *Phone) { p.Serial = "2" })}, []MAC{desk.MAC}, true},
		"something of the owner's": {Change{&desk, with(func(p *Phone) { p.Notes = "" })}, nil, false},
	} {
		if got, again := c.change.Redirects(); !slices.Equal(got, c.want) || again != c.again {
			t.Errorf("%s: %v, again %v; want %v, %v", name, got, again, c.want, c.again)
		}
	}
}
