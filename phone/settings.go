package phone

import (
	"slices"
	"strings"
)

// Settings are what goes for all of a customer's PBX.
type Settings struct {
	ID                   ID        `json:"_id"`                     // the customer's
	MasterPinCode        string    `json:"masterPinCode,omitempty"` // 4-10 digits
	DefaultLanguage      string    `json:"defaultLanguage,omitempty"`
	DefaultNumber        string    `json:"defaultNumber,omitempty"`  // E.164
	NationalPrefix       string    `json:"nationalPrefix,omitempty"` // dialled before a national number
	CallerIDNameOutbound string    `json:"callerIdNameOutbound"`
	VoicemailBreakout    bool      `json:"voicemailBreakout"`
	Recording            Recording `json:"recording"`
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
