package family

import "ringfence/phone"

// grandstreamHT is Grandstream's adapters for analogue phones. Each of their ports
// is a handset of ours.
func grandstreamHT() *Family {
	files := grandstreamFiles()[:4] // without the phone book
	files[1].Template = "adapter.xml"
	return &Family{
		Name: "grandstream-ht", Title: "Grandstream HT",
		Files: files,
		fits:  seriesOf("HT"),
		dress: func(v *View) any { return &htView{gxp16View{grandstreamView{v}}} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Converted,
			"name": Native, "srtp": Converted, "callWaiting": Converted,
			"network.dhcp": Converted, "network.ipAddress": Converted, "network.subnet": Converted, "network.gateway": Converted,
			"network.dns1": Converted, "network.dns2": Converted, "network.vlanId": Native, "network.vlanPriority": Native,
			"customConfig": Native, "language": Converted, "timeZone": Converted, "ntp": Native,
			"webPassword": Native, "firmware": Converted,
		},
	}
}

// htView has the values of a View in the numbers of an adapter.
type htView struct{ gxp16View }

// htSettings are the numbers of the settings of a port.
type htSettings struct {
	Active, Server, SecondServer, Proxy, SecondProxy, Transport, Sips, Register, Minutes int
	User, AuthUser, Password, Name, SRTP, NoCallWaiting                                  int
	codecs                                                                               [7]int
}

var htSettingsOf = [...]htSettings{
	{
		Active: 271, Server: 47, SecondServer: 967, Proxy: 48, SecondProxy: 2333, Transport: 130, Sips: 2329, Register: 31, Minutes: 32,
		User: 35, AuthUser: 36, Password: 34, Name: 3, SRTP: 183, NoCallWaiting: 91, codecs: [7]int{57, 58, 59, 60, 61, 62, 46},
	},
	{
		Active: 401, Server: 747, SecondServer: 987, Proxy: 748, SecondProxy: 2433, Transport: 830, Sips: 2429, Register: 731, Minutes: 732,
		User: 735, AuthUser: 736, Password: 734, Name: 703, SRTP: 443, NoCallWaiting: 791, codecs: [7]int{757, 758, 759, 760, 761, 762, 814},
	},
}

// htPort is a port with the numbers of its settings.
type htPort struct {
	At htSettings
	Account
	Mode   int // of SRTP
	Codecs []setting
}

var (
	htSRTP   = map[string]int{phone.SRTPOptional: 1, phone.SRTPRequired: 2}
	htCodecs = map[Codec]string{PCMU: "0", PCMA: "8", G729: "18"}
)

// Ports are those that have an account.
func (v *htView) Ports() (ports []htPort) {
	for _, a := range v.Accounts {
		if a.Number <= len(htSettingsOf) {
			at := htSettingsOf[a.Number-1]
			ports = append(ports, htPort{at, a, htSRTP[a.SRTP], inPlaces(v.View, htCodecs, at.codecs[:])})
		}
	}
	return ports
}

// Spare are the settings that make other ports active.
func (v *htView) Spare() (numbers []int) {
	for _, n := range unused(v.Accounts, len(htSettingsOf)) {
		numbers = append(numbers, htSettingsOf[n-1].Active)
	}
	return numbers
}

// htVoices are the numbers of the languages of the menu that one hears.
var htVoices = map[string]string{"en": "0", "zh": "4", "ru": "6", "es": "10"}

// Voice is the language of the menu.
func (v *htView) Voice() string { return htVoices[v.Language] }
