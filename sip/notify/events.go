package notify

import (
	"strings"

	"ringfence/phone"
)

// family is the events that the phones of a brand understand.
type family struct {
	brand  string
	base   bool   // the row is for DECT bases
	reload string // fetches the configuration again; a phone may reboot for it
	reboot string // "" is none
}

// families is what the makers' manuals say, the first row that fits. A brand
// that is not here understands nothing.
var families = []family{
	{brand: phone.BrandSnom, base: true, reload: "check-sync;reboot=true", reboot: "check-sync;reboot=true"},
	{brand: phone.BrandSnom, reload: "check-sync;reboot=false", reboot: "check-sync;reboot=true"},
	{brand: phone.BrandYealink, reload: "check-sync;reboot=false", reboot: "check-sync;reboot=true"},
	{brand: phone.BrandCisco, reload: "resync", reboot: "reboot"},
	{brand: phone.BrandMitel, reload: "check-sync", reboot: "check-sync"}, // reboots when a changed value needs it
	{brand: phone.BrandGrandstream, reload: "check-sync", reboot: "check-sync;reboot=true"},
	{brand: phone.BrandGigaset, reload: "check-sync"},
}

// Resyncs says whether phones of a model fetch their configuration again when they
// are asked to, and need not reboot for it: such a one may be asked at any time.
func Resyncs(m *phone.Model) bool {
	event := eventOf(m, reload)
	return event != "" && !strings.Contains(event, "reboot=true")
}

// familyOf is what a model understands, nothing for one of no family.
func familyOf(m *phone.Model) family {
	for _, f := range families {
		if f.brand == m.Brand && (!f.base || m.Capabilities.MultipleHandsets) {
			return f
		}
	}
	return family{}
}
