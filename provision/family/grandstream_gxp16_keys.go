package family

import "ringfence/phone"

// A key of the row line is beside the screen and shows its account; one of the
// row mpk stands alone and has a lamp. The types of the two are counted apart.
const gxp16LineRow = "line"

var (
	gxp16LineModes = map[string]int{phone.KeyLine: 0, phone.KeyVoicemail: 16, phone.KeyTransfer: 18}
	gxp16MPKModes  = map[string]int{phone.KeyVoicemail: 6, phone.KeyTransfer: 8}
)

const (
	gxp16LineDial = 10
	gxp16MPKDial  = 0
	gxp16MPKBLF   = 1
)

// gxp16Key is the settings of a key, by their numbers.
type gxp16Key struct {
	ModeAt, AccountAt, LabelAt, ValueAt int
	Mode                                int
	Label, Value                        string
}

// Keys are all that the phone has. One that does nothing is of the first mode: on
// the row line that is for the account.
func (v *gxp16View) Keys() (keys []gxp16Key) {
	for _, k := range places(v.View) {
		row, number := v.row(k)
		key, does := gxp16MPKAt(number), gxp16MPKMode
		if row == gxp16LineRow {
			key, does = gxp16LineAt(number), gxp16LineMode
		}
		if mode, ok := does(k); ok {
			key.Mode, key.Label, key.Value = mode, shortened(k.Label), gxp16Value(k)
		}
		keys = append(keys, key)
	}
	return keys
}

func gxp16LineAt(number int) gxp16Key {
	at := 2 * (number - 1)
	return gxp16Key{ModeAt: 1363 + at, AccountAt: 1364 + at, LabelAt: 1465 + at, ValueAt: 1466 + at}
}

// gxp16MPKAt: the eighth has numbers of its own.
func gxp16MPKAt(number int) gxp16Key {
	if number == 8 {
		return gxp16Key{ModeAt: 353, AccountAt: 354, LabelAt: 355, ValueAt: 356}
	}
	return gxp16Key{ModeAt: 322 + number, AccountAt: 298 + 3*number, LabelAt: 299 + 3*number, ValueAt: 300 + 3*number}
}

// gxp16LineMode is false for a key that does nothing. What has no mode of its own
// is dialled.
func gxp16LineMode(k Key) (mode int, ok bool) {
	if mode, ok = gxp16LineModes[k.Function]; ok {
		return mode, true
	}
	return gxp16LineDial, gxp16Value(k) != ""
}

func gxp16MPKMode(k Key) (mode int, ok bool) {
	if mode, ok = gxp16MPKModes[k.Function]; ok {
		return mode, true
	}
	if k.Watch != "" {
		return gxp16MPKBLF, gxp16Value(k) != ""
	}
	return gxp16MPKDial, gxp16Value(k) != ""
}

// gxp16Value is what a key calls, "" for one that does nothing that the phone can.
func gxp16Value(k Key) string {
	switch k.Function {
	case phone.KeySpeedDial, phone.KeyBLF, phone.KeyDNDOther, phone.KeyVoicemail,
		phone.KeyPickup, phone.KeyPickupGroup, phone.KeyQueue, phone.KeySwitch:
		return k.Value
	case phone.KeyDND:
		return phone.CodeDND
	}
	return ""
}
