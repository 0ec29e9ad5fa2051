package phone

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the names of time zones, where the system has none
)

// Settings are what goes for all of a customer's PBX.
type Settings struct {
	ID                   ID        `json:"_id"`                     // the customer's
	MasterPinCode        string    `json:"masterPinCode,omitempty"` // 4-10 digits
	DefaultLanguage      string    `json:"defaultLanguage,omitempty"`
	TimeZone             string    `json:"timeZone,omitempty"`       // of the IANA database; "" is the country's
	DefaultNumber        string    `json:"defaultNumber,omitempty"`  // E.164
	NationalPrefix       string    `json:"nationalPrefix,omitempty"` // dialled before a national number
	CallerIDNameOutbound string    `json:"callerIdNameOutbound"`
	VoicemailBreakout    bool      `json:"voicemailBreakout"`
	Recording            Recording `json:"recording"`
	Provisioning         `json:"provisioning,omitzero"`
}

// Provisioning is how phones may fetch their configuration.
type Provisioning struct {
	PlainPath *bool `json:"plainPath,omitempty"` // by the MAC address alone; nil is as the server does
}

// Recording is which calls are recorded and how long that is kept.
type Recording struct {
	Mode      string `json:"mode"`
	Quality   string `json:"quality"`
	Retension int    `json:"retension"` // days
}

var (
	callerIDNames      = []string{"AS_IS", "CUSTOMER", "PREFIX"}
	recordingModes     = []string{"ALWAYS", "DEMAND", "NEVER"}
	recordingQualities = []string{"NORMAL", "COMPACT", "HIGH"}
	recordingDays      = []int{1, 3, 7, 14, 30}
)

// NewSettings are those of a customer who has not set any.
func NewSettings(customer ID) *Settings {
	return &Settings{ID: customer, CallerIDNameOutbound: "AS_IS", Recording: Recording{Mode: "NEVER", Quality: "NORMAL", Retension: 30}}
}

// Validate judges the settings.
func (s *Settings) Validate(References) error {
	var fs Faults
	if pin := s.MasterPinCode; pin != "" && (len(pin) < 4 || len(pin) > 10 || strings.Trim(pin, "0123456789") != "") {
		fs = append(fs, unlisted("masterPinCode", mustBe("4 to 10 digits")))
	}
	if !validLanguage(s.DefaultLanguage) {
		fs = append(fs, unlisted("defaultLanguage", mustBe("one of da, en")))
	}
	if !validZone(s.TimeZone) {
		fs = append(fs, unlisted("timeZone", mustBe("a name of the IANA time zone database, such as Europe/Copenhagen")))
	}
	if s.DefaultNumber != "" && !isE164(s.DefaultNumber) {
		fs = append(fs, unlisted("defaultNumber", "Number is invalid, must be in the form +4570305052"))
	}
	if s.NationalPrefix != "" && !isNumber(s.NationalPrefix) {
		fs = append(fs, unlisted("nationalPrefix", "Prefix is invalid"))
	}
	for _, word := range []struct {
		key, value string
		of         []string
	}{
		{"callerIdNameOutbound", s.CallerIDNameOutbound, callerIDNames},
		{"recording.mode", s.Recording.Mode, recordingModes},
		{"recording.quality", s.Recording.Quality, recordingQualities},
	} {
		if !slices.Contains(word.of, word.value) {
			fs = append(fs, unlisted(word.key, mustBe("one of "+strings.Join(word.of, ", "))))
		}
	}
	if !slices.Contains(recordingDays, s.Recording.Retension) {
		fs = append(fs, unlisted("recording.retension", mustBe("one of 1, 3, 7, 14, 30")))
	}
	return fs.Err()
}

// validZone says whether it names a time zone, or none.
func validZone(name string) bool {
	if name == "" {
		return true
	}
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}

// Configures says whether the customer's phones have to fetch their configuration
// again when the settings become the other ones. The PIN is not among it: only a
// model's own template may ask for that.
func (s *Settings) Configures(after *Settings) bool {
	return s.DefaultLanguage != after.DefaultLanguage || s.TimeZone != after.TimeZone
}
