package family

import (
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// A phone takes a file for a configuration only by its first line.
func TestYealinkFirstLine(t *testing.T) {
	fs := load(t)
	for _, m := range builtIn(t) {
		f := fs.Of(m)
		if m.Brand != phone.BrandYealink {
			continue
		}
		for _, file := range f.Files {
			if file.Format != Lines {
				continue
			}
			asked := f.Asked(strings.ReplaceAll(file.Name, "{mac}", "0004135a11b2"))
			if body := render(t, f, asked, bare(fs, m)); !strings.HasPrefix(string(body), "#!version:1.0.0.1\n") {
				t.Errorf("%s of %s begins with %.30q", file.Name, m.Model, body)
			}
		}
	}
}

func TestYealinkBootFile(t *testing.T) {
	fs := load(t)
	v := bare(fs, modelNamed(t, "T54W"))
	f := fs.Of(v.Model)
	for base, want := range map[string]string{
		"":                                `include:config "0004135a11b2.cfg"`,
		"https://prov.example.net/token/": `include:config "https://prov.example.net/token/0004135a11b2.cfg"`,
	} {
		v.URL.Base = base
		if got := render(t, f, f.Asked("0004135a11b2.boot"), v); !strings.Contains(string(got), want+"\n") {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
}

func TestYealinkZones(t *testing.T) {
	for name, c := range map[string]struct {
		zone       *timezone.Zone
		offset     string
		begin, end string
	}{
		"with daylight saving":           {timezone.New("DK", "Europe/Copenhagen", "CET-1CEST,M3.5.0,M10.5.0/3"), "+1", "3/5/7/2", "10/5/7/3"},
		"at Greenwich":                   {timezone.New("GB", "Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"), "0", "3/5/7/1", "10/5/7/2"},
		"half an hour":                   {timezone.New("IN", "Asia/Kolkata", "IST-5:30"), "+5:30", "", ""},
		"half an hour to the west":       {timezone.New("CA", "America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0"), "-3:30", "3/2/7/2", "11/1/7/2"},
		"summer over the turn of year":   {timezone.New("NZ", "Pacific/Auckland", "NZST-12NZDT,M9.5.0,M4.1.0/3"), "+12", "9/5/7/2", "4/1/7/3"},
		"a change on another weekday":    {timezone.New("PS", "Asia/Gaza", "EET-2EEST,M3.4.4/50,M10.4.4/50"), "+2", "3/4/4/23", "10/4/4/23"},
		"a change on the evening before": {timezone.New("GL", "America/Nuuk", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0"), "-2", "3/5/7/0", "10/5/7/0"},
	} {
		t.Run(name, func(t *testing.T) {
			v := &yealinkView{&View{Zone: c.zone}}
			if got := v.Offset(); got != c.offset {
				t.Errorf("offset %s, want %s", got, c.offset)
			}
			summer := v.Summer()
			if summer == nil {
				summer = &yealinkSummer{}
			}
			if summer.Begin != c.begin || summer.End != c.end {
				t.Errorf("from %s to %s, want from %s to %s", summer.Begin, summer.End, c.begin, c.end)
			}
		})
	}
}

// The keys with which an EXP20 turns its pages are passed over by ours.
func TestYealinkPanelKeys(t *testing.T) {
	fs := load(t)
	v := bare(fs, modelNamed(t, "T27G"))
	v.Phone.SidePanel, v.Phone.SidePanelCount = "EXP20", ptr(2)
	for _, index := range []int{20, 21, 39, 40, 58, 59} {
		k := Key{Index: index, Function: phone.KeySpeedDial, Value: "112"}
		k.Panel, k.Number = v.Model.KeyPlace(index, "EXP20")
		v.Keys = append(v.Keys, k)
	}
	got := whole(t, fs, v)
	for _, key := range []string{
		"linekey.21.type = 13", "expansion_module.1.key.1.type = 37", "expansion_module.1.key.2.type = 13",
		"expansion_module.1.key.20.type = 13", "expansion_module.1.key.21.type = 37", "expansion_module.1.key.22.type = 13",
		"expansion_module.1.key.40.type = 13", "expansion_module.2.key.2.type = 13", "expansion_module.2.key.40.type = 0",
	} {
		if strings.Count(got, "\n"+key+"\n") != 1 {
			t.Errorf("no %s in\n%s", key, got)
		}
	}
	if strings.Contains(got, "expansion_module.3") {
		t.Error("a third panel")
	}
}

// A key that was taken away is said to be gone, and a phone without keys shows its
// account.
func TestUnusedKeys(t *testing.T) {
	fs := load(t)
	v := bare(fs, modelNamed(t, "T46S"))
	got := whole(t, fs, v)
	if !strings.Contains(got, "linekey.1.type = 15\n") || strings.Count(got, ".type = 0\n") != 26 {
		t.Errorf("without keys:\n%s", got)
	}
	v.Keys = []Key{{Index: 4, Number: 5, Function: phone.KeyBLF, Value: "201", Watch: "201"}}
	got = whole(t, fs, v)
	if !strings.Contains(got, "linekey.5.type = 16\n") || strings.Count(got, ".type = 0\n") != 26 {
		t.Errorf("with one key:\n%s", got)
	}
}

// A base lets in the handset that somebody has read the address of, however it was
// printed.
func TestYealinkHandsets(t *testing.T) {
	fs := load(t)
	for address, want := range map[string]string{
		"029E74A599":      "handset.1.ipui = 029E74A599\n",
		"10727 0304537 3": "handset.1.ipui = 029E74A599\n",
		"":                "",
	} {
		v := bare(fs, modelNamed(t, "W80B"))
		v.Accounts[0].Handset = address
		if got := whole(t, fs, v); !strings.Contains(got, want) || strings.Contains(got, ".ipui") != (want != "") {
			t.Errorf("%q: want %q in\n%s", address, want, got)
		}
	}
}
