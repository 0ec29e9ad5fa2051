package family

import (
	"fmt"
	"strconv"
	"strings"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// ciscoView is a View in the words of the flat profile, in which Linksys' and
// Cisco's phones for any server are configured: an element is a parameter, the
// last of a name counts, and what is absent stays as it was.
type ciscoView struct {
	*View
	functions map[string]string // of keys, by ours
	lines     int               // how many accounts the phones have room for
}

// Account is the only one, on extension 1.
func (v *ciscoView) Account() Account { return v.Accounts[0] }

// OtherLines are the extensions of the phone that have no account.
func (v *ciscoView) OtherLines() []int { return unused(v.Accounts, v.lines) }

// Transport is UDP, TCP or TLS.
func (v *ciscoView) Transport() string { return strings.ToUpper(v.Server.Transport) }

// CallWaiting is Yes, No or "" for neither.
func (v *ciscoView) CallWaiting() string { return pick(v.Phone.CallWaiting, "Yes", "No") }

// AudioDevice is what a phone without its handset speaks through. It knows no key
// that goes to and fro: the one that comes first is taken.
func (v *ciscoView) AudioDevice() string {
	switch button := v.Phone.HeadsetButton; {
	case strings.HasPrefix(button, "speaker"):
		return "Speaker"
	case strings.HasPrefix(button, "headset"):
		return "Headset"
	}
	return ""
}

// ciscoCodecs are the names of codecs for voice.
var ciscoCodecs = map[Codec]string{G722: "G722", PCMA: "G711a", PCMU: "G711u", G729: "G729a"}

// Codecs are the three that a phone can be told to offer first.
func (v *ciscoView) Codecs() [3]string {
	preferred := [3]string{"Unspecified", "Unspecified", "Unspecified"}
	copy(preferred[:], codecNames(v.View.Codecs, ciscoCodecs))
	return preferred
}

// Wideband is whether G.722 may be offered at all.
func (v *ciscoView) Wideband() string { return yesNo(v.offers(G722)) }

func yesNo(yes bool) string { return pick(&yes, "Yes", "No") }

// Addressing is how the phone comes by its address, "" for as it does.
func (v *ciscoView) Addressing() string { return pick(v.Phone.Network.DHCP, "DHCP", "Static IP") }

// Tagging is Yes, No or "" for neither.
func (v *ciscoView) Tagging() string { return pick(v.tags(), "Yes", "No") }

// TimeZone is such as GMT+01:00, "" where it is not known.
func (v *ciscoView) TimeZone() string {
	if v.Zone == nil {
		return ""
	}
	sign, minutes := '+', v.Zone.Standard
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, minutes/60, minutes%60)
}

// SummerTime is the rule of daylight saving, "" for none.
func (v *ciscoView) SummerTime() string {
	begin, end, ok := v.Zone.Summer()
	if !ok {
		return ""
	}
	return fmt.Sprintf("start=%s;end=%s;save=%s", ciscoChange(begin), ciscoChange(end), ciscoTime(v.Zone.Saving))
}

// ciscoChange is month/day/weekday/time: the first day of that name from that day
// of the month on, where -1 is the last and Sunday is 7. It knows one day alone.
func ciscoChange(c timezone.Change) string {
	day := (c.Week-1)*7 + 1
	if c.Week == 5 {
		day = -1
	}
	return fmt.Sprintf("%d/%d/%d/%s", c.Month, day, c.ISOWeekday(), ciscoTime(min(max(c.Minute, 0), 24*60-1)))
}

func ciscoTime(minutes int) string {
	return strconv.Itoa(minutes/60) + ":" + strconv.Itoa(minutes%60) + ":0"
}

// ciscoLanguages are the names that the phones show of their languages.
var ciscoLanguages = map[string]string{
	"cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
	"hu": "Hungarian", "it": "Italian", "nb": "Norwegian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
	"pt": "Portuguese", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish", "tr": "Turkish",
}

// Speaks is one of those in Dictionaries, "" where it is not known.
func (v *ciscoView) Speaks() string {
	if v.Facts.Dictionary == "" {
		return ""
	}
	return ciscoLanguages[v.Language]
}

// Dictionaries are where the phone finds the words of its languages: files beside
// the firmware, with which they come. English it has by itself, and only that one
// where it is not told where to fetch from.
func (v *ciscoView) Dictionaries() string {
	if v.Speaks() == "" || v.Language == "en" || v.beside() == "" {
		return ""
	}
	file := v.Facts.Dictionary + "_"
	return fmt.Sprintf("serv=%s;d0=English;x0=%sen.xml;d1=%s;x1=%s%s.xml", v.beside(), file, v.Speaks(), file, v.Language)
}

// ciscoCodes are the star codes that the phones take to themselves unless they are
// told that there are none. Ours would never reach us.
var ciscoCodes = strings.Fields(`
	Call_Return_Code Blind_Transfer_Code Call_Back_Act_Code Call_Back_Deact_Code
	Cfwd_All_Act_Code Cfwd_All_Deact_Code Cfwd_Busy_Act_Code Cfwd_Busy_Deact_Code
	Cfwd_No_Ans_Act_Code Cfwd_No_Ans_Deact_Code CW_Act_Code CW_Deact_Code
	CW_Per_Call_Act_Code CW_Per_Call_Deact_Code Block_CID_Act_Code Block_CID_Deact_Code
	Block_CID_Per_Call_Act_Code Block_CID_Per_Call_Deact_Code Block_ANC_Act_Code Block_ANC_Deact_Code
	DND_Act_Code DND_Deact_Code Secure_All_Call_Act_Code Secure_No_Call_Act_Code
	Secure_One_Call_Act_Code Secure_One_Call_Deact_Code Paging_Code Call_Park_Code
	Call_UnPark_Code Call_Unpark_Code Media_Loopback_Code Referral_Services_Codes Feature_Dial_Services_Codes`)

// Codes are the elements of star codes.
func (v *ciscoView) Codes() []string { return ciscoCodes }

// BLFTransfer is whether a key of a colleague transfers a call without asking back.
func (v *ciscoView) BLFTransfer() string { return pick(v.Phone.SoftkeyBLFBlindTransfer, "Yes", "No") }

// isMPP tells Cisco's phones with multiplatform firmware from the SPA line.
func isMPP(m *phone.Model) bool { return strings.HasSuffix(m.Model, "-3PCC") }
