package family

import (
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

func TestGrandstreamFamilies(t *testing.T) {
	fs := load(t)
	for model, want := range map[string]string{
		"GXP2140": "grandstream", "GRP2612": "grandstream", "GXP1610": "grandstream-gxp16", "HT812": "grandstream-ht", "DP750": "grandstream",
	} {
		m := &phone.Model{Brand: phone.BrandGrandstream, Model: model, Capabilities: phone.ModelCapabilities{Provision: true}}
		if got := fs.Of(m); got == nil || got.Name != want {
			t.Errorf("%s is of %v, want %s", model, got, want)
		}
	}
}

func TestGrandstreamMinutes(t *testing.T) {
	for seconds, want := range map[int]int{0: 1, 1: 1, 60: 1, 61: 2, 90: 2, 3600: 60} {
		v := &grandstreamView{&View{Server: Server{Expires: seconds}}}
		if got := v.Minutes(); got != want {
			t.Errorf("%d seconds are %d minutes, want %d", seconds, got, want)
		}
	}
}

// A phone names the files by itself, and the protocol apart from where they are.
func TestGrandstreamFolders(t *testing.T) {
	for url, want := range map[string]grandstreamFolder{
		"https://prov.example.net/":                   {"HTTPS", "prov.example.net"},
		"https://prov.example.net/token/":             {"HTTPS", "prov.example.net/token"},
		"http://192.0.2.1:8080/token/phonebook.xml":   {"HTTP", "192.0.2.1:8080/token"},
		"https://[2001:db8::1]:8443/firmware/gxp.bin": {"HTTPS", "[2001:db8::1]:8443/firmware"},
		"ftp://prov.example.net/token/":               {},
		"":                                            {},
	} {
		got := newGrandstreamFolder(url)
		if got == nil {
			got = &grandstreamFolder{}
		}
		if *got != want {
			t.Errorf("%s: got %v, want %v", url, *got, want)
		}
	}
}

func TestGrandstreamClock(t *testing.T) {
	for rule, want := range map[string]string{
		"CET-1CEST,M3.5.0,M10.5.0/3":      "STD-1DST-2,M3.5.0/2,M10.5.0/3",
		"GMT0BST,M3.5.0/1,M10.5.0":        "STD+0DST-1,M3.5.0/1,M10.5.0/2",
		"IST-5:30":                        "STD-5:30",
		"NST3:30NDT,M3.2.0,M11.1.0":       "STD+3:30DST+2:30,M3.2.0/2,M11.1.0/2",
		"<+03>-3":                         "STD-3",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0": "STD+2DST+1,M3.5.0/0,M10.5.0/0",
	} {
		v := &grandstreamView{&View{Zone: timezone.New("", "", rule)}}
		if got := v.Clock(); got != want {
			t.Errorf("%s: got %s, want %s", rule, got, want)
		}
	}
}

// A place that is not written keeps the codec that stood there.
func TestGrandstreamCodecPlaces(t *testing.T) {
	v := &grandstreamView{&View{Codecs: []Codec{G722, PCMA, H264}}}
	if got := strings.Join(v.CodecChoices(), " "); got != "G.722 PCMA PCMA PCMA PCMA PCMA PCMA PCMA" {
		t.Errorf("got %s", got)
	}
}

// Keys are counted by rows: those of the screen, those beside it, and those of all
// panels together.
func TestGrandstreamKeyRows(t *testing.T) {
	fs := load(t)
	for _, c := range []struct {
		model, panel, function string
		index                  int
		want                   string
	}{
		{"GRP2614", "", phone.KeyLine, 15, "pks.vpk.16.keyMode\">Line<"},
		{"GRP2614", "", phone.KeyDND, 16, "pks.mpk.1.keyMode\">DND<"},
		{"GRP2614", "", phone.KeyLine, 39, "pks.mpk.24.keyMode\">None<"}, // a key there has no account
		{"GXP2170", "GXP2200EXT", phone.KeyDND, 48, "pks.ext.1.keyMode\">DND<"},
		{"GXP2170", "GXP2200EXT", phone.KeyDND, 88, "pks.ext.41.keyMode\">DND<"},
		{"GXP1630", "", phone.KeyVoicemail, 6, "<P329>6<"},
		{"GXP1630", "", phone.KeyVoicemail, 7, "<P353>6<"},
		{"GXP1610", "", phone.KeyVoicemail, 1, "<P1365>16<"},
	} {
		v := bare(fs, modelNamed(t, c.model))
		v.Phone.SidePanel, v.Phone.SidePanelCount = c.panel, ptr(2)
		k := Key{Index: c.index, Function: c.function, Value: "*97"}
		k.Panel, k.Number = v.Model.KeyPlace(c.index, c.panel)
		v.Keys = []Key{k}
		if got := whole(t, fs, v); !strings.Contains(got, c.want) {
			t.Errorf("key %d of %s: no %s in\n%s", c.index, c.model, c.want, got)
		}
	}
}

func TestGrandstreamLabelsAreShort(t *testing.T) {
	if got := shortened(strings.Repeat("ø", 40)); got != strings.Repeat("ø", 32) {
		t.Errorf("got %s", got)
	}
}

// Each port of an adapter is a phone of its own, and one that nobody has is off.
func TestGrandstreamPorts(t *testing.T) {
	fs := load(t)
	v := bare(fs, modelNamed(t, "HT802"))
	v.Accounts = []Account{{Number: 2, Username: "user2", Password: "secret2"}}
	got := whole(t, fs, v)
	for _, want := range []string{"<P271>0<", "<P401>1<", "<P735>user2<", "<P734>secret2<", "<P732>60<", "<P814>0<"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	v.Accounts = append([]Account{{Number: 1, Username: "user1", Password: "secret1"}}, v.Accounts...)
	if got := whole(t, fs, v); !strings.Contains(got, "<P35>user1<") || strings.Contains(got, ">0</P401>") {
		t.Errorf("both ports:\n%s", got)
	}
}
