package provision

// snomEvents are the softkey functions that a Snom phone does by itself.
var snomEvents = map[string]string{
	"DND":         "F_DND",
	"ADDRESSBOOK": "F_ADR_BOOK",
	"REDIAL":      "F_REDIAL",
	"VOICEMAIL":   "F_RETRIEVE",
	"TRANSFER":    "F_TRANSFER",
	"HOLD":        "F_HOLD",
	"RECORD":      "F_REC",
	"MENU":        "F_SETTINGS",
}

// snomKey is the content of a fkey element: its type and argument.
func snomKey(k key) string {
	if event, ok := snomEvents[k.Function]; ok {
		return "keyevent " + event
	}
	switch k.Function {
	case "SPEEDDIAL":
		return "speed " + k.Value
	case "BLF":
		return "blf " + k.Value
	case "URL":
		return "url " + k.Value
	case "LINE":
		return "line"
	}
	return "none" // has no form of its own on this phone yet
}
