package family

import (
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

func TestSnomSaysInItsWords(t *testing.T) {
	fs := load(t)
	for name, c := range map[string]struct {
		model  string
		change func(*View)
		has    string // "" and a leading - for what it has not
	}{
		"silence": {"D785", func(v *View) { v.Phone.Ringer.Tone = "0" }, `<user_ringer idx="1" perm="">Silent<`},
		"a ringtone of one's own": {"D785", func(v *View) { v.URL.Ringtone = "https://x/a.wav" },
			`<user_custom idx="1" perm="">https://x/a.wav<`},
		"a ringtone that is gone":           {"D785", func(v *View) { v.Phone.Ringer.Tone = "aaaaaaaaaaaaaaaaaaaaaaa1" }, "-<user_ringer"},
		"a screen that would be dark":       {"D785", func(v *View) { v.Phone.DisplayBrightness = ptr(0) }, `<backlight perm="">3<`},
		"a screen that is dark while idle":  {"D785", func(v *View) { v.Phone.DisplayBrightnessIdle = ptr(0) }, `<backlight_idle perm="">0<`},
		"no brightness on an old phone":     {"370", func(*View) {}, "-<backlight"},
		"no VLAN any more":                  {"D785", func(v *View) { v.Phone.Network.VLANID = ptr(0) }, `<vlan_id perm=""></vlan_id>`},
		"nothing of the VLAN":               {"D785", func(v *View) { v.Phone.Network.VLANID = nil }, "-<vlan"},
		"calls that must be encrypted":      {"D785", func(v *View) { v.Accounts[0].SRTP = phone.SRTPRequired }, `<user_savp idx="1" perm="">mandatory<`},
		"the headset first, then speaker":   {"D785", func(v *View) { v.Phone.HeadsetButton = "headset-speaker" }, `<preferred_audio_device perm="">headset<`},
		"an address of version 6":           {"D785", func(v *View) { v.Server.Host = "2001:db8::1" }, ">[2001:db8::1]:5061;transport=tls<"},
		"a zone without a code of its own":  {"D785", func(v *View) { v.Zone = timezone.Of("SI", "") }, `<timezone perm="">GER+1<`},
		"a zone that nobody has a code for": {"D785", func(v *View) { v.Zone = timezone.Of("NP", "") }, "-<timezone"},
		"a key of the second panel": {"D785", func(v *View) {
			v.Phone.SidePanelCount = ptr(2)
			v.Keys = []Key{{Index: 24 + 18, Panel: 2, Number: 1, Function: phone.KeySpeedDial, Value: "1", Label: "one"}}
		}, `<fkey idx="42" context="active" label="one" short_label="one" lp="on" perm="">speed 1<`},
		"a key that was taken away": {"D785", func(v *View) { v.Keys = v.Keys[:1] },
			`<fkey idx="1" context="active" label="" short_label="" lp="on" perm="">none<`},
		"no keys at all": {"D785", func(v *View) { v.Keys = nil },
			`<fkey idx="0" context="active" label="" short_label="" lp="on" perm="">line<`},
		"the phone's own book":                   {"D785", func(v *View) { v.URL.Directory = "" }, ">keyevent F_ADR_BOOK<"},
		"a second account that is gone":          {"D785", func(*View) {}, `<user_active idx="2" perm="">off<`},
		"a handset without an address":           {"M900", func(v *View) { v.Accounts[0].Handset = "" }, `<subscr_dect_ipui idx="1">0xFFFFFFFFFF<`},
		"a handset that is gone":                 {"M900", func(v *View) { v.Accounts = v.Accounts[:1] }, `<user_active idx="3">off<`},
		"a Gigaset handset without an address":   {"N870 IP PRO", func(v *View) { v.Accounts[1].Handset = "" }, `name="SipAccount.00003.AuthName"`},
		"a zone under the name that Gigaset has": {"N870 IP PRO", func(v *View) { v.Zone = timezone.Of("IS", "") }, `value="Greenwich"`},
		"a quotation mark in an N510":            {"N510 IP PRO", func(v *View) { v.Accounts[0].Name = `Anna "B\` }, `value='"Anna B"'`},
	} {
		want, absent := strings.CutPrefix(c.has, "-")
		v := full(fs, modelNamed(t, c.model))
		c.change(v)
		if got := whole(t, fs, v); strings.Contains(got, want) == absent {
			t.Errorf("%s: %s\n%s", name, c.has, got)
		}
	}
}
