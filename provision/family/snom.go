package family

import (
	"strings"

	"ringfence/phone"
)

// snom is Snom's desk phones. One that is told of a folder asks for the files of
// its model and then for that of its own; told of a file, it asks for that alone.
func snom() *Family {
	return &Family{
		Name: "snom", Title: "Snom",
		Files: []File{
			{Name: "snom{model}-firmware.xml", Role: Pointer, Template: "firmware.xml", Format: XML},
			{Name: "snom{model}-{mac}.htm", Template: "phone.xml", Format: XML},
			{Name: "snom{model}.htm", Role: Pointer, Template: "pointer.xml", Format: XML},
			{Name: "{mac}.xml", Template: "phone.xml", Format: XML},
			{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
		},
		fits:  brand(phone.BrandSnom),
		dress: func(v *View) any { return &snomView{View: v} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Native, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "pickup": Native,
			"callWaiting": Converted, "softkeyBlfBlindTransfer": Converted, "sidePanel": Native,
			"ringer.volume": Native, "ringer.tone": Converted, "ringtone": Native,
			"volume.handset.mic": Native, "volume.handset.speaker": Native,
			"volume.headset.mic": Native, "volume.headset.speaker": Native,
			"volume.handsfree.mic": Native, "volume.handsfree.speaker": Native,
			"headsetButton":     Converted,
			"displayBrightness": Converted, "displayBrightnessIdle": Native, "displayBackground": Native,
			"codec.hdAudio": Native,
			"network.dhcp":  Converted, "network.ipAddress": Native, "network.subnet": Native, "network.gateway": Native,
			"network.dns1": Native, "network.dns2": Native, "network.vlanId": Native, "network.vlanPriority": Native,
			"language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Native, "webPassword": Native,
			"firmware": Native, "customConfig": Native,

			phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Native,
			phone.KeyDNDOther: Lamp, phone.KeyAddressBook: Native, phone.KeyRedial: Native, phone.KeyVoicemail: Native,
			phone.KeyTransfer: Native, phone.KeyURL: Native, phone.KeyHold: Native, phone.KeyRecord: Native,
			phone.KeyMenu: Native, phone.KeyPickup: Code, phone.KeyPickupGroup: Code, phone.KeyQueue: Lamp, phone.KeySwitch: Lamp,
		},
	}
}

// snomView is a View in Snom's words.
type snomView struct{ *View }

// Identity is an account with how its calls are encrypted.
type snomIdentity struct {
	Account
	SRTP, SAVP string
}

// snomSRTP is by our word for it: whether there is SRTP, and whether it is offered
// as RTP/SAVP, which who cannot do it has to refuse.
var snomSRTP = map[string][2]string{
	phone.SRTPOptional: {"on", "optional"},
	phone.SRTPRequired: {"on", "mandatory"},
}

// Identities are the accounts.
func (v *snomView) Identities() (list []snomIdentity) {
	for _, a := range v.Accounts {
		srtp, ok := snomSRTP[a.SRTP]
		if !ok {
			srtp = [2]string{"off", "off"}
		}
		list = append(list, snomIdentity{a, srtp[0], srtp[1]})
	}
	return list
}

// snomIdentities is how many accounts the largest phone has.
const snomIdentities = 12

// Unused are the numbers of the identities that the phone has beside its accounts.
func (v *snomView) Unused() []int {
	return unused(v.Accounts, snomIdentities)
}

var snomCodecs = map[Codec]string{G722: "g722", PCMA: "pcma", PCMU: "pcmu", G729: "g729"}

// Codecs is the list of what to offer, with that for digits.
func (v *snomView) Codecs() string {
	return strings.Join(append(codecNames(v.View.Codecs, snomCodecs), "telephone-event"), ",")
}

// Tone is the name of the ringtone, "" for the phone's usual.
func (v *snomView) Tone() string {
	switch tone := v.BuiltInTone(); {
	case v.URL.Ringtone != "":
		return "Custom"
	case tone == "0":
		return "Silent"
	case tone == "":
		return ""
	default:
		return "Ringer" + tone
	}
}

func (v *snomView) CallWaiting() string { return pick(v.Phone.CallWaiting, "on", "off") }

// BLFTransfer is what pressing a BLF key does with the call that one is in.
func (v *snomView) BLFTransfer() string {
	return pick(v.Phone.SoftkeyBLFBlindTransfer, "blind", "attended")
}

// AudioDevice is where one speaks when the handset is down. Which device the key
// goes to and back cannot be said.
func (v *snomView) AudioDevice() string {
	device, _, _ := strings.Cut(v.Phone.HeadsetButton, "-")
	return device
}

// snomDark is the brightness below which nothing can be read.
const snomDark = 3

// Backlight is the brightness while the phone is used.
func (v *snomView) Backlight() *int {
	b := v.Phone.DisplayBrightness
	if b == nil || *b >= snomDark {
		return b
	}
	dim := snomDark
	return &dim
}
