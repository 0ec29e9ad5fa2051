package family

import (
	"strings"

	"ringfence/phone"
)

// yealink is Yealink's desk phones with a firmware of version 81 or later. What
// they boot from is the file of their own address: it leads to the configuration,
// and has what is not in that go back to its factory setting. An older firmware
// asks for the configuration at once, which says all of it, keys that do nothing
// included.
func yealink() *Family {
	return &Family{
		Name: "yealink", Title: "Yealink",
		Files:    yealinkFiles(),
		fits:     brand(phone.BrandYealink),
		dress:    func(v *View) any { return &yealinkView{v} },
		Supports: yealinkSupports,
	}
}

// yealinkFiles are what a phone asks for: the file for all phones of its model
// says nothing that is not in its own, and what it keeps of itself stays with it.
func yealinkFiles() []File {
	return []File{
		{Name: "{mac}.boot", Role: Pointer, Template: "boot.cfg", Format: Lines},
		{Name: "y{digits}.boot", Role: Declined},
		{Name: "y{digits}.cfg", Role: Declined},
		{Name: "{mac}.cfg", Template: "phone.cfg", Format: Lines},
		{Name: "{mac}-local.cfg", Role: Declined},
		{Name: "{mac}-contact.xml", Role: Declined},
		{Name: "{mac}-{model}", Role: Declined},
		{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
	}
}

var yealinkSupports = map[string]Support{
	"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Native,
	"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted,
	"callWaiting": Converted, "softkeyBlfBlindTransfer": Converted, "sidePanel": Native,
	"ringer.volume": Native, "ringer.tone": Converted, "ringtone": Native,
	"volume.handset.mic": Native, "volume.handset.speaker": Native, "volume.headset.mic": Native, "volume.headset.speaker": Native,
	"volume.handsfree.mic": Native, "volume.handsfree.speaker": Native,
	"headsetButton": Converted, "displayBrightness": Converted, "displayBrightnessIdle": Converted, "displayBackground": Native,
	"codec.hdAudio": Native, "codec.video": Native,
	"network.dhcp": Converted, "network.ipAddress": Native, "network.subnet": Native, "network.gateway": Native,
	"network.dns1": Native, "network.dns2": Native, "network.vlanId": Native, "network.vlanPriority": Native,
	"customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Native,
	"webPassword": Native, "firmware": Native, "pickup": Native,

	phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Native, phone.KeyDNDOther: Lamp,
	phone.KeyAddressBook: Native, phone.KeyRedial: Native, phone.KeyVoicemail: Native, phone.KeyTransfer: Native,
	phone.KeyURL: Native, phone.KeyHold: Native, phone.KeyRecord: Native, phone.KeyMenu: Native, phone.KeyPickup: Native,
	phone.KeyPickupGroup: Native, phone.KeyQueue: Lamp, phone.KeySwitch: Lamp,
}

// yealinkView has the values of a View in Yealink's words; "" or nil for what the
// phone is not told.
type yealinkView struct{ *View }

// OwnFile is where the boot file leads to.
func (v *yealinkView) OwnFile() string { return v.URL.Base + strings.ToLower(string(v.MAC)) + ".cfg" }

// yealinkAccount is an account with how its calls are encrypted.
type yealinkAccount struct {
	Account
	Mode int // of SRTP
}

var (
	yealinkSRTP       = map[string]int{phone.SRTPOptional: 1, phone.SRTPRequired: 2}
	yealinkTransports = map[string]int{"tcp": 1, "tls": 2}
)

// Lines are the accounts.
func (v *yealinkView) Lines() (all []yealinkAccount) {
	for _, a := range v.Accounts {
		all = append(all, yealinkAccount{a, yealinkSRTP[a.SRTP]})
	}
	return all
}

// Transport is that of the server.
func (v *yealinkView) Transport() int { return yealinkTransports[v.Server.Transport] }

// yealinkAccounts is how many accounts the largest desk phone has.
const yealinkAccounts = 16

// Unused are the numbers of the accounts that are none of ours.
func (v *yealinkView) Unused() []int {
	last := yealinkAccounts
	if v.Model.Capabilities.MultipleHandsets {
		last = v.Model.Extensions
	}
	return unused(v.Accounts, last)
}

// yealinkCodec is one of the codecs that a phone is told of. All others are off
// when it comes from the factory.
type yealinkCodec struct {
	Name              string
	Enabled, Priority int
}

// AudioCodecs are all of ours, with those that shall not be offered.
func (v *yealinkView) AudioCodecs() (list []yealinkCodec) {
	for _, c := range []Codec{G722, PCMA, PCMU, G729} {
		one := yealinkCodec{Name: string(c)}
		for i, offered := range v.Codecs {
			if offered == c {
				one.Enabled, one.Priority = 1, i+1
			}
		}
		list = append(list, one)
	}
	return list
}

// Video is whether to offer it.
func (v *yealinkView) Video() string {
	if v.lacks("codec.video") {
		return ""
	}
	on := v.offers(H264)
	return pick(&on, "1", "0")
}

// CallWaiting is on or off.
func (v *yealinkView) CallWaiting() string { return pick(v.Phone.CallWaiting, "1", "0") }

// BLFTransfer is what a key with somebody's lamp does in a call: 1 asks before it
// transfers, 2 does not.
func (v *yealinkView) BLFTransfer() int {
	if isTrue(v.Phone.SoftkeyBLFBlindTransfer) {
		return 2
	}
	return 1
}
