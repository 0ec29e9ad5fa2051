package family

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"ringfence/phone"
)

// gigasetN510 is Gigaset's N510, which is older than its sisters and is told its
// settings as it keeps them: each under the name that it has in the base, numbers
// hexadecimal, texts in quotation marks. It registers over UDP.
func gigasetN510() *Family {
	return &Family{
		Name: "gigaset-n510", Title: "Gigaset N510",
		Files: []File{
			{Name: "{mac}.xml", Template: "base.xml", Format: XML},
			{Name: "{model}.bin", Role: Declined},
		},
		fits: func(m *phone.Model) bool {
			return m.Brand == phone.BrandGigaset && strings.HasPrefix(m.Model, "N510")
		},
		dress: func(v *View) any { return &n510View{v} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "expires": Native, "name": Native, "extension": Native,
			"voicemail": Native, "codec.hdAudio": Converted,
			"network.vlanId": Converted, "network.vlanPriority": Native, "language": Converted,
			"timeZone": Converted, "ntp": Native, "customConfig": Native,
		},
	}
}

// n510View is the View of an N510 in its words.
type n510View struct{ *View }

// n510Account is one of the base's accounts, of which handset and account have
// the same number.
type n510Account struct {
	Index              int    // from 0
	Number             int    // from 1
	Suffix             string // of the names of its settings
	Mask               string // the handset that uses it
	Name, Shown        string
	Username, Password string
}

// Accounts are those that there are.
func (v *n510View) Accounts() (list []n510Account) {
	for _, a := range v.View.Accounts {
		n := n510Account{
			Index: a.Number - 1, Number: a.Number, Mask: fmt.Sprintf("0x%x", 1<<(a.Number-1)),
			Name: plain(cmp.Or(a.Name, a.Extension)), Shown: plain(cmp.Or(a.Extension, a.Name)),
			Username: plain(a.Username), Password: plain(a.Password),
		}
		if a.Number > 1 {
			n.Suffix = "_" + strconv.Itoa(a.Number)
		}
		list = append(list, n)
	}
	return list
}

// n510Accounts is how many accounts the base has.
const n510Accounts = 6

// Unused are the numbers of the accounts that nobody has.
func (v *n510View) Unused() []int {
	return unused(v.View.Accounts, n510Accounts)
}

// plain is a text less what would end it: the base keeps it in quotation marks.
func plain(s string) string { return quotes.Replace(s) }

var quotes = strings.NewReplacer(`"`, "", `\`, "")

// Text is a text as a value.
func (v *n510View) Text(s string) string { return plain(s) }

// Number is a number as a value.
func (v *n510View) Number(n int) string { return fmt.Sprintf("0x%x", n) }

// Port is that of the server.
func (v *n510View) Port() string { return v.Number(int(v.Server.Port)) }

var n510Codecs = map[Codec]string{PCMU: "0x00", PCMA: "0x01", G729: "0x03", G722: "0x05"}

// Codecs is the list of what to offer.
func (v *n510View) Codecs() string {
	return strings.Join(codecNames(v.View.Codecs, n510Codecs), ",")
}

// Tagging says whether there is a VLAN, "" when nobody has said.
func (v *n510View) Tagging() string { return pick(v.tags(), "1", "0") }

// n510Languages are those of the web page.
var n510Languages = map[string]string{
	"en": "0x1", "de": "0x2", "es": "0x4", "it": "0x7", "fr": "0x9", "nl": "0xa", "tr": "0x10", "pl": "0x11",
}

// Speaks is the language of the web page.
func (v *n510View) Speaks() string { return n510Languages[v.Language] }

// n510Countries are the countries by which the base knows when summer is.
var n510Countries = map[string]int{
	"AL": 0, "AR": 1, "AU": 2, "AT": 3, "BH": 4, "BY": 5, "BE": 6, "BO": 7, "BA": 8, "BR": 9, "BG": 10, "CA": 11, "CL": 12,
	"CN": 13, "CO": 14, "CR": 15, "HR": 16, "CY": 17, "CZ": 18, "DK": 19, "EC": 20, "EG": 21, "EE": 22, "FI": 23, "FR": 24,
	"DE": 25, "GR": 26, "HK": 27, "HU": 28, "IS": 29, "IN": 30, "ID": 31, "IE": 32, "IL": 33, "IT": 34, "JP": 35, "JO": 36,
	"KR": 37, "KW": 38, "LV": 39, "LB": 40, "LI": 41, "LT": 42, "LU": 43, "MK": 44, "MY": 45, "MX": 46, "MA": 47, "NL": 48,
	"NZ": 49, "NO": 50, "PK": 51, "PA": 52, "PY": 53, "PE": 54, "PH": 55, "PL": 56, "PT": 57, "RO": 59, "RU": 60,
	"SA": 61, "RS": 62, "SG": 63, "SK": 64, "SI": 65, "ZA": 66, "ES": 67, "SE": 68, "CH": 69, "TW": 70, "TH": 71, "TR": 72,
	"AE": 73, "GB": 74, "US": 75, "UY": 76, "VE": 77,
}

// n510Offsets are the base's zones by minutes east of Greenwich.
var n510Offsets = map[int]int{
	-480: 0x04, -420: 0x07, -360: 0x09, -300: 0x0d, 0: 0x1a, 60: 0x1b, 120: 0x20, 180: 0x28, 240: 0x2b, 300: 0x2f,
	330: 0x30, 345: 0x31, 360: 0x33, 420: 0x36, 480: 0x38,
}

// n510Time is how the base keeps time.
type n510Time struct{ Zone, Country, Saving string }

// Time is that of the zone, nil when the base cannot be told.
func (v *n510View) Time() *n510Time {
	if v.Zone == nil {
		return nil
	}
	zone, ok := n510Offsets[v.Zone.Standard]
	country, known := n510Countries[v.Zone.Country]
	if !ok || !known {
		return nil
	}
	t := &n510Time{v.Number(zone), v.Number(country), "0x0"}
	if v.Zone.Saving > 0 {
		t.Saving = "0x1"
	}
	return t
}
