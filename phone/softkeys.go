package phone

import (
	"reflect"
	"slices"
)

// The functions of a softkey.
const (
	KeySpeedDial   = "SPEEDDIAL"
	KeyBLF         = "BLF"
	KeyLine        = "LINE"
	KeyDND         = "DND"
	KeyDNDOther    = "DNDOTHER"
	KeyAddressBook = "ADDRESSBOOK"
	KeyRedial      = "REDIAL"
	KeyVoicemail   = "VOICEMAIL"
	KeyTransfer    = "TRANSFER"
	KeyURL         = "URL"
	KeyHold        = "HOLD"
	KeyRecord      = "RECORD"
	KeyMenu        = "MENU"
	KeyPickup      = "PICKUP"
	KeyPickupGroup = "PICKUPGROUP"
	KeyQueue       = "QUEUE"
	KeySwitch      = "SWITCH"
	KeyPresence    = "PRESENCE"
	KeySave        = "SAVE"   // a model may list it, though the page's
	KeyDelete      = "DELETE" // list of functions does not
)

var keyFunctions = []string{
	KeySpeedDial, KeyBLF, KeyLine, KeyDND, KeyDNDOther, KeyAddressBook, KeyRedial, KeyVoicemail, KeyTransfer, KeyURL,
	KeyHold, KeyRecord, KeyMenu, KeyPickup, KeyPickupGroup, KeyQueue, KeySwitch, KeyPresence, KeySave, KeyDelete,
}

// serverFunctions are done by the server; the key only has to reach it, and
// each of carriers does.
var (
	serverFunctions = []string{KeyDNDOther, KeyPickup, KeyPickupGroup, KeyQueue, KeySwitch, KeyPresence}
	carriers        = []string{KeyBLF, KeySpeedDial, KeyURL}
)

// canDo says whether a key of the model can have the function. A model that
// lists none can have all.
func (m *Model) canDo(function string) bool {
	can := func(f string) bool { return slices.Contains(m.SoftkeyCapabilities, f) }
	switch {
	case !slices.Contains(keyFunctions, function):
		return false
	case len(m.SoftkeyCapabilities) == 0 || can(function):
		return true
	}
	return slices.Contains(serverFunctions, function) && slices.ContainsFunc(carriers, can)
}

// keyFaults judges the softkeys. Where they are and what they do is judged when
// they, the model or the side panels changed since was; what they refer to when
// they, the model or the extension did: a note can be changed on a phone whose
// key names a group that is gone.
func (p *Phone) keyFaults(was *Phone, model *Model, refs References) (fs Faults) {
	changed := !reflect.DeepEqual(p.Softkeys, was.Softkeys)
	if changed || p.SidePanel != was.SidePanel || p.panels() != was.panels() {
		fs = append(fs, p.keyPlaceFaults(model)...)
		fs = append(fs, p.keyFunctionFaults(model)...)
	}
	if changed || p.Extension != was.Extension {
		fs = append(fs, p.keyValueFaults(refs)...)
	}
	return fs
}

// keyPlaceFaults judges where the keys are.
func (p *Phone) keyPlaceFaults(model *Model) (fs Faults) {
	places, taken := p.places(model), map[int]bool{}
	for i, k := range p.Softkeys {
		switch {
		case k.Index == nil:
			fs = append(fs, faultAt(NoKeyIndex, i))
			continue
		case *k.Index < 0 || *k.Index >= places:
			fs = append(fs, unlisted(at("softkeys", i, ".index"), "Index is outside the valid range"))
		case taken[*k.Index]:
			fs = append(fs, faultAt(KeyIndexTaken, i))
		}
		taken[*k.Index] = true
	}
	return fs
}

// keyFunctionFaults judges what the keys do.
func (p *Phone) keyFunctionFaults(model *Model) (fs Faults) {
	for i, k := range p.Softkeys {
		switch {
		case k.Function == "":
			fs = append(fs, faultAt(NoKeyFunction, i))
		case !model.canDo(k.Function):
			fs = append(fs, faultAt(BadKeyFunction, i))
		}
	}
	return fs
}
