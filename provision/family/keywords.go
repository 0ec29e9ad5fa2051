package family

import (
	"strconv"
	"strings"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// keyword is a value that a model's own template can have.
type keyword struct {
	value func(*scene) string
	loop  string // the loop that it belongs to, "" for none
	raw   bool   // it is written as it is
}

// loop is a part of a template that is repeated.
type loop struct {
	name string
	each func(s *scene, body func() bool) bool
}

var loops = []*loop{
	{"Softkey", func(s *scene, body func() bool) bool {
		for i := range s.view.Keys {
			s.key = &s.view.Keys[i]
			if !body() {
				return false
			}
		}
		return true
	}},
	{"Handset", func(s *scene, body func() bool) bool {
		defer func(first *Account) { s.account = first }(s.account)
		for i := range s.view.Accounts {
			s.account = &s.view.Accounts[i]
			if !body() {
				return false
			}
		}
		return true
	}},
}

// loopOf finds the loop that a name begins or ends, nil for none.
func loopOf(name string) (l *loop, begins bool) {
	for _, l := range loops {
		switch {
		case strings.EqualFold(name, l.name+"Start"):
			return l, true
		case strings.EqualFold(name, l.name+"End"):
			return l, false
		}
	}
	return nil, false
}

// keywords are all that there are, by their names in lower case.
var keywords = allKeywords()

func allKeywords() map[string]*keyword {
	all := map[string]*keyword{}
	for _, table := range []map[string]func(*scene) string{
		ofAccount, ofDevice, ofSound, ofNetwork, ofServer,
	} {
		for name, value := range table {
			all[strings.ToLower(name)] = &keyword{value: value}
		}
	}
	for name, value := range ofKey {
		all[strings.ToLower(name)] = &keyword{value: value, loop: "Softkey"}
	}
	all["customconfig"] = &keyword{value: func(s *scene) string { return s.view.Phone.CustomConfig }, raw: true}
	return all
}

// ofAccount is of the handset, within its loop; else of the first or only one.
var ofAccount = map[string]func(*scene) string{
	"Extension":      func(s *scene) string { return s.account.Extension },
	"Name":           func(s *scene) string { return s.account.Name },
	"Username":       func(s *scene) string { return s.account.Username },
	"Password":       func(s *scene) string { return s.account.Password },
	"Srtp":           func(s *scene) string { return s.account.SRTP },
	"HandsetIndex":   func(s *scene) string { return strconv.Itoa(max(0, s.account.Number-1)) },
	"HandsetNumber":  func(s *scene) string { return strconv.Itoa(s.account.Number) },
	"HandsetAddress": func(s *scene) string { return s.account.Handset },
}

var ofKey = map[string]func(*scene) string{
	"SoftkeyIndex":    func(s *scene) string { return strconv.Itoa(s.key.Index) },
	"SoftkeyPanel":    func(s *scene) string { return strconv.Itoa(s.key.Panel) },
	"SoftkeyNumber":   func(s *scene) string { return strconv.Itoa(s.key.Number) },
	"SoftkeyFunction": func(s *scene) string { return s.key.Function },
	"SoftkeyLabel":    func(s *scene) string { return s.key.Label },
	"SoftkeyValue":    func(s *scene) string { return s.key.Value },
	"SoftkeyWatch":    func(s *scene) string { return s.key.Watch },
}

var ofDevice = map[string]func(*scene) string{
	"MacAddress": func(s *scene) string { return string(s.view.MAC) },
	"Brand":      func(s *scene) string { return s.view.Model.Brand },
	"Model":      func(s *scene) string { return s.view.Model.Model },
	"Serial":     func(s *scene) string { return s.view.Phone.Serial },
	"Language":   func(s *scene) string { return s.view.Language },

	"CallWaiting":             func(s *scene) string { return s.yesNo(s.view.Phone.CallWaiting) },
	"SoftkeyBlfBlindTransfer": func(s *scene) string { return s.yesNo(s.view.Phone.SoftkeyBLFBlindTransfer) },
	"SidePanel":               func(s *scene) string { return s.view.Phone.SidePanel },
	"SidePanelCount":          func(s *scene) string { return text(s.view.Phone.SidePanelCount) },
	"HeadsetButton":           func(s *scene) string { return s.view.Phone.HeadsetButton },
	"Dhsg":                    func(s *scene) string { return s.yesNo(s.view.Phone.DHSG) },
	"DisplayBrightness":       func(s *scene) string { return text(s.view.Phone.DisplayBrightness) },
	"DisplayBrightnessIdle":   func(s *scene) string { return text(s.view.Phone.DisplayBrightnessIdle) },
	"DisplayBackground":       func(s *scene) string { return s.view.URL.Background },
	"DisplayFontColor":        func(s *scene) string { return s.view.Phone.DisplayFontColor },
	"MasterPin":               func(s *scene) string { return s.view.MasterPin },
	"WebPassword":             func(s *scene) string { return s.view.WebPassword },
}

var ofSound = map[string]func(*scene) string{
	"RingerVolume":           func(s *scene) string { return text(s.view.Phone.Ringer.Volume) },
	"RingerTone":             func(s *scene) string { return string(s.view.Phone.Ringer.Tone) },
	"Ringtone":               func(s *scene) string { return s.view.URL.Ringtone },
	"VolumeHandsetMic":       func(s *scene) string { return text(s.view.Phone.Volume.Handset.Mic) },
	"VolumeHandsetSpeaker":   func(s *scene) string { return text(s.view.Phone.Volume.Handset.Speaker) },
	"VolumeHeadsetMic":       func(s *scene) string { return text(s.view.Phone.Volume.Headset.Mic) },
	"VolumeHeadsetSpeaker":   func(s *scene) string { return text(s.view.Phone.Volume.Headset.Speaker) },
	"VolumeHandsfreeMic":     func(s *scene) string { return text(s.view.Phone.Volume.Handsfree.Mic) },
	"VolumeHandsfreeSpeaker": func(s *scene) string { return text(s.view.Phone.Volume.Handsfree.Speaker) },
	"CodecHdAudio":           func(s *scene) string { return s.yesNo(s.view.Phone.Codec.HDAudio) },
	"CodecVideo":             func(s *scene) string { return s.yesNo(s.view.Phone.Codec.Video) },
}

var ofNetwork = map[string]func(*scene) string{
	"NetworkDHCP":         func(s *scene) string { return s.yesNo(s.view.Phone.Network.DHCP) },
	"NetworkDNS1":         func(s *scene) string { return s.view.Phone.Network.DNS1 },
	"NetworkDNS2":         func(s *scene) string { return s.view.Phone.Network.DNS2 },
	"NetworkGateway":      func(s *scene) string { return s.view.Phone.Network.Gateway },
	"NetworkIP":           func(s *scene) string { return s.view.Phone.Network.Address },
	"NetworkSubnet":       func(s *scene) string { return s.view.Phone.Network.Subnet },
	"NetworkVlanId":       func(s *scene) string { return orZero(s.view.Phone.Network.VLANID) },
	"NetworkVlanPriority": func(s *scene) string { return orZero(s.view.Phone.Network.VLANPriority) },
}

var ofServer = map[string]func(*scene) string{
	"Server":          func(s *scene) string { return s.view.Server.Host },
	"ServerPort":      func(s *scene) string { return strconv.Itoa(int(s.view.Server.Port)) },
	"Domain":          func(s *scene) string { return s.view.Server.Domain },
	"Transport":       func(s *scene) string { return s.view.Server.Transport },
	"Expires":         func(s *scene) string { return strconv.Itoa(s.view.Server.Expires) },
	"TimeZone":        func(s *scene) string { return s.zone().Name },
	"TimeZoneOffset":  func(s *scene) string { return strconv.Itoa(s.zone().Standard) },
	"TimeZoneSaving":  func(s *scene) string { return strconv.Itoa(s.zone().Saving) },
	"TimeZonePosix":   func(s *scene) string { return s.zone().POSIX },
	"Ntp":             func(s *scene) string { return s.view.NTP },
	"Voicemail":       func(s *scene) string { return s.view.Voicemail },
	"PickupCode":      func(s *scene) string { return s.view.Pickup },
	"ProvisioningUrl": func(s *scene) string { return s.view.URL.Base },
	"PhonebookUrl":    func(s *scene) string { return s.view.URL.Directory },
	"FirmwareUrl":     func(s *scene) string { return s.view.URL.Firmware },
}

// yesNo is how a phone reads a Boolean, "" when it has no value.
func (s *scene) yesNo(b *bool) string {
	if s.view.Model.Brand == phone.BrandSnom {
		return pick(b, "on", "off")
	}
	return pick(b, "1", "0")
}

func (s *scene) zone() *timezone.Zone {
	if s.view.Zone == nil {
		return &timezone.Zone{}
	}
	return s.view.Zone
}

// orZero is a number that is 0 where it has no value.
func orZero(n *int) string {
	if n == nil {
		return "0"
	}
	return strconv.Itoa(*n)
}

// text is a number as it is written, "" when there is none.
func text(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
