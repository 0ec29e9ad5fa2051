package family

import (
	"strings"

	"ringfence/phone"
)

// snomKey is an fkey element.
type snomKey struct {
	Index int
	Label string
	Does  string // type and argument
}

// snomEvents are the functions that a phone does by itself.
var snomEvents = map[string]string{
	phone.KeyDND: "F_DND", phone.KeyAddressBook: "F_ADR_BOOK", phone.KeyRedial: "F_REDIAL", phone.KeyVoicemail: "F_RETRIEVE",
	phone.KeyTransfer: "F_TRANSFER", phone.KeyHold: "F_HOLD", phone.KeyRecord: "F_REC", phone.KeyMenu: "F_SETTINGS",
}

// snomTypes are the types of the functions that call a number, open a page or
// watch one.
var snomTypes = map[string]string{
	phone.KeySpeedDial: "speed", phone.KeyPickup: "speed", phone.KeyPickupGroup: "speed", phone.KeyURL: "url",
	phone.KeyBLF: "blf", phone.KeyDNDOther: "blf", phone.KeyQueue: "blf", phone.KeySwitch: "blf",
}

// A key that does nothing is told so, unless none of them does anything: then they
// are for calls, as on a phone that comes from the factory.
const (
	snomUnused = "none"
	snomBorn   = "line"
)

// FunctionKeys are all that the phone and its panels have: their numbering goes on
// from the one to the other, as ours does.
func (v *snomView) FunctionKeys() (all []snomKey) {
	born := true
	for _, k := range places(v.View) {
		key := snomKey{Index: k.Index, Does: snomUnused}
		if does := v.does(&k); does != "" {
			key.Label, key.Does, born = k.Label, does, false
		}
		all = append(all, key)
	}
	for i := range all {
		if born {
			all[i].Does = snomBorn
		}
	}
	return all
}

// does is type and argument of a key, "" when the phone has none for it.
func (v *snomView) does(k *Key) string {
	if k.Function == phone.KeyAddressBook && v.URL.Directory != "" {
		return "url " + v.URL.Directory
	}
	if event := snomEvents[k.Function]; event != "" {
		return "keyevent " + event
	}
	switch kind := snomTypes[k.Function]; {
	case k.Function == phone.KeyLine:
		return "line"
	case kind == "" || k.Value == "":
		return ""
	case k.Function == phone.KeyBLF && v.Pickup != "":
		return "blf " + snomNumber(k.Watch) + "|" + v.Pickup
	case kind == "blf":
		return "blf " + snomNumber(k.Watch)
	default:
		return kind + " " + k.Value
	}
}

// snomNumber is a number to watch, in which nothing can be taken for the pickup
// code that follows one.
func snomNumber(s string) string { return strings.ReplaceAll(s, "|", "") }
