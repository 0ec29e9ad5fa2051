package family

import (
	"strings"

	"ringfence/phone"
)

// snomDECT is Snom's M-series: a base whose file has all its handsets.
func snomDECT() *Family {
	return &Family{
		Name: "snom-dect", kin: "snom", Title: "Snom DECT",
		Files: []File{
			{Name: "snom{model}-{mac}.htm", Template: "base.xml", Format: XML},
			{Name: "snom{model}.htm", Role: Pointer, Template: "pointer.xml", Format: XML},
			{Name: "{mac}.xml", Template: "base.xml", Format: XML},
			{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
		},
		fits: func(m *phone.Model) bool {
			return m.Brand == phone.BrandSnom && m.Capabilities.MultipleHandsets
		},
		dress: func(v *View) any {
			return &snomBaseView{snomView{View: v}, dectServers(v.Accounts)}
		},
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Native, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "callWaiting": Converted,
			"codec.hdAudio": Native, "handsetAddress": Converted, "customConfig": Native,
			"network.dhcp": Converted, "network.ipAddress": Native, "network.subnet": Native, "network.gateway": Native,
			"network.dns1": Native, "network.dns2": Native, "network.vlanId": Native, "network.vlanPriority": Native,
			"language": Converted, "timeZone": Converted, "ntp": Native, "phonebook": Native, "webPassword": Native,
		},
	}
}

// snomBaseView is the View of a base in Snom's words.
type snomBaseView struct {
	snomView
	servers []dectServer
}

var snomBaseSRTP = map[string]string{phone.SRTPOff: "disabled", phone.SRTPOptional: "optional", phone.SRTPRequired: "mandatory"}

// Servers are what the lines register with.
func (v *snomBaseView) Servers() (list []dectServer) {
	for _, s := range v.servers {
		list = append(list, dectServer{s.Number, snomBaseSRTP[s.SRTP]})
	}
	return list
}

// snomLine is a line of a base, which is one of its handsets.
type snomLine struct {
	Account
	IPUI   string
	Server int
}

// snomNoHandset is the address of no handset: the first that comes has the line.
const snomNoHandset = "0xFFFFFFFFFF"

// Lines are those of the accounts.
func (v *snomBaseView) Lines() (list []snomLine) {
	for _, a := range v.Accounts {
		line := snomLine{a, snomNoHandset, serverFor(v.servers, a)}
		if id := ipui(a.Handset); id != "" {
			line.IPUI = "0x" + id
		}
		list = append(list, line)
	}
	return list
}

// Unused are the numbers of the lines that nobody has.
func (v *snomBaseView) Unused() []int {
	return unused(v.Accounts, v.Model.Extensions)
}

// Codecs is the list of what to offer.
func (v *snomBaseView) Codecs() string {
	return strings.Join(codecNames(v.View.Codecs, snomCodecs), ",")
}
