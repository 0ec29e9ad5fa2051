package family

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"testing"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// world is the families and the models that can be provisioned, read once for
// all tests.
var world = sync.OnceValues(func() (w struct {
	families *Families
	models   []*phone.Model
}, err error) {
	if w.families, err = Load(); err != nil {
		return w, err
	}
	w.models, err = phone.BuiltInModels()
	w.models = slices.DeleteFunc(w.models, func(m *phone.Model) bool { return w.families.Of(m) == nil })
	return w, err
})

func load(t testing.TB) *Families {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	return w.families
}

// builtIn are the models that can be provisioned.
func builtIn(t testing.TB) []*phone.Model {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	return w.models
}

// modelNamed is a built-in model.
func modelNamed(t testing.TB, name string) *phone.Model {
	t.Helper()
	i := slices.IndexFunc(builtIn(t), func(m *phone.Model) bool { return m.Model == name })
	if i < 0 {
		t.Fatalf("no model %s", name)
	}
	return builtIn(t)[i]
}

// richest are one model of each family, that which lacks least and then has most
// keys and handsets.
func richest(t testing.TB) []*phone.Model {
	t.Helper()
	fs, best := load(t), map[*Family]*phone.Model{}
	poorer := func(a, b *phone.Model) int {
		return cmp.Or(cmp.Compare(len(fs.Facts(b).Lacks), len(fs.Facts(a).Lacks)), cmp.Compare(a.Softkeys, b.Softkeys), cmp.Compare(a.Extensions, b.Extensions))
	}
	for _, m := range builtIn(t) {
		if f := fs.Of(m); best[f] == nil || poorer(best[f], m) < 0 {
			best[f] = m
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b *phone.Model) int { return cmp.Compare(a.ID, b.ID) })
}

// whole is the configuration that a view gives.
func whole(t *testing.T, fs *Families, v *View) string {
	t.Helper()
	f := fs.Of(v.Model)
	return string(render(t, f, f.Whole(), v))
}

func ptr[T any](v T) *T { return &v }

// inside is a number in the middle of a range, a model's or else from 0 to 10.
func inside(r *phone.Range) *int {
	if r == nil {
		return ptr(5)
	}
	return ptr((r.Min + r.Max + 1) / 2)
}

// full is a view of a phone of the model that has a value for everything, with
// each function on a key, and on a base two handsets.
func full(fs *Families, m *phone.Model) *View {
	ringer, volume := m.Ranges.Ringer, m.Ranges.Volume
	p := &phone.Phone{
		MAC: "0004135A11B2", CallWaiting: ptr(true), SoftkeyBLFBlindTransfer: ptr(true), HeadsetButton: "headset", DHSG: ptr(true),
		DisplayBrightness: ptr(12), DisplayBrightnessIdle: ptr(4), DisplayBackground: "https://pictures.example.net/sea.png", DisplayFontColor: "LIGHT",
		Ringer: phone.Ringer{Volume: inside(ringer.Volume), Tone: "3"},
		Volume: phone.Volume{
			Handset:   phone.AudioLevels{Mic: inside(volume.Handset.Mic), Speaker: inside(volume.Handset.Speaker)},
			Headset:   phone.AudioLevels{Mic: inside(volume.Headset.Mic), Speaker: inside(volume.Headset.Speaker)},
			Handsfree: phone.AudioLevels{Mic: inside(volume.Handsfree.Mic), Speaker: inside(volume.Handsfree.Speaker)},
		},
		Codec: phone.Codec{HDAudio: ptr(true), Video: ptr(true)},
		Network: phone.Network{
			DHCP: ptr(false), Address: "192.168.1.10", Subnet: "255.255.255.0", Gateway: "192.168.1.1",
			DNS1: "192.168.1.2", DNS2: "192.168.1.3", VLANID: ptr(20), VLANPriority: ptr(5),
		},
	}
	if len(m.SidePanels.Models) > 0 {
		p.SidePanel, p.SidePanelCount = m.SidePanels.Models[0].Model, ptr(1)
	}
	v := &View{
		MAC: p.MAC, Model: m, Facts: fs.Facts(m), Phone: p,
		Server: Server{Domain: "example.net", Host: "sip.example.net", Port: 5061, Transport: "tls", Expires: 3600},
		URL: URLs{
			Base: "https://prov.example.net/0token1/", Directory: "https://prov.example.net/0token1/directory.xml",
			Firmware: "https://prov.example.net/0token1/firmware/new.bin", Background: p.DisplayBackground,
		},
		Codecs: []Codec{G722, PCMA, PCMU, G729, H264}, Language: "da",
		Zone: &timezone.Zone{Name: "Europe/Copenhagen", Country: "DK", Standard: 60, Saving: 60, POSIX: "CET-1CEST,M3.5.0,M10.5.0/3"},
		NTP:  "ntp.example.net", Voicemail: "*97", Pickup: phone.CodePickup, WebPassword: "w3bpassw0rd",
		Contacts: []Contact{{"Anna Ø", "200"}, {"Bent & Søn", "201"}},
		Accounts: []Account{{Number: 1, Username: "user1", Password: "secret1", Name: "Anna Ø", Extension: "200", SRTP: phone.SRTPOptional}},
	}
	if m.Capabilities.MultipleHandsets {
		v.Accounts[0].Handset = "0298A1B2C3"
		v.Accounts = append(v.Accounts, Account{Number: 3, Username: "user3", Password: "secret3", Name: "Bent", Extension: "201", Handset: "0298A1B2C4"})
	}
	v.Keys = everyKey(m, p.SidePanel)
	return v
}

// everyKey is a key for each function, on the phone and then on its panel, as
// far as it has keys.
func everyKey(m *phone.Model, panel string) (keys []Key) {
	if m.Softkeys == 0 {
		return nil
	}
	values := map[string]string{
		phone.KeySpeedDial: "+4570305052", phone.KeyBLF: "201", phone.KeyURL: "https://crm.example.net/?a=1&b=2", phone.KeyVoicemail: "*97",
		phone.KeyPickup: "*8", phone.KeyPickupGroup: "*8300", phone.KeyQueue: "*45400", phone.KeySwitch: "*28night",
		phone.KeyDNDOther: "*76bbbbbbbbbbbbbbbbbbbbbbb1",
	}
	for i, function := range KeyFunctions {
		k := Key{Index: i, Function: function, Value: values[function], Label: "Key " + function}
		k.Panel, k.Number = m.KeyPlace(i, panel)
		switch function {
		case phone.KeyBLF, phone.KeyQueue, phone.KeySwitch, phone.KeyDNDOther, phone.KeyVoicemail:
			k.Watch = k.Value
		}
		if i < m.Softkeys || k.Panel > 0 {
			keys = append(keys, k)
		}
	}
	return keys
}

// bare is a view of a phone of the model with nothing but what it must have.
func bare(fs *Families, m *phone.Model) *View {
	return &View{
		MAC: "0004135A11B2", Model: m, Facts: fs.Facts(m), Phone: &phone.Phone{MAC: "0004135A11B2"},
		Server:   Server{Domain: "example.net", Host: "192.0.2.10", Port: 5060, Transport: "udp", Expires: 3600},
		Accounts: []Account{{Number: 1, Username: "user1", Password: "secret1"}},
		Codecs:   []Codec{PCMA, PCMU}, Pickup: phone.CodePickup,
	}
}
