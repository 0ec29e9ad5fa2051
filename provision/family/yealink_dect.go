package family

import "ringfence/phone"

// yealinkDECT is Yealink's bases and their handsets: one file for all. Keys and
// sound are set on each handset.
func yealinkDECT() *Family {
	files := yealinkFiles()
	for i := range files {
		if files[i].Role == Whole && files[i].Template != "" {
			files[i].Template = "base.cfg"
		}
	}
	return &Family{
		Name: "yealink-dect", kin: "yealink", Title: "Yealink DECT",
		Files: files,
		fits: func(m *phone.Model) bool {
			return m.Brand == phone.BrandYealink && m.Capabilities.MultipleHandsets
		},
		dress: func(v *View) any { return &yealinkDECTView{yealinkView{v}} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "callWaiting": Converted,
			"codec.hdAudio": Native,
			"network.dhcp":  Converted, "network.ipAddress": Native, "network.subnet": Native, "network.gateway": Native,
			"network.dns1": Native, "network.dns2": Native, "network.vlanId": Native, "network.vlanPriority": Native,
			"handsetAddress": Converted, "customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native,
			"phonebook": Native, "webPassword": Native, "firmware": Native,
		},
	}
}

// yealinkDECTView has the values of a View in the words of a base.
type yealinkDECTView struct{ yealinkView }

// IPUI is the address by which a base lets a handset in, "" where handsets are let
// in by hand.
func (v *yealinkDECTView) IPUI(a Account) string { return ipui(a.Handset) }

// yealinkHandsets are the numbers of the languages that handsets have.
var yealinkHandsets = map[string]int{
	"en": 0, "fr": 1, "de": 2, "it": 3, "pl": 4, "pt": 5, "es": 6, "tr": 7, "ru": 8, "sv": 10,
}

// HandsetSpeaks is the language of the handsets, nil for what they have.
func (v *yealinkDECTView) HandsetSpeaks() *int {
	n, ok := yealinkHandsets[v.Language]
	if !ok {
		return nil
	}
	return &n
}
