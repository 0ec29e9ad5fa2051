package family

import (
	"fmt"
	"slices"

	"ringfence/phone"
)

// Support is how a family expresses a property.
type Support byte

// The ways.
const (
	None      Support = iota // not at all: the phone keeps what it has
	Native                   // as it is; a key is of a type of its own
	Converted                // in a scale or in words of the maker
	Code                     // a key that dials a feature code
	Lamp                     // a key that dials a feature code, and whose lamp shows the state
)

var supportWords = [...]string{"no", "native", "converted", "code", "lamp"}

func (s Support) String() string { return supportWords[s] }

// Properties are what a family can be asked to express, under the names of the
// phone object where it has them. Those of keys are softkeys and the function.
var Properties = []string{
	"username", "password", "server", "transport", "expires", "name", "extension", "voicemail", "srtp",
	"callWaiting", "softkeyBlfBlindTransfer", "sidePanel",
	"ringer.volume", "ringer.tone", "ringtone",
	"volume.handset.mic", "volume.handset.speaker", "volume.headset.mic", "volume.headset.speaker",
	"volume.handsfree.mic", "volume.handsfree.speaker",
	"headsetButton", "dhsg",
	"displayBrightness", "displayBrightnessIdle", "displayBackground", "displayFontColor",
	"codec.hdAudio", "codec.video",
	"network.dhcp", "network.ipAddress", "network.subnet", "network.gateway", "network.dns1", "network.dns2",
	"network.vlanId", "network.vlanPriority",
	"handsetAddress", "customConfig",
	"language", "timeZone", "ntp", "phonebook", "webPassword", "firmware", "pickup",
}

// KeyFunctions are the functions of softkeys, in the order of the documentation.
var KeyFunctions = []string{
	phone.KeySpeedDial, phone.KeyBLF, phone.KeyLine, phone.KeyDND, phone.KeyDNDOther, phone.KeyAddressBook,
	phone.KeyRedial, phone.KeyVoicemail, phone.KeyTransfer, phone.KeyURL, phone.KeyHold, phone.KeyRecord,
	phone.KeyMenu, phone.KeyPickup, phone.KeyPickupGroup, phone.KeyQueue, phone.KeySwitch, phone.KeyPresence,
}

// Expresses says how the family expresses a property of Properties, or the
// function of a key, on a model with these facts.
func (f *Family) Expresses(property string, facts *Facts) Support {
	if slices.Contains(facts.Lacks, property) {
		return None
	}
	return f.Supports[property]
}

// Warning is something that a configuration was asked to say and cannot.
type Warning struct {
	Property string `json:"property"`
	Text     string `json:"text"`
}

// warnings are of the properties that a phone has and its family does not know.
func (f *Family) warnings(v *View) (ws []Warning) {
	for _, p := range given(v) {
		if f.Expresses(p, v.Facts) == None {
			ws = append(ws, Warning{p, f.Title + " phones cannot be told"})
		}
	}
	for _, k := range v.Keys {
		if f.Expresses(k.Function, v.Facts) == None {
			ws = append(ws, Warning{fmt.Sprintf("softkeys[%d]", k.Index), f.Title + " phones have no key for " + k.Function})
		}
	}
	if f.warn != nil {
		ws = append(ws, f.warn(v.fitting())...)
	}
	return ws
}

// given are the Properties that somebody has set, and would expect to see.
func given(v *View) (names []string) {
	p := v.Phone
	for _, one := range []struct {
		name string
		set  bool
	}{
		{"callWaiting", p.CallWaiting != nil},
		{"softkeyBlfBlindTransfer", p.SoftkeyBLFBlindTransfer != nil && *p.SoftkeyBLFBlindTransfer},
		{"sidePanel", p.SidePanel != ""},
		{"ringer.volume", p.Ringer.Volume != nil},
		{"ringer.tone", p.Ringer.Tone != "" && v.URL.Ringtone == ""},
		{"ringtone", v.URL.Ringtone != ""},
		{"volume.handset.mic", p.Volume.Handset.Mic != nil},
		{"volume.handset.speaker", p.Volume.Handset.Speaker != nil},
		{"volume.headset.mic", p.Volume.Headset.Mic != nil},
		{"volume.headset.speaker", p.Volume.Headset.Speaker != nil},
		{"volume.handsfree.mic", p.Volume.Handsfree.Mic != nil},
		{"volume.handsfree.speaker", p.Volume.Handsfree.Speaker != nil},
		{"headsetButton", p.HeadsetButton != ""},
		{"dhsg", p.DHSG != nil && *p.DHSG},
		{"displayBrightness", p.DisplayBrightness != nil},
		{"displayBrightnessIdle", p.DisplayBrightnessIdle != nil},
		{"displayBackground", p.DisplayBackground != ""},
		{"displayFontColor", p.DisplayFontColor != ""},
		{"codec.video", p.Codec.Video != nil && *p.Codec.Video},
		{"network.dhcp", p.Network.DHCP != nil},
		{"network.vlanId", p.Network.VLANID != nil && *p.Network.VLANID != 0},
		{"customConfig", p.CustomConfig != ""},
	} {
		if one.set {
			names = append(names, one.name)
		}
	}
	return names
}
