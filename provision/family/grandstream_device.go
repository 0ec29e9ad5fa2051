package family

import (
	"cmp"
	"net/url"
	"ringfence/phone"
	"strings"
)

// HeadsetKey is what the headset key does: alone, or in turn with the speaker.
func (v *grandstreamView) HeadsetKey() string {
	switch v.Phone.HeadsetButton {
	case "":
		return ""
	case "speaker-headset", "headset-speaker":
		return "ToggleHeadsetOrSpeaker"
	}
	return "DefaultMode"
}

// DHSG is the type of headset: one that lifts the receiver, or none such.
func (v *grandstreamView) DHSG() string { return pick(v.Phone.DHSG, "PlantronicsEHS", "Normal") }

// The levels of backlight that phones have, where a model does not say others.
var (
	grandstreamBrightness     = phone.Range{Min: 10, Max: 100}
	grandstreamBrightnessIdle = phone.Range{Min: 0, Max: 100}
)

// Brightness is the level while the phone is used.
func (v *grandstreamView) Brightness() *int {
	return backlight(v.Phone.DisplayBrightness, v.Facts.Brightness, grandstreamBrightness)
}

// BrightnessIdle is the level while it is not.
func (v *grandstreamView) BrightnessIdle() *int {
	return backlight(v.Phone.DisplayBrightnessIdle, v.Facts.BrightnessIdle, grandstreamBrightnessIdle)
}

// Addressing is by DHCP or fixed.
func (v *grandstreamView) Addressing() string { return pick(v.Phone.Network.DHCP, "DHCP", "StaticIP") }

// Tagging is whether the phone tags what it sends.
func (v *grandstreamView) Tagging() string { return pick(v.tags(), "Yes", "No") }

// octet is one of the four numbers of an address, which are settings of their own.
type octet struct {
	Place int // from 1
	Value string
}

// Octets are those of an IPv4 address, of 0.0.0.0 for none.
func (v *grandstreamView) Octets(address string) (list []octet) {
	for i, n := range strings.Split(cmp.Or(address, "0.0.0.0"), ".") {
		list = append(list, octet{i + 1, n})
	}
	return list
}

// grandstreamFolder is where the phone finds files whose names it knows, with what
// fetches them apart.
type grandstreamFolder struct{ Protocol, Path string }

var grandstreamProtocols = map[string]string{"http": "HTTP", "https": "HTTPS"}

// newGrandstreamFolder is the folder of a file, nil for none.
func newGrandstreamFolder(file string) *grandstreamFolder {
	u, err := url.Parse(folderOf(file))
	if err != nil || u.Host == "" || grandstreamProtocols[u.Scheme] == "" {
		return nil
	}
	return &grandstreamFolder{grandstreamProtocols[u.Scheme], strings.TrimSuffix(u.Host+u.EscapedPath(), "/")}
}

// Config is the folder of the configuration.
func (v *grandstreamView) Config() *grandstreamFolder {
	return newGrandstreamFolder(v.URL.Base)
}

// Firmware is the folder of the firmware.
func (v *grandstreamView) Firmware() *grandstreamFolder {
	return newGrandstreamFolder(v.URL.Firmware)
}

// PhoneBook is the folder of the phone book.
func (v *grandstreamView) PhoneBook() *grandstreamFolder {
	return newGrandstreamFolder(v.URL.Directory)
}
