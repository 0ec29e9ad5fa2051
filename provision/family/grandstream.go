package family

import (
	"cmp"
	"strings"

	"ringfence/phone"
)

// grandstream is Grandstream's desk phones that know settings by name: the GXP21
// series with a firmware of 1.0.11 and the GRP series.
func grandstream() *Family {
	return &Family{
		Name: "grandstream", Title: "Grandstream",
		Files:    grandstreamFiles(),
		fits:     brand(phone.BrandGrandstream),
		dress:    func(v *View) any { return &grandstreamView{v} },
		Supports: grandstreamSupports,
	}
}

// grandstreamFiles are what a phone asks for until it is served. The first is in
// a form of its own, the last are the same for all phones.
func grandstreamFiles() []File {
	return []File{
		{Name: "cfg{mac}", Role: Declined},
		{Name: "cfg{mac}.xml", Template: "phone.xml", Format: XML},
		{Name: "cfg{model}.xml", Role: Declined},
		{Name: "cfg.xml", Role: Declined},
		{Name: "phonebook.xml", Role: Directory, Template: "phonebook.xml", Format: XML},
		{Name: "gs_phonebook.xml", Role: Directory, Template: "phonebook.xml", Format: XML},
	}
}

var grandstreamSupports = map[string]Support{
	"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Converted,
	"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted,
	"callWaiting": Converted, "softkeyBlfBlindTransfer": Converted, "sidePanel": Native,
	"ringer.volume": Native, "ringer.tone": Native,
	"volume.handset.mic": Native, "volume.headset.mic": Native, "volume.headset.speaker": Native,
	"headsetButton": Converted, "dhsg": Converted,
	"displayBrightness": Converted, "displayBrightnessIdle": Converted, "displayBackground": Native,
	"codec.hdAudio": Native,
	"network.dhcp":  Converted, "network.ipAddress": Converted, "network.subnet": Converted, "network.gateway": Converted,
	"network.dns1": Converted, "network.dns2": Converted, "network.vlanId": Native, "network.vlanPriority": Native,
	"customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Converted,
	"webPassword": Native, "firmware": Converted, "pickup": Native,

	phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Native, phone.KeyDNDOther: Lamp,
	phone.KeyAddressBook: Native, phone.KeyRedial: Native, phone.KeyVoicemail: Native, phone.KeyTransfer: Native,
	phone.KeyURL: Native, phone.KeyRecord: Native, phone.KeyMenu: Native, phone.KeyPickup: Code, phone.KeyPickupGroup: Code,
	phone.KeyQueue: Lamp, phone.KeySwitch: Lamp,
}

// grandstreamView has the values of a View in Grandstream's words; "" or nil for
// what the phone is not told.
type grandstreamView struct{ *View }

// Address is the phone's own, as it stands in its files.
func (v *grandstreamView) Address() string { return strings.ToLower(string(v.MAC)) }

// The words for what our own ones call otherwise.
var (
	grandstreamTransports = map[string]string{"udp": "UDP", "tcp": "TCP", "tls": "TlsOrTcp"}
	grandstreamSRTP       = map[string]string{phone.SRTPOptional: "Optional", phone.SRTPRequired: "EnabledAndForced"}
	grandstreamCodecs     = map[Codec]string{PCMU: "PCMU", PCMA: "PCMA", G722: "G.722", G729: "G.729A/B"}
)

// Transport is that of the server.
func (v *grandstreamView) Transport() string { return grandstreamTransports[v.Server.Transport] }

// SRTP is the mode of an account.
func (v *grandstreamView) SRTP(a Account) string { return cmp.Or(grandstreamSRTP[a.SRTP], "Disabled") }

// Minutes are those of the registration lifetime, in which phones count it.
func (v *grandstreamView) Minutes() int { return max(1, (v.Server.Expires+59)/60) }

// grandstreamAccounts is how many accounts the largest phone has.
const grandstreamAccounts = 6

// Unused are the numbers of the accounts that are none of ours.
func (v *grandstreamView) Unused() []int { return unused(v.Accounts, grandstreamAccounts) }

// grandstreamChoices is how many places for a codec an account has.
const grandstreamChoices = 8

// CodecChoices are the codecs to offer, best first. The last one stands in all
// places that are left, which would keep another.
func (v *grandstreamView) CodecChoices() []string {
	return choices(v.View, grandstreamCodecs, grandstreamChoices)
}

// choices are names of codecs in a fixed number of places.
func choices(v *View, names map[Codec]string, places int) []string {
	list := codecNames(v.Codecs, names)
	for len(list) > 0 && len(list) < places {
		list = append(list, list[len(list)-1])
	}
	return list[:min(len(list), places)]
}

// CallWaiting is on or off.
func (v *grandstreamView) CallWaiting() string { return pick(v.Phone.CallWaiting, "Yes", "No") }

// BLFTransfer is what a key with somebody's lamp does in a call.
func (v *grandstreamView) BLFTransfer() string {
	if isTrue(v.Phone.SoftkeyBLFBlindTransfer) {
		return "BlindTransfer"
	}
	return "AttendedTransfer"
}
