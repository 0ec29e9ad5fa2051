package family

import (
	"bytes"
	"slices"
	"testing"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// changes make another value of each of Properties, in a view that is full.
var changes = map[string]func(*View){
	"username":  func(v *View) { v.Accounts[0].Username = "other" },
	"password":  func(v *View) { v.Accounts[0].Password = "other" },
	"server":    func(v *View) { v.Server.Host, v.Server.Domain = "other.example.net", "other.example.net" },
	"transport": func(v *View) { v.Server.Transport = "tcp" },
	"expires":   func(v *View) { v.Server.Expires = 600 },
	"name":      func(v *View) { v.Accounts[0].Name = "Other" },
	"extension": func(v *View) { v.Accounts[0].Extension = "999" },
	"voicemail": func(v *View) { v.Voicemail = "*98" },
	"srtp":      func(v *View) { v.Accounts[0].SRTP = phone.SRTPRequired },

	"callWaiting":             func(v *View) { v.Phone.CallWaiting = ptr(false) },
	"softkeyBlfBlindTransfer": func(v *View) { v.Phone.SoftkeyBLFBlindTransfer = ptr(false) },
	"sidePanel":               func(v *View) { v.Keys = slices.DeleteFunc(v.Keys, func(k Key) bool { return k.Panel > 0 }) },
	"ringer.volume":           func(v *View) { *v.Phone.Ringer.Volume++ },
	"ringer.tone":             func(v *View) { v.Phone.Ringer.Tone = "2" },
	"ringtone":                func(v *View) { v.URL.Ringtone = "https://prov.example.net/0token1/ringtones/a.wav" },
	"volume.handset.mic":      func(v *View) { *v.Phone.Volume.Handset.Mic++ },
	"volume.handset.speaker":  func(v *View) { *v.Phone.Volume.Handset.Speaker++ },
	"volume.headset.mic":      func(v *View) { *v.Phone.Volume.Headset.Mic++ },
	"volume.headset.speaker":  func(v *View) { *v.Phone.Volume.Headset.Speaker++ },
	"volume.handsfree.mic":    func(v *View) { *v.Phone.Volume.Handsfree.Mic++ },
	"volume.handsfree.speaker": func(v *View) {
		*v.Phone.Volume.Handsfree.Speaker++
	},
	"headsetButton":         func(v *View) { v.Phone.HeadsetButton = "speaker-headset" },
	"dhsg":                  func(v *View) { v.Phone.DHSG = ptr(false) },
	"displayBrightness":     func(v *View) { v.Phone.DisplayBrightness = ptr(3) },
	"displayBrightnessIdle": func(v *View) { v.Phone.DisplayBrightnessIdle = ptr(0) },
	"displayBackground":     func(v *View) { v.URL.Background, v.Phone.DisplayBackground = "https://other/", "https://other/" },
	"displayFontColor":      func(v *View) { v.Phone.DisplayFontColor = "DARK" },
	"codec.hdAudio":         func(v *View) { v.Codecs = slices.DeleteFunc(v.Codecs, func(c Codec) bool { return c == G722 }) },
	"codec.video":           func(v *View) { v.Codecs = slices.DeleteFunc(v.Codecs, func(c Codec) bool { return c == H264 }) },
	"network.dhcp":          func(v *View) { v.Phone.Network.DHCP = ptr(true) },
	"network.ipAddress":     func(v *View) { v.Phone.Network.Address = "192.168.1.77" },
	"network.subnet":        func(v *View) { v.Phone.Network.Subnet = "255.255.0.0" },
	"network.gateway":       func(v *View) { v.Phone.Network.Gateway = "192.168.1.254" },
	"network.dns1":          func(v *View) { v.Phone.Network.DNS1 = "192.168.1.77" },
	"network.dns2":          func(v *View) { v.Phone.Network.DNS2 = "192.168.1.77" },
	"network.vlanId":        func(v *View) { v.Phone.Network.VLANID = ptr(21) },
	"network.vlanPriority":  func(v *View) { v.Phone.Network.VLANPriority = ptr(2) },
	"handsetAddress":        func(v *View) { v.Accounts[0].Handset = "0298A1B2FF" },
	"customConfig":          func(v *View) { v.Phone.CustomConfig = "<!-- other: 1 -->" },

	"language": func(v *View) { v.Language = "en" },
	"timeZone": func(v *View) {
		v.Zone = &timezone.Zone{Name: "Europe/London", Country: "GB", Saving: 60, POSIX: "GMT0BST,M3.5.0/1,M10.5.0"}
	},
	"ntp":         func(v *View) { v.NTP = "other.example.net" },
	"phonebook":   func(v *View) { v.URL.Directory = "https://other.example.net/" },
	"webPassword": func(v *View) { v.WebPassword = "0therpassw0rd" },
	"firmware":    func(v *View) { v.URL.Firmware = "https://other.example.net/" },
	"pickup":      func(v *View) { v.Pickup = "*7" },
}

// What a family says that it expresses makes a difference to the file, and what
// it says that it does not makes none.
func TestSupports(t *testing.T) {
	fs := load(t)
	for _, m := range builtIn(t) {
		f, file := fs.Of(m), fs.Of(m).Whole()
		facts := fs.Facts(m)
		usual := render(t, f, file, full(fs, m))
		for _, property := range Properties {
			if property == "sidePanel" && len(m.SidePanels.Models) == 0 || property == "sidePanel" && m.Softkeys >= len(KeyFunctions) {
				continue // no key of a panel can be told from others
			}
			v := full(fs, m)
			changes[property](v)
			says, does := f.Expresses(property, facts) != None, !bytes.Equal(render(t, f, file, v), usual)
			if says != does {
				t.Errorf("%s %s: %s: said to be expressed %v, is %v", f.Name, m.Model, property, says, does)
			}
		}
	}
}

// The same for the functions of keys: what is said to be there has a key of its
// own, and what is not leaves none behind.
func TestSupportsOfKeys(t *testing.T) {
	fs := load(t)
	for _, m := range builtIn(t) {
		if m.Softkeys == 0 {
			continue
		}
		f, file := fs.Of(m), fs.Of(m).Whole()
		for _, k := range everyKey(m, "") {
			none, one := full(fs, m), full(fs, m)
			k.Index, k.Panel, k.Number = 0, 0, 1
			none.Keys, one.Keys = nil, []Key{k}
			says, does := f.Expresses(k.Function, fs.Facts(m)) != None, !bytes.Equal(render(t, f, file, one), render(t, f, file, none))
			if says != does {
				t.Errorf("%s %s: %s: said to be expressed %v, is %v", f.Name, m.Model, k.Function, says, does)
			}
		}
	}
}

// What is taken back is said: a phone keeps what it is not told.
func TestWhatIsTakenBack(t *testing.T) {
	fs := load(t)
	for _, m := range richest(t) {
		f := fs.Of(m)
		unsaid, off := full(fs, m), full(fs, m)
		unsaid.Accounts[0].SRTP, off.Accounts[0].SRTP = "", phone.SRTPOff
		if !bytes.Equal(render(t, f, f.Whole(), unsaid), render(t, f, f.Whole(), off)) {
			t.Errorf("%s: SRTP that is not said is not off", f.Name)
		}
		linked, empty := full(fs, m), full(fs, m)
		linked.Accounts[0].Name, linked.Accounts[0].Extension = "Anna", "200"
		empty.Accounts[0].Name, empty.Accounts[0].Extension = "", ""
		lines := func(v *View) int { return bytes.Count(render(t, f, f.Whole(), v), []byte("\n")) }
		if lines(linked) != lines(empty) {
			t.Errorf("%s: a phone without an extension is not told that it has none", f.Name)
		}
	}
}

func TestEverythingSupportedIsAProperty(t *testing.T) {
	for _, f := range load(t).All() {
		for name := range f.Supports {
			if !slices.Contains(Properties, name) && !slices.Contains(KeyFunctions, name) {
				t.Errorf("%s: %s is no property", f.Name, name)
			}
		}
	}
}

func render(t *testing.T, f *Family, file *File, v *View) []byte {
	t.Helper()
	d, err := f.Render(file, v)
	if err != nil {
		t.Fatal(err)
	}
	return d.Body
}
