package family

import (
	"cmp"
	"fmt"

	"ringfence/phone"
)

// The rows of keys: those beside the screen, and those that stand alone.
const (
	grandstreamVPK = "vpk"
	grandstreamMPK = "mpk"
	grandstreamEXT = "ext" // of the side panels, counted on from one to the next
)

const (
	grandstreamNone = "None"
	grandstreamLine = "Line"
)

var grandstreamModes = map[string]string{
	phone.KeySpeedDial: "SpeedDial", phone.KeyBLF: "BLF", phone.KeyLine: grandstreamLine, phone.KeyDND: "DND",
	phone.KeyDNDOther: "BLF", phone.KeyAddressBook: "Phonebook", phone.KeyRedial: "Redial", phone.KeyVoicemail: "VoiceMail",
	phone.KeyTransfer: "Transfer", phone.KeyURL: "XMLApplication", phone.KeyRecord: "Record", phone.KeyMenu: "Menu",
	phone.KeyPickup: "SpeedDial", phone.KeyPickupGroup: "SpeedDial", phone.KeyQueue: "BLF", phone.KeySwitch: "BLF",
}

// grandstreamKey is a key as the phone has it.
type grandstreamKey struct {
	Name                        string // of its settings, such as vpk.1
	Mode, Account, Label, Value string
}

// Keys are all that the phone and its panels have. Where none of them does
// anything, the first is for the account.
func (v *grandstreamView) Keys() (keys []grandstreamKey) {
	used := false
	for _, k := range places(v.View) {
		key := v.key(k)
		keys, used = append(keys, key), used || key.Mode != grandstreamNone
	}
	if !used && len(keys) > 0 && keys[0].Name == grandstreamVPK+".1" {
		keys[0].Mode = grandstreamLine
	}
	return keys
}

func (v *grandstreamView) key(k Key) grandstreamKey {
	row, number := v.row(k)
	key := grandstreamKey{Name: fmt.Sprintf("%s.%d", row, number), Mode: grandstreamNone, Account: "Account1"}
	if row == grandstreamVPK {
		key.Account = "0"
	}
	mode := grandstreamModes[k.Function]
	if mode == "" || mode == grandstreamLine && row != grandstreamVPK {
		return key
	}
	key.Mode, key.Label, key.Value = mode, shortened(k.Label), k.Value
	return key
}

// row is the row that a key is in, and its number there.
func (v *grandstreamView) row(k Key) (string, int) {
	if k.Panel > 0 {
		return grandstreamEXT, (k.Panel-1)*v.Model.SidePanels.Keys(v.Phone.SidePanel) + k.Number
	}
	row, number := v.Facts.keyRow(k.Number)
	return cmp.Or(row.Name, grandstreamVPK), number
}

// maxKeyLabel is how many characters of a label a phone takes.
const maxKeyLabel = 32

func shortened(label string) string {
	if r := []rune(label); len(r) > maxKeyLabel {
		return string(r[:maxKeyLabel])
	}
	return label
}
