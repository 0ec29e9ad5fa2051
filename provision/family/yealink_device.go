package family

import (
	"fmt"

	"ringfence/phone"
	"ringfence/provision/timezone"
)

// Tone is the name of the ringtone: silence, a built-in one, or the custom one
// that the phone loads.
func (v *yealinkView) Tone() string {
	if v.URL.Ringtone != "" {
		return fileName(v.URL.Ringtone)
	}
	switch tone := v.BuiltInTone(); tone {
	case "":
		return ""
	case "0":
		return "Silent.wav"
	default:
		return "Ring" + tone + ".wav"
	}
}

// HeadsetPrior is 1 when the headset comes before the speaker. That is all that a
// phone can be told of its headset key.
func (v *yealinkView) HeadsetPrior() string {
	switch v.Phone.HeadsetButton {
	case "headset", "headset-speaker":
		return "1"
	case "speaker", "speaker-headset":
		return "0"
	}
	return ""
}

// The levels of backlight that phones have, where a model does not say others.
var (
	yealinkBrightness     = phone.Range{Min: 1, Max: 10}
	yealinkBrightnessIdle = phone.Range{Min: 0, Max: 1}
)

// Brightness is the level while the phone is used.
func (v *yealinkView) Brightness() *int {
	return backlight(v.Phone.DisplayBrightness, v.Facts.Brightness, yealinkBrightness)
}

// BrightnessIdle is the level while it is not.
func (v *yealinkView) BrightnessIdle() *int {
	return backlight(v.Phone.DisplayBrightnessIdle, v.Facts.BrightnessIdle, yealinkBrightnessIdle)
}

// Background is the name under which the phone keeps the picture.
func (v *yealinkView) Background() string { return fileName(v.URL.Background) }

// Addressing is by DHCP, 0, or fixed, 2.
func (v *yealinkView) Addressing() string { return pick(v.Phone.Network.DHCP, "0", "2") }

// Tagging is whether the phone tags what it sends.
func (v *yealinkView) Tagging() string { return pick(v.tags(), "1", "0") }

// yealinkLanguages are those that phones have, or can load.
var yealinkLanguages = map[string]string{
	"cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian",
	"nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "tr": "Turkish",
}

// Speaks is the language of the screen and of the phone's web page.
func (v *yealinkView) Speaks() string { return yealinkLanguages[v.Language] }

// Offset is the time zone in hours, such as +1 or -3:30.
func (v *yealinkView) Offset() string {
	switch minutes := v.Zone.Standard; {
	case minutes > 0:
		return "+" + hours(minutes)
	case minutes < 0:
		return "-" + hours(-minutes)
	}
	return "0"
}

// yealinkSummer is when daylight saving begins and ends.
type yealinkSummer struct{ Begin, End string }

// Summer is nil where there is none.
func (v *yealinkView) Summer() *yealinkSummer {
	begin, end, ok := v.Zone.Summer()
	if !ok {
		return nil
	}
	return &yealinkSummer{yealinkChange(begin), yealinkChange(end)}
}

// yealinkChange is month/week/weekday/hour with Sunday as 7. A phone changes its
// clock at a full hour of that day.
func yealinkChange(c timezone.Change) string {
	return fmt.Sprintf("%d/%d/%d/%d", c.Month, c.Week, c.ISOWeekday(), c.Hour())
}
