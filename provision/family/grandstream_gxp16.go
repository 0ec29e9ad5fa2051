package family

import (
	"strconv"
	"strings"

	"ringfence/phone"
)

// gxp16 is Grandstream's GXP16 series and the older phones that know settings by
// number.
func gxp16() *Family {
	return &Family{
		Name: "grandstream-gxp16", kin: "grandstream", Title: "Grandstream GXP16",
		Files: grandstreamFiles(),
		fits:  seriesOf("GXP11", "GXP14", "GXP16", "GXP17"),
		dress: func(v *View) any { return &gxp16View{grandstreamView{v}} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Converted,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "callWaiting": Converted,
			"ringer.volume": Native, "ringer.tone": Native,
			"volume.handset.mic": Native, "volume.headset.mic": Native, "volume.headset.speaker": Native,
			"headsetButton": Converted, "dhsg": Converted, "displayBrightness": Converted, "displayBrightnessIdle": Converted,
			"codec.hdAudio": Native,
			"network.dhcp":  Converted, "network.ipAddress": Converted, "network.subnet": Converted, "network.gateway": Converted,
			"network.dns1": Converted, "network.dns2": Converted, "network.vlanId": Native, "network.vlanPriority": Native,
			"customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Converted,
			"webPassword": Native, "firmware": Converted, "pickup": Native,

			phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Code, phone.KeyDNDOther: Lamp,
			phone.KeyVoicemail: Native, phone.KeyTransfer: Native, phone.KeyPickup: Code, phone.KeyPickupGroup: Code,
			phone.KeyQueue: Lamp, phone.KeySwitch: Lamp,
		},
	}
}

// seriesOf fits the models whose names begin with one of these.
func seriesOf(prefixes ...string) func(*phone.Model) bool {
	return func(m *phone.Model) bool {
		for _, prefix := range prefixes {
			if m.Brand == phone.BrandGrandstream && strings.HasPrefix(strings.ToUpper(m.Model), prefix) {
				return true
			}
		}
		return false
	}
}

// gxp16View has the values of a View in the numbers of the series.
type gxp16View struct{ grandstreamView }

// The numbers of what the settings with names call by a word.
var (
	gxp16Transports = map[string]int{"tcp": 1, "tls": 2}
	gxp16SRTP       = map[string]int{phone.SRTPOptional: 3, phone.SRTPRequired: 2}
	gxp16Codecs     = map[Codec]string{PCMU: "0", PCMA: "8", G722: "9", G729: "18"}
	gxp16Protocols  = map[string]int{"HTTP": 1, "HTTPS": 2}
	gxp16Books      = map[string]int{"HTTP": 1, "HTTPS": 3}
)

// Transport is that of the server.
func (v *gxp16View) Transport() int { return gxp16Transports[v.Server.Transport] }

// SRTP is the mode of an account.
func (v *gxp16View) SRTP(a Account) int { return gxp16SRTP[a.SRTP] }

// setting is one whose number is worked out.
type setting struct {
	Number int
	Value  string
}

// gxp16Places are the settings of the codecs, best first.
var gxp16Places = [...]int{57, 58, 59, 60, 61, 62, 46}

// CodecChoices are the codecs to offer in all their places.
func (v *gxp16View) CodecChoices() []setting { return inPlaces(v.View, gxp16Codecs, gxp16Places[:]) }

// inPlaces are the codecs to offer in the settings with these numbers.
func inPlaces(v *View, names map[Codec]string, places []int) (list []setting) {
	for i, name := range choices(v, names, len(places)) {
		list = append(list, setting{places[i], name})
	}
	return list
}

// NoCallWaiting is whether a second call is refused.
func (v *gxp16View) NoCallWaiting() string { return pick(v.Phone.CallWaiting, "0", "1") }

// HeadsetKey is what the headset key does: alone, or in turn with the speaker.
func (v *gxp16View) HeadsetKey() string {
	switch v.grandstreamView.HeadsetKey() {
	case "":
		return ""
	case "DefaultMode":
		return "0"
	}
	return "1"
}

// DHSG is the type of headset.
func (v *gxp16View) DHSG() string { return pick(v.Phone.DHSG, "1", "0") }

// gxp16Backlight is the levels of backlight.
var gxp16Backlight = phone.Range{Min: 0, Max: 8}

// Brightness is the level while the phone is used.
func (v *gxp16View) Brightness() *int {
	return backlight(v.Phone.DisplayBrightness, v.Facts.Brightness, gxp16Backlight)
}

// BrightnessIdle is the level while it is not.
func (v *gxp16View) BrightnessIdle() *int {
	return backlight(v.Phone.DisplayBrightnessIdle, v.Facts.BrightnessIdle, gxp16Backlight)
}

// Addressing is by DHCP or fixed.
func (v *gxp16View) Addressing() string { return pick(v.Phone.Network.DHCP, "0", "1") }

// FixedSettings are the octets of the fixed address and what goes with it.
func (v *gxp16View) FixedSettings() (list []setting) {
	n := v.Fixed()
	if n == nil {
		return nil
	}
	for i, address := range []string{n.Address, n.Subnet, n.Gateway, n.DNS1, n.DNS2} {
		for _, o := range v.Octets(address) {
			list = append(list, setting{8 + 4*i + o.Place, o.Value})
		}
	}
	return list
}

// numberedFolder is a grandstreamFolder with the number of its protocol.
type numberedFolder struct {
	Protocol int
	Path     string
}

func numbered(f *grandstreamFolder, protocols map[string]int) *numberedFolder {
	if f == nil {
		return nil
	}
	return &numberedFolder{protocols[f.Protocol], f.Path}
}

// Config is the folder of the configuration.
func (v *gxp16View) Config() *numberedFolder {
	return numbered(v.grandstreamView.Config(), gxp16Protocols)
}

// Firmware is the folder of the firmware.
func (v *gxp16View) Firmware() *numberedFolder {
	return numbered(v.grandstreamView.Firmware(), gxp16Protocols)
}

// PhoneBook is the folder of the phone book.
func (v *gxp16View) PhoneBook() *numberedFolder {
	return numbered(v.grandstreamView.PhoneBook(), gxp16Books)
}

// Tag is the VLAN, 0 for none.
func (v *gxp16View) Tag() string {
	if id := v.Phone.Network.VLANID; id != nil {
		return strconv.Itoa(*id)
	}
	return ""
}
