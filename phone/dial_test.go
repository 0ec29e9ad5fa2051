package phone

import (
	"slices"
	"strings"
	"testing"
)

func TestWhichNumbersOfTheWorldAreDialled(t *testing.T) {
	dk, de, us, nowhere := DialPlan{Country: "DK"}, DialPlan{Country: "DE"}, DialPlan{Country: "US"}, DialPlan{}
	prefixed := DialPlan{Country: "DK", Prefix: "0"}
	for _, c := range []struct {
		name    string
		plan    DialPlan
		dialled string
		want    string // "" is no number; with ! an emergency
	}{
		{"a national number", dk, "70305052", "+4570305052"},
		{"as a person writes it", dk, "70 30-50.52", "+4570305052"},
		{"with a plus", dk, "+49 89 12345678", "+498912345678"},
		{"with zeros", dk, "00498912345678", "+498912345678"},
		{"with the zero of its country", de, "08912345678", "+498912345678"},
		{"with a customer's prefix", prefixed, "070305052", "+4570305052"},
		{"without the customer's prefix", prefixed, "70305052", "+4570305052"},
		{"abroad, in spite of the prefix", prefixed, "00498912345678", "+498912345678"},
		{"ten digits", us, "2125550100", "+12125550100"},
		{"a range that no table knows", dk, "10305052", "+4510305052"},
		{"too short", dk, "7030", ""},
		{"too long", dk, "+457030505299", ""},
		{"a country that there is not", dk, "+99912345678", ""},
		{"a national number of no nation", nowhere, "70305052", ""},
		{"abroad from nowhere", nowhere, "+4570305052", "+4570305052"},
		{"zeros from nowhere", nowhere, "004570305052", "+4570305052"},
		{"an emergency", dk, "112", "!112"},
		{"in America", us, "911", "!911"},
		{"in Germany", de, "110", "!110"},
		{"with the prefix", prefixed, "0112", "!112"},
		{"where nothing is known", nowhere, "112", "!112"},
		{"and the other one", nowhere, "911", "!911"},
		{"that of another country", dk, "110", ""},
		{"what only begins like one", dk, "11234567", "+4511234567"},
		{"a directory", dk, "118", "118"},
		{"a word", dk, "alice", ""},
		{"a feature code", dk, "*21*70305052#", ""},
		{"a plus in the middle", dk, "45+70305052", ""},
		{"nothing", dk, "", ""},
		{"a plus alone", dk, "+", ""},
	} {
		got, ok := c.plan.Read(c.dialled)
		text := got.Number
		if got.Emergency {
			text = "!" + text
		}
		if text != c.want && (ok || c.want != "") || ok != (c.want != "") {
			t.Errorf("%s: %q is %q %v, want %q", c.name, c.dialled, text, ok, c.want)
		}
	}
}

func TestHowLinesWriteNumbers(t *testing.T) {
	dk := DialPlan{Country: "DK"}
	for written, want := range map[string]string{
		"+4570305052": "+4570305052", "4570305052": "+4570305052", "004570305052": "+4570305052", "70305052": "+4570305052",
		"+45 7030-5052": "+4570305052", "498912345678": "+498912345678", "alice": "", "": "", "0": "", "+": "", "1+2": "",
	} {
		readings := slices.Collect(dk.World(written))
		if want == "" && len(readings) > 0 || want != "" && !slices.Contains(readings, want) {
			t.Errorf("%q: %q, want %q", written, readings, want)
		}
	}
	for _, c := range []struct{ form, number, country, want string }{
		{"", "+4570305052", "DK", "+4570305052"},
		{CallerIDPlus, "+4570305052", "DK", "+4570305052"},
		{CallerIDE164, "+4570305052", "DK", "4570305052"},
		{CallerIDNational, "+4570305052", "DK", "70305052"},
		{CallerIDNational, "+498912345678", "DE", "08912345678"},
		{CallerIDNational, "+498912345678", "DK", "+498912345678"},
		{CallerIDNational, "+4570305052", "", "+4570305052"},
		{CallerIDE164, "200", "DK", "200"},
	} {
		if got := (&TrunkSIP{CallerID: c.form}).Written(c.number, c.country); got != c.want {
			t.Errorf("%s %s in %s: %s, want %s", c.form, c.number, c.country, got, c.want)
		}
	}
}

func TestPrefixes(t *testing.T) {
	for _, c := range []struct {
		number, prefix string
		want           bool
	}{
		{"+4570305052", "+45", true}, {"+4570305052", "45", true}, {"+4570305052", "", true}, {"+4570305052", "+46", false},
		{"112", "+1", false}, {"112", "1", true}, {"112", "", true}, {"118", "118", true}, {"118", "+", false},
	} {
		if got := HasPrefix(c.number, c.prefix); got != c.want {
			t.Errorf("%s begins with %q: %v", c.number, c.prefix, got)
		}
	}
	for _, c := range []struct {
		pattern TrunkPattern
		want    string
	}{
		{TrunkPattern{}, "+4570305052"}, {TrunkPattern{Strip: 2}, "70305052"}, {TrunkPattern{Prepend: "00"}, "004570305052"},
		{TrunkPattern{Strip: 2, Prepend: "+46"}, "+4670305052"}, {TrunkPattern{Strip: 15}, ""},
	} {
		if got := c.pattern.Apply("+4570305052"); got != c.want {
			t.Errorf("%+v: %s", c.pattern, got)
		}
	}
}

func TestWhomATrunkServes(t *testing.T) {
	reseller, other := ID("r"), ID("o")
	own, listed, stranger := &Customer{ID: "a", ParentReseller: reseller}, &Customer{ID: "b"}, &Customer{ID: "c", ParentReseller: other}
	for _, c := range []struct {
		trunk Trunk
		want  [3]bool
	}{
		{Trunk{Customer: reseller}, [3]bool{}},
		{Trunk{Customer: reseller, Shared: true}, [3]bool{true, false, false}},
		{Trunk{Customer: reseller, Customers: []ID{"b"}}, [3]bool{false, true, false}},
		{Trunk{Customer: "c"}, [3]bool{false, false, true}},
		{Trunk{Customer: other, Shared: true}, [3]bool{false, false, true}},
	} {
		if got := [3]bool{c.trunk.Serves(own), c.trunk.Serves(listed), c.trunk.Serves(stranger)}; got != c.want {
			t.Errorf("%+v: %v", c.trunk, got)
		}
	}
}

// What is read is a number of the world, or digits.
func FuzzDialPlan(f *testing.F) {
	for _, s := range []string{"70305052", "+4570305052", "004570305052", "112", "0112", "*21#", "+", "+0", "٣٤٥", "1 (212) 555-0100"} {
		f.Add(s, "DK", "0")
	}
	f.Fuzz(func(t *testing.T, dialled, country, prefix string) {
		if !KnownCountry(country) {
			country = ""
		}
		d := DialPlan{Country: country, Prefix: prefix}
		got, ok := d.Read(dialled)
		if ok && !isE164(got.Number) && (strings.Trim(got.Number, "0123456789") != "" || len(got.Number) > maxLocal) {
			t.Errorf("%q is %+v", dialled, got)
		}
		for n := range d.World(dialled) {
			if !isE164(n) {
				t.Errorf("%q is read as %q", dialled, n)
			}
			for _, form := range []string{CallerIDPlus, CallerIDE164, CallerIDNational} {
				if w := (&TrunkSIP{CallerID: form}).Written(n, country); strings.Trim(w, "+0123456789") != "" || w == "" {
					t.Errorf("%q is written %q as %s", n, w, form)
				}
			}
		}
	})
}
