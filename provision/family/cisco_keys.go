package family

import (
	"fmt"
	"slices"
	"strings"

	"ringfence/phone"
)

// What a key does, as the value of fnc.
const (
	ciscoDials  = "sd"
	ciscoShows  = "blf+sd"
	ciscoPicks  = "blf+sd+cp" // it shows and calls, and takes what rings there
	ciscoOpens  = "xml"
	ciscoDND    = "dnd"
	ciscoMenu   = "shortcut"
	ciscoIsLine = "line" // not a value of fnc: such a key has an extension instead
)

// ciscoKey is a key of the phone itself, ciscoUnitKey one of a panel.
type ciscoKey struct {
	Number    int
	Extension string // 1, or Disabled where the key has a function
	Name      string
	Function  string
}

type ciscoUnitKey struct {
	Unit, Number int
	Function     string
}

const ciscoNoLine = "Disabled"

// Keys are those of the phone itself. One of them must be its line, or nobody can
// call with it: where none is meant to be, it is the first that is unused, and
// where all are used, the last.
func (v *ciscoView) Keys() (keys []ciscoKey) {
	line := -1
	for _, k := range places(v.View) {
		if k.Panel > 0 {
			break
		}
		key := ciscoKey{Number: k.Number, Extension: ciscoNoLine, Function: v.function(k)}
		switch name := ciscoPlain(k.Label); {
		case v.functions[k.Function] == ciscoIsLine:
			key, line = v.lineKey(k.Number, name), len(keys)
		case key.Function != "":
			key.Name = name
		}
		keys = append(keys, key)
	}
	if line >= 0 {
		return keys
	}
	return v.withLine(keys)
}

// withLine makes one of the keys that of the line.
func (v *ciscoView) withLine(keys []ciscoKey) []ciscoKey {
	if v.Model == nil || v.Model.Softkeys == 0 {
		return append(keys, v.lineKey(len(keys)+1, ""))
	}
	free := slices.IndexFunc(keys, func(k ciscoKey) bool { return k.Function == "" })
	if free < 0 {
		free = len(keys) - 1
	}
	keys[free] = v.lineKey(keys[free].Number, "")
	return keys
}

// lineKey shows the number of the extension, where it has no name of its own.
func (v *ciscoView) lineKey(number int, name string) ciscoKey {
	if name == "" {
		name = ciscoPlain(v.Account().Extension)
	}
	if name == "" {
		name = "$USER"
	}
	return ciscoKey{Number: number, Extension: "1", Name: name}
}

// displaced warns of a key that gave way to the line.
func (v *ciscoView) displaced() (ws []Warning) {
	if len(v.View.Keys) == 0 {
		return nil
	}
	for i, key := range v.Keys() {
		for _, k := range v.View.Keys {
			if k.Panel == 0 && k.Number == key.Number && key.Extension != ciscoNoLine && v.function(k) != "" {
				ws = append(ws, Warning{fmt.Sprintf("softkeys[%d]", i), "No key is left for the line, so this one is it"})
			}
		}
	}
	return ws
}

// UnitKeys are those of the side panels.
func (v *ciscoView) UnitKeys() (keys []ciscoUnitKey) {
	for _, k := range places(v.View) {
		if k.Panel > 0 {
			keys = append(keys, ciscoUnitKey{k.Panel, k.Number, v.function(k)})
		}
	}
	return keys
}

// Units is how many side panels are attached.
func (v *ciscoView) Units() int { return v.Phone.PanelsWithKeys(v.Model) }

// function is the script of a key, "" for one that is unused.
func (v *ciscoView) function(k Key) string {
	fnc := v.functions[k.Function]
	target, ok := v.target(fnc, k)
	if !ok {
		return ""
	}
	script := "fnc=" + fnc + target
	if name := ciscoPlain(k.Label); name != "" {
		script += ";nme=" + name
	}
	return script
}

// target is what follows fnc; false where there is nothing to call or to open.
func (v *ciscoView) target(fnc string, k Key) (string, bool) {
	switch fnc {
	case "", ciscoIsLine:
		return "", false
	case ciscoDND:
		return "", true
	case ciscoMenu:
		return ";url=userpref", true
	case ciscoOpens:
		return v.page(k)
	}
	number := ciscoPlain(k.Value)
	if k.Function == phone.KeyDND {
		number = phone.CodeDND
	}
	at := number + "@$PROXY"
	if fnc == ciscoDials {
		return ";ext=" + at, number != ""
	}
	return ";sub=" + at + ";ext=" + at, number != ""
}

// page is the address that a key opens.
func (v *ciscoView) page(k Key) (string, bool) {
	address := k.Value
	if k.Function == phone.KeyAddressBook {
		address = v.URL.Directory
	}
	address = ciscoAddress.Replace(OneLine(address))
	return ";url=" + address, address != ""
}

// A script is a list with semicolons, in which $ begins a variable and @ a host.
// A name or a number must bring none of them; in an address they can be written
// otherwise.
var (
	ciscoStrip   = strings.NewReplacer(";", "", "@", "", "$", "")
	ciscoAddress = strings.NewReplacer(";", "%3B", "@", "%40", "$", "%24", " ", "%20")
)

func ciscoPlain(s string) string { return strings.TrimSpace(ciscoStrip.Replace(OneLine(s))) }
