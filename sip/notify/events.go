package notify

import "ringfence/phone"

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
	{brand: "SNOM", base: true, reload: "check-sync;reboot=true", reboot: "check-sync;reboot=true"},
	{brand: "SNOM", reload: "check-sync;reboot=false", reboot: "check-sync;reboot=true"},
	{brand: "YEALINK", reload: "check-sync;reboot=false", reboot: "check-sync;reboot=true"},
	{brand: "CISCO", reload: "resync", reboot: "reboot"},
	{brand: "LINKSYS", reload: "resync", reboot: "reboot"},
	{brand: "MITEL", reload: "check-sync", reboot: "check-sync"}, // reboots when a changed value needs it
	{brand: "AASTRA", reload: "check-sync", reboot: "check-sync"},
	{brand: "GRANDSTREAM", reload: "check-sync", reboot: "check-sync;reboot=true"},
	{brand: "GIGASET", reload: "check-sync"},
	{brand: "PANASONIC", reload: "check-sync;reboot=true", reboot: "check-sync;reboot=true"},
	{brand: "POLYCOM", reload: "check-sync"},
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
