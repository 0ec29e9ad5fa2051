package family

import (
	"net/url"
	"strings"

	"ringfence/phone"
)

// mitel is the desk phones of Aastra, later Mitel: 67xx, 68xx and 69xx. They ask
// for startup.cfg (aastra.cfg before firmware 4), for a file of the model and for
// one of their own, where the later wins. Without the first they do not ask for
// the last; without the second they do.
//
// A line that begins with ^ also replaces what has been set on the phone itself,
// which would win otherwise.
func mitel() *Family {
	return &Family{
		Name: "mitel", Title: "Mitel",
		Files: []File{
			{Name: "startup.cfg", Role: Pointer, Template: "startup.cfg", Format: mitelLines},
			{Name: "aastra.cfg", Role: Pointer, Template: "startup.cfg", Format: mitelLines},
			{Name: "{mac}.cfg", Template: "phone.cfg", Format: mitelLines},
			{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
			{Name: "{model}.cfg", Role: Declined},
			{Name: "{model}.tuz", Role: Declined}, // encrypted twins of all that, and their key
			{Name: "{model}.st", Role: Declined},  // firmware
			{Name: "lang_{model}.txt", Role: Declined},
		},
		fits:  brand(phone.BrandMitel),
		dress: func(v *View) any { return &mitelView{View: v} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "callWaiting": Converted,
			"softkeyBlfBlindTransfer": Converted, "sidePanel": Native, "ringer.volume": Native, "ringer.tone": Native,
			"volume.handset.mic": Native, "volume.handset.speaker": Native, "volume.headset.mic": Native,
			"volume.headset.speaker": Native, "volume.handsfree.mic": Native, "volume.handsfree.speaker": Native,
			"headsetButton": Converted, "dhsg": Converted,
			"displayBrightness": Converted, "displayBrightnessIdle": Converted,
			"displayBackground": Native, "displayFontColor": Converted,
			"codec.hdAudio": Converted, "network.dhcp": Converted, "network.ipAddress": Native, "network.subnet": Native,
			"network.gateway": Native, "network.dns1": Native, "network.dns2": Native,
			"network.vlanId": Native, "network.vlanPriority": Native, "customConfig": Native,
			"language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Native, "webPassword": Native,
			"firmware": Native, "pickup": Native,
			phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Native,
			phone.KeyDNDOther: Lamp, phone.KeyAddressBook: Native, phone.KeyRedial: Native, phone.KeyVoicemail: Code,
			phone.KeyTransfer: Native, phone.KeyURL: Native, phone.KeyMenu: Native, phone.KeyPickup: Code,
			phone.KeyPickupGroup: Code, phone.KeyQueue: Lamp, phone.KeySwitch: Lamp,
		},
	}
}

// mitelLines are "key: value". What follows a # is a comment, unless the value is
// in quotation marks, in which there is no way to write another.
var mitelLines = &Format{ContentType: "text/plain; charset=utf-8", escape: func(s string) string {
	if s = OneLine(s); strings.Contains(s, "#") {
		return `"` + strings.ReplaceAll(s, `"`, "") + `"`
	}
	return s
}}

// mitelView is a View in the words of Mitel's configuration files.
type mitelView struct{ *View }

// Account is the only one, on line 1; the other lines of the phone stay off.
func (v *mitelView) Account() Account { return v.Accounts[0] }

// mitelWord is a number for one of our words, "" for none of them.
type mitelWord map[string]string

var (
	mitelTransport = mitelWord{"udp": "1", "tcp": "2", "tls": "4"}
	mitelSRTP      = mitelWord{phone.SRTPOff: "0", phone.SRTPOptional: "1", phone.SRTPRequired: "2"}
	mitelAudio     = mitelWord{"speaker": "0", "headset": "1", "speaker-headset": "2", "headset-speaker": "3"}
	mitelColour    = mitelWord{"LIGHT": "white", "DARK": "black"}
)

func (v *mitelView) Transport() string   { return mitelTransport[v.Server.Transport] }
func (v *mitelView) SRTP() string        { return mitelSRTP[v.Account().encryption()] }
func (v *mitelView) AudioMode() string   { return mitelAudio[v.Phone.HeadsetButton] }
func (v *mitelView) CallWaiting() string { return pick(v.Phone.CallWaiting, "1", "0") }
func (v *mitelView) DHSG() string        { return pick(v.Phone.DHSG, "1", "0") }
func (v *mitelView) Addressing() string  { return pick(v.Phone.Network.DHCP, "1", "0") }

// FontColour is that of the idle screen.
func (v *mitelView) FontColour() string { return mitelColour[v.Phone.DisplayFontColor] }

// The levels of backlight while the phone is used and while it is not.
var (
	mitelBright = phone.Range{Min: 1, Max: 5}
	mitelDim    = phone.Range{Min: 0, Max: 4}
)

// Brightness is the level while the phone is used, nil for none.
func (v *mitelView) Brightness() *int {
	return backlight(v.Phone.DisplayBrightness, v.Facts.Brightness, mitelBright)
}

// BrightnessIdle is the level while it is not.
func (v *mitelView) BrightnessIdle() *int {
	return backlight(v.Phone.DisplayBrightnessIdle, v.Facts.BrightnessIdle, mitelDim)
}

// Tagging is 1, 0 or "" for neither.
func (v *mitelView) Tagging() string { return pick(v.tags(), "1", "0") }

var mitelPayloads = map[Codec]string{G722: "9", PCMA: "8", PCMU: "0", G729: "18"}

// Codecs are the payload types to offer, 20 ms a packet.
func (v *mitelView) Codecs() string {
	list := codecNames(v.View.Codecs, mitelPayloads)
	for i, payload := range list {
		list[i] = "payload=" + payload + ";ptime=20;silsupp=off"
	}
	return strings.Join(list, ",")
}

// FirmwareServer is the folder of the firmware: phones add the name of the file.
func (v *mitelView) FirmwareServer() string {
	return strings.TrimSuffix(folderOf(v.URL.Firmware), "/")
}

// mitelBase is where a phone fetches its files from.
type mitelBase struct{ Protocol, Scheme, Host, Port, Path string }

// Download is nil when the phone shall go on as it does.
func (v *mitelView) Download() *mitelBase {
	u, err := url.Parse(v.URL.Base)
	if err != nil || u.Host == "" {
		return nil
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return &mitelBase{strings.ToUpper(u.Scheme), u.Scheme, u.Hostname(), port, strings.Trim(u.Path, "/")}
}
