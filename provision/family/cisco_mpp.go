package family

import "ringfence/phone"

// mpp is Cisco's desk phones with multiplatform firmware: 68xx, 78xx and 88xx. They
// speak the language of the SPA line with more words.
func mpp() *Family {
	return &Family{
		Name: "cisco-mpp", kin: "cisco-spa", Title: "Cisco multiplatform",
		Files: []File{
			{Name: "{mac}.xml", Template: "phone.xml", Format: XML},
			{Name: "{mac}.cfg", Template: "phone.xml", Format: XML},
			{Name: "CP-{digits}-3PCC.xml", Role: Pointer, Template: "profile.xml", Format: XML},
			{Name: "{digits}-3PCC.xml", Role: Pointer, Template: "profile.xml", Format: XML},
			{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
			{Name: "{model}.loads", Role: Declined}, // firmware
		},
		fits:  func(m *phone.Model) bool { return m.Brand == phone.BrandCisco && isMPP(m) },
		dress: func(v *View) any { return newMPPView(v) },
		warn:  func(v *View) []Warning { return newMPPView(v).displaced() },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "callWaiting": Converted,
			"softkeyBlfBlindTransfer": Converted, "sidePanel": Native, "ringer.volume": Native, "ringer.tone": Native,
			"volume.handset.speaker": Native, "volume.headset.speaker": Native, "volume.handsfree.speaker": Native,
			"headsetButton": Converted, "dhsg": Converted, "displayBrightness": Converted, "displayBackground": Native,
			"codec.hdAudio": Converted, "codec.video": Converted,
			"network.dhcp": Converted, "network.ipAddress": Native, "network.subnet": Native, "network.gateway": Native,
			"network.dns1": Native, "network.dns2": Native, "network.vlanId": Native,
			"customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Native, "webPassword": Native,
			"firmware": Native, "pickup": Native,
			phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Native,
			phone.KeyDNDOther: Lamp, phone.KeyAddressBook: Native, phone.KeyVoicemail: Code, phone.KeyURL: Native,
			phone.KeyMenu: Native, phone.KeyPickup: Code, phone.KeyPickupGroup: Code, phone.KeyQueue: Lamp,
			phone.KeySwitch: Lamp,
		},
	}
}

// mppLines are as many as the largest of the phones has.
const mppLines = 16

var mppFunctions = map[string]string{
	phone.KeySpeedDial: ciscoDials, phone.KeyBLF: ciscoPicks, phone.KeyLine: ciscoIsLine, phone.KeyDND: ciscoDND,
	phone.KeyDNDOther: ciscoShows, phone.KeyAddressBook: ciscoOpens, phone.KeyVoicemail: ciscoDials,
	phone.KeyURL: ciscoOpens, phone.KeyMenu: ciscoMenu, phone.KeyPickup: ciscoDials, phone.KeyPickupGroup: ciscoDials,
	phone.KeyQueue: ciscoShows, phone.KeySwitch: ciscoShows,
}

type mppView struct{ *ciscoView }

func newMPPView(v *View) *mppView { return &mppView{&ciscoView{v, mppFunctions, mppLines}} }

// mppBright are the levels of backlight while the phone is used. It is dark when
// it is not: there is a timer, but no level.
var mppBright = phone.Range{Min: 4, Max: 15}

// Brightness is the level, nil for none.
func (v *mppView) Brightness() *int {
	return backlight(v.Phone.DisplayBrightness, v.Facts.Brightness, mppBright)
}

// HasVideo says whether the phone has a camera, Video whether it may be used.
func (v *mppView) HasVideo() bool { return !v.lacks("codec.video") }

// Video is Yes or No.
func (v *mppView) Video() string { return yesNo(v.offers(H264)) }

// DHSG is whether a headset takes calls by itself.
func (v *mppView) DHSG() string { return pick(v.Phone.DHSG, "Yes", "No") }

// mppSecure is what a policy for SRTP means: whether the phone offers it, and
// whether it insists.
type mppSecure struct{ Setting, Option string }

var mppSecurity = map[string]*mppSecure{
	phone.SRTPOff: {"No", "Optional"}, phone.SRTPOptional: {"Yes", "Optional"}, phone.SRTPRequired: {"Yes", "Required"},
}

// Secure is that of the account.
func (v *mppView) Secure() *mppSecure { return mppSecurity[v.Account().encryption()] }
