package family

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"ringfence/phone"
)

// own is a view of a phone that is full, of a model with a template.
func own(t testing.TB, brand, template string) (*Family, *View) {
	fs := load(t)
	m := &phone.Model{
		ID: "ffffffffffffffffffffffff", Brand: brand, Model: "X1", Softkeys: 30, Extensions: 1, ConfigurationTmpl: template,
		Capabilities: phone.ModelCapabilities{Provision: true},
	}
	v := full(fs, m)
	v.Keys = []Key{
		{Index: 0, Number: 1, Function: phone.KeyBLF, Value: "201", Watch: "201", Label: "Bent & Søn"},
		{Index: 3, Number: 4, Function: phone.KeySpeedDial, Value: "+4570305052", Label: "Office"},
	}
	v.MasterPin = "4711"
	return fs.Of(m), v
}

func written(t testing.TB, brand, template string, change func(*View)) *Document {
	t.Helper()
	f, v := own(t, brand, template)
	if change != nil {
		change(v)
	}
	d, err := f.Render(f.Whole(), v)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestKeywords(t *testing.T) {
	for name, c := range map[string]struct{ brand, template, want string }{
		"no keyword":                    {"GENERIC", "hello\n", "hello\n"},
		"in either case":                {"GENERIC", "%USERNAME% %username% %UserName%", "user1 user1 user1"},
		"a percent sign":                {"GENERIC", "100%% of %Extension%%%", "100% of 200%"},
		"two in a row":                  {"GENERIC", "%Extension%%Transport%", "200tls"},
		"on and off for Snom":           {"SNOM", "<a>%CallWaiting% %NetworkDHCP%</a>", "<a>on off</a>"},
		"numbers for the others":        {"YEALINK", "%CallWaiting% %NetworkDHCP%", "1 0"},
		"a maker without a family":      {"LG", "%MacAddress% %Brand% %Model%", "0004135A11B2 LG X1"},
		"the customer's PIN":            {"GENERIC", "%MasterPin%", "4711"},
		"the server":                    {"GENERIC", "%Server%:%ServerPort% %Domain% %Expires%", "sip.example.net:5061 example.net 3600"},
		"sound":                         {"GENERIC", "%RingerVolume% %RingerTone% %VolumeHeadsetSpeaker%", "5 3 5"},
		"network":                       {"GENERIC", "%NetworkIP%/%NetworkSubnet% %NetworkVlanId%", "192.168.1.10/255.255.255.0 20"},
		"time":                          {"GENERIC", "%TimeZone% %TimeZoneOffset% %TimeZonePosix% %Ntp%", "Europe/Copenhagen 60 CET-1CEST,M3.5.0,M10.5.0/3 ntp.example.net"},
		"a loop in a line":              {"GENERIC", "[%SoftkeyStart%%SoftkeyIndex%=%SoftkeyFunction%:%SoftkeyValue%;%SoftkeyEnd%]", "[0=BLF:201;3=SPEEDDIAL:+4570305052;]"},
		"a loop on lines of its own":    {"GENERIC", "a\n  %SoftkeyStart%\nkey %SoftkeyNumber%\n%softkeyend%\t\r\nb\n", "a\nkey 1\nkey 4\nb\n"},
		"a loop that begins the file":   {"GENERIC", "%SoftkeyStart%\nk\n%SoftkeyEnd%\n", "k\nk\n"},
		"a mark behind a keyword":       {"GENERIC", "%Extension%%SoftkeyStart%\nk%SoftkeyEnd%\n", "200\nk\nk\n"},
		"a phone's value within it":     {"GENERIC", "%SoftkeyStart%%Extension%,%SoftkeyEnd%", "200,200,"},
		"the handsets of a desk phone":  {"GENERIC", "%HandsetStart%%HandsetIndex% %Username%\n%HandsetEnd%", "0 user1\n"},
		"escaped in XML":                {"SNOM", "<k>%SoftkeyStart%%SoftkeyLabel%|%SoftkeyEnd%</k>", "<k>Bent &amp; Søn|Office|</k>"},
		"custom configuration as it is": {"SNOM", "\n<k>%CustomConfig%</k>", "\n<k><!-- yes --></k>"},
	} {
		t.Run(name, func(t *testing.T) {
			d := written(t, c.brand, c.template, func(v *View) { v.Phone.CustomConfig = "<!-- yes -->" })
			if string(d.Body) != c.want {
				t.Errorf("got %q, want %q", d.Body, c.want)
			}
			want := Lines
			if strings.Contains(c.template, "<") {
				want = XML
			}
			if d.ContentType != want.ContentType {
				t.Errorf("content type %q", d.ContentType)
			}
		})
	}
}

// Within the loop the keywords of the account are the handset's.
func TestKeywordsOfHandsets(t *testing.T) {
	d := written(t, "GIGASET", "%Username%\n%HandsetStart%\n%HandsetIndex% %HandsetAddress% %Username% %Extension%\n%HandsetEnd%\n%Username%\n", func(v *View) {
		v.Accounts[0].Handset = "0298A1B2C3"
		v.Accounts = append(v.Accounts, Account{Number: 3, Username: "user3", Extension: "201", Handset: "0298A1B2C4"})
	})
	if want := "user1\n0 0298A1B2C3 user1 200\n2 0298A1B2C4 user3 201\nuser1\n"; string(d.Body) != want {
		t.Errorf("got\n%s", d.Body)
	}
}

func TestTemplatesThatAreWrong(t *testing.T) {
	for name, c := range map[string]struct{ template, want string }{
		"unknown":                 {"a\n\n%Extension% %Foo%", "Unknown keyword %Foo% in line 3"},
		"a percent sign alone":    {"100%", "Percent sign without a keyword (as such it is written %%) in line 1"},
		"two percent signs apart": {"\n5 % of 10 %", "Percent sign without a keyword (as such it is written %%) in line 2"},
		"a loop left open":        {"\n%SoftkeyStart%\nkey\n", "%SoftkeyStart% without %SoftkeyEnd% in line 2"},
		"a loop not begun":        {"%SoftkeyEnd%", "%SoftkeyEnd% without %SoftkeyStart% in line 1"},
		"the end of another":      {"%SoftkeyStart%\n%HandsetEnd%", "%HandsetEnd% without %HandsetStart% in line 2"},
		"one within another":      {"%HandsetStart%\n\n%SoftkeyStart%\n", "%SoftkeyStart% within another loop in line 3"},
		"a key outside":           {"%SoftkeyValue%", "Keyword %SoftkeyValue% outside of %SoftkeyStart% in line 1"},
		"too long":                {strings.Repeat("t", phone.MaxTemplate+1), "Configuration template is longer than 262144 bytes"},
		"what makes too much":     {"%SoftkeyStart%" + strings.Repeat("t", 200<<10) + "%SoftkeyEnd%", "Configuration template makes more than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckTemplate(&phone.Model{Softkeys: 6, ConfigurationTmpl: c.template})
			if err == nil || err.Error() != (&phone.Error{Kind: phone.Invalid, Key: "configurationTemplate", Text: c.want}).Error() {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	for _, fine := range []string{"", "no keyword", "%SoftkeyStart%%SoftkeyEnd%"} {
		if err := CheckTemplate(&phone.Model{ConfigurationTmpl: fine}); err != nil {
			t.Errorf("%q: %v", fine, err)
		}
	}
}

// The properties that have a keyword of another name, or none.
func TestWhatATemplateDoesNotAskFor(t *testing.T) {
	var names []string
	for _, w := range written(t, "GENERIC", "%RingerVolume% %CustomConfig% %NetworkDHCP%", nil).Warnings {
		names = append(names, w.Property)
	}
	got := strings.Join(names, " ")
	if strings.Contains(got, "ringer.volume") || !strings.Contains(got, "dhsg") || !strings.Contains(got, "softkeys") {
		t.Errorf("warned of %s", got)
	}
	f, v := own(t, "GENERIC", "x")
	v.URL.Ringtone = "https://prov.example.net/a.wav"
	for _, property := range given(v) {
		if keywords[strings.ToLower(strings.ReplaceAll(property, ".", ""))] == nil {
			t.Errorf("%s: %s has no keyword", f.Name, property)
		}
	}
}

func TestACustomConfigDoesNotBreakATemplateOfXML(t *testing.T) {
	d := written(t, "SNOM", "<a>%Name%%CustomConfig%</a>", func(v *View) { v.Phone.CustomConfig = "</a>" })
	if string(d.Body) != "<a>Anna Ø</a>" || d.Warnings[len(d.Warnings)-1] != brokenCustom {
		t.Errorf("got %s, %v", d.Body, d.Warnings)
	}
}

func TestParsedTemplatesAreBounded(t *testing.T) {
	var p parsed
	for i := range 3 * maxParsed {
		if _, err := p.template(strings.Repeat("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	first, _ := p.template("again")
	if again, _ := p.template("again"); again != first || len(p.own) > maxParsed {
		t.Errorf("%d are kept", len(p.own))
	}
}

// What strangers call themselves stays a value.
func TestHostileValuesInATemplate(t *testing.T) {
	hostile := "x</name>\r\n<pass>%Password%{{.}}"
	spoilt := func(v *View) { spoil(v, hostile) }
	xml := written(t, "SNOM", "<name>%Name%</name>\n", spoilt)
	if err := wellFormed(xml.Body); err != nil || bytes.Count(xml.Body, []byte("\n")) != 1 || bytes.Contains(xml.Body, []byte("secret")) {
		t.Errorf("%v: %q", err, xml.Body)
	}
	lines := written(t, "GENERIC", "name = %Name%\n", spoilt)
	if bytes.Count(lines.Body, []byte("\n")) != 1 {
		t.Errorf("%q", lines.Body)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"%SoftkeyStart%\n%SoftkeyValue%\n%SoftkeyEnd%\n", "%%%Name%%%", "%", "%a b%", "<a>%HandsetStart%%Username%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := &phone.Model{Brand: "GENERIC", Softkeys: 2, Extensions: 2, ConfigurationTmpl: text}
		first, second := CheckTemplate(m), CheckTemplate(m)
		if (first == nil) != (second == nil) {
			t.Errorf("%v, then %v", first, second)
		}
	})
}

func BenchmarkKeywords(b *testing.B) {
	f, v := own(b, "GENERIC", strings.Repeat("%SoftkeyStart%\nkey %SoftkeyIndex% %SoftkeyValue% %SoftkeyLabel%\n%SoftkeyEnd%\nuser = %Username%\n", 20))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Render(f.Whole(), v); err != nil {
			b.Fatal(err)
		}
	}
}

// People write templates by the manual.
func TestTheManualHasEveryKeyword(t *testing.T) {
	b, err := os.ReadFile("../../docs/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(b), "| keyword |")
	listed := map[string]bool{}
	for _, found := range regexp.MustCompile("`([A-Za-z0-9]+)`").FindAllStringSubmatch(strings.ToLower(names(table)), -1) {
		listed[found[1]] = true
	}
	for name := range keywords {
		if !listed[name] {
			t.Errorf("%s is not in docs/templates.md", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("docs/templates.md has %s, which is no keyword", name)
	}
}

// names is the first column of a table.
func names(table string) string {
	var first []string
	for line := range strings.Lines(table) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			first = append(first, cells[1])
		}
	}
	return strings.Join(first, "\n")
}
