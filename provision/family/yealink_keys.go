package family

import (
	"fmt"

	"ringfence/phone"
)

// The types of keys, which phones know by a number.
const (
	yealinkNone       = 0
	yealinkLine       = 15
	yealinkBLF        = 16
	yealinkPickup     = 23
	yealinkSwitchPage = 37
)

var yealinkTypes = map[string]int{
	phone.KeySpeedDial: 13, phone.KeyBLF: yealinkBLF, phone.KeyLine: yealinkLine, phone.KeyDND: 5, phone.KeyAddressBook: 61,
	phone.KeyRedial: 6, phone.KeyVoicemail: 12, phone.KeyTransfer: 3, phone.KeyURL: 27, phone.KeyHold: 4, phone.KeyRecord: 25,
	phone.KeyMenu: 30, phone.KeyPickup: yealinkPickup, phone.KeyPickupGroup: yealinkPickup,
	phone.KeyDNDOther: yealinkBLF, phone.KeyQueue: yealinkBLF, phone.KeySwitch: yealinkBLF,
}

// unset stands for a value that shall go back to the factory's.
const unset = "%NULL%"

// yealinkKey is a key as the phone has it.
type yealinkKey struct {
	Name               string // of its parameters, up to the last dot
	Type               int
	Line, Value, Label string
}

// Keys are all that the phone and its panels have. Where none of them does
// anything, the first is for the account, which is seen nowhere else.
func (v *yealinkView) Keys() (keys []yealinkKey) {
	used := false
	for _, k := range places(v.View) {
		key := yealinkKeyOf(v.keyName(k), k)
		keys, used = append(keys, key), used || key.Type != yealinkNone
	}
	if !used && len(keys) > 0 {
		keys[0].Type, keys[0].Line = yealinkLine, "1"
	}
	if v.paged() {
		keys = append(keys, yealinkPages(v.Phone.PanelsWithKeys(v.Model))...)
	}
	return keys
}

func yealinkKeyOf(name string, k Key) yealinkKey {
	kind := yealinkTypes[k.Function]
	if kind == yealinkNone {
		return yealinkKey{name, yealinkNone, unset, unset, unset}
	}
	return yealinkKey{name, kind, "1", orUnset(k.Value), orUnset(k.Label)}
}

func orUnset(s string) string {
	if s == "" {
		return unset
	}
	return s
}

// pageKeys are the keys of an EXP20 that turn its two pages. It counts them with
// the others.
var pageKeys = [...]int{1, 21}

// paged says whether the side panels have pageKeys.
func (v *yealinkView) paged() bool { return v.Phone.SidePanel == "EXP20" }

func yealinkPages(panels int) (keys []yealinkKey) {
	for panel := 1; panel <= panels; panel++ {
		for _, key := range pageKeys {
			keys = append(keys, yealinkKey{panelKey(panel, key), yealinkSwitchPage, unset, unset, unset})
		}
	}
	return keys
}

// keyName is what the parameters of a key begin with.
func (v *yealinkView) keyName(k Key) string {
	if k.Panel == 0 {
		return fmt.Sprintf("linekey.%d", k.Number)
	}
	number := k.Number
	for _, page := range pageKeys {
		if v.paged() && number >= page {
			number++
		}
	}
	return panelKey(k.Panel, number)
}

func panelKey(panel, number int) string {
	return fmt.Sprintf("expansion_module.%d.key.%d", panel, number)
}
