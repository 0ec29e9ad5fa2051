package family

import (
	"strconv"

	"ringfence/phone"
)

// mitelKey is a key as the phones count them, such as topsoftkey3.
type mitelKey struct {
	Name  string
	Type  string // none for an unused one
	Value string
	Label string
	Line  bool // it calls, on our line
}

// mitelTypes are the types of keys. What is missing has none.
var mitelTypes = map[string]string{
	phone.KeySpeedDial: "speeddial", phone.KeyBLF: "blf", phone.KeyLine: "line", phone.KeyDND: "dnd",
	phone.KeyDNDOther: "blf", phone.KeyAddressBook: "directory", phone.KeyRedial: "redial",
	phone.KeyVoicemail: "speeddial", phone.KeyTransfer: "xfer", phone.KeyURL: "xml", phone.KeyMenu: "services",
	phone.KeyPickup: "speeddial", phone.KeyPickupGroup: "speeddial", phone.KeyQueue: "blf", phone.KeySwitch: "blf",
}

// mitelNeedsValue are the types whose keys do nothing by themselves.
var mitelNeedsValue = map[string]bool{"speeddial": true, "blf": true, "xml": true}

// mitelPaper is the row whose keys have a strip of paper for a label.
const mitelPaper = "prgkey"

// Keys are all that the phone and its panels have.
func (v *mitelView) Keys() (keys []mitelKey) {
	for _, k := range places(v.View) {
		row, number := v.row(k)
		key := mitelKey{Name: row.Name + strconv.Itoa(number), Type: "none"}
		if usual := mitelTypes[k.Function]; usual != "" && (k.Value != "" || !mitelNeedsValue[usual]) {
			key.Type, key.Value = v.keyType(k, row), k.Value
			key.Line = usual == "line" || usual == "speeddial" || usual == "blf"
			if row.Name != mitelPaper {
				key.Label = k.Label
			}
		}
		keys = append(keys, key)
	}
	return keys
}

// keyType is the type of a key in its row: one that cannot show a state dials,
// and one that may transfer a call does so without asking back.
func (v *mitelView) keyType(k Key, row KeyRow) string {
	usual := mitelTypes[k.Function]
	switch {
	case usual != "blf":
		return usual
	case row.NoLamps:
		return "speeddial"
	case k.Function == phone.KeyBLF && isTrue(v.Phone.SoftkeyBLFBlindTransfer):
		return "blfxfer"
	}
	return usual
}

// row is the row that a key is in, and its number there.
func (v *mitelView) row(k Key) (KeyRow, int) {
	if k.Panel > 0 {
		return KeyRow{Name: "expmod" + strconv.Itoa(k.Panel) + " key"}, k.Number
	}
	row, number := v.Facts.keyRow(k.Number)
	switch {
	case row.Name != "":
	case v.Model.SoftkeyLabels:
		row.Name = "topsoftkey"
	default:
		row.Name = mitelPaper
	}
	return row, number
}
