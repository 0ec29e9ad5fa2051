package family

import (
	"strconv"

	"ringfence/phone"
)

// spa is the SPA line of Linksys, later Cisco. A phone asks for a profile of its
// model first, whatever its name, which leads it to its own.
func spa() *Family {
	return &Family{
		Name: "cisco-spa", Title: "Cisco SPA",
		Files: []File{
			{Name: "{mac}.xml", Template: "phone.xml", Format: XML},
			{Name: "{mac}.cfg", Template: "phone.xml", Format: XML},
			{Name: "spa{mac}.cfg", Template: "phone.xml", Format: XML},
			{Name: "spa{model}.cfg", Role: Pointer, Template: "profile.xml", Format: XML},
			{Name: "init.cfg", Role: Pointer, Template: "profile.xml", Format: XML},
			{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
			{Name: "{model}.bin", Role: Declined}, // firmware
		},
		fits:  func(m *phone.Model) bool { return m.Brand == phone.BrandCisco && !isMPP(m) },
		dress: func(v *View) any { return newSPAView(v) },
		warn:  func(v *View) []Warning { return newSPAView(v).displaced() },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "callWaiting": Converted, "sidePanel": Native,
			"ringer.volume": Native, "ringer.tone": Native,
			"volume.handset.mic": Converted, "volume.handset.speaker": Native, "volume.headset.mic": Converted,
			"volume.headset.speaker": Native, "volume.handsfree.mic": Converted, "volume.handsfree.speaker": Native,
			"headsetButton": Converted, "displayBackground": Native, "codec.hdAudio": Converted,
			"network.dhcp": Converted, "network.ipAddress": Native, "network.subnet": Native, "network.gateway": Native,
			"network.dns1": Native, "network.dns2": Native, "network.vlanId": Native, "network.vlanPriority": Native,
			"customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Native, "webPassword": Native,
			"firmware": Native, "pickup": Native,
			phone.KeySpeedDial: Native, phone.KeyBLF: Native, phone.KeyLine: Native, phone.KeyDND: Code,
			phone.KeyDNDOther: Lamp, phone.KeyAddressBook: Native, phone.KeyVoicemail: Code, phone.KeyURL: Native,
			phone.KeyPickup: Code, phone.KeyPickupGroup: Code, phone.KeyQueue: Lamp, phone.KeySwitch: Lamp,
		},
	}
}

// spaLines are as many as the largest of the phones has.
const spaLines = 12

var spaFunctions = map[string]string{
	phone.KeySpeedDial: ciscoDials, phone.KeyBLF: ciscoPicks, phone.KeyLine: ciscoIsLine, phone.KeyDND: ciscoDials,
	phone.KeyDNDOther: ciscoShows, phone.KeyAddressBook: ciscoOpens, phone.KeyVoicemail: ciscoDials,
	phone.KeyURL: ciscoOpens, phone.KeyPickup: ciscoDials, phone.KeyPickupGroup: ciscoDials,
	phone.KeyQueue: ciscoShows, phone.KeySwitch: ciscoShows,
}

type spaView struct{ *ciscoView }

func newSPAView(v *View) *spaView { return &spaView{&ciscoView{v, spaFunctions, spaLines}} }

// PickupCode is dialled when a colleague's key is pressed while it rings there:
// the # stands for the number.
func (v *spaView) PickupCode() string {
	if v.Pickup == "" {
		return ""
	}
	return v.Pickup + "#"
}

// Panels are the places for side panels, and whether there is one.
func (v *spaView) Panels() (all []spaPanel) {
	for n := 1; n <= v.Model.SidePanels.Max; n++ {
		all = append(all, spaPanel{n, yesNo(n <= v.Units())})
	}
	return all
}

type spaPanel struct {
	Number int
	On     string
}

// spaGain is a microphone: 6 dB more, none or less, and up to 3 dB beside.
type spaGain struct{ Name, Main, Additional string }

// Gains are those of the microphones that have a level.
func (v *spaView) Gains() (gains []spaGain) {
	volume := v.Phone.Volume
	for _, mic := range []struct {
		name string
		db   *int
	}{
		{"Handset", volume.Handset.Mic}, {"Headset", volume.Headset.Mic}, {"Speakerphone", volume.Handsfree.Mic},
	} {
		if mic.db != nil {
			main, additional := splitGain(*mic.db)
			gains = append(gains, spaGain{mic.name, strconv.Itoa(main), strconv.Itoa(additional)})
		}
	}
	return gains
}

func splitGain(db int) (main, additional int) {
	switch db = min(max(db, -9), 9); {
	case db > 3:
		main = 6
	case db < -3:
		main = -6
	}
	return main, db - main
}
