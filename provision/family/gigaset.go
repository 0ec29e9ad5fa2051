package family

import (
	"cmp"
	"fmt"
	"strings"

	"ringfence/phone"
)

// gigaset is Gigaset's N670 and N870: a DECT manager whose file has all its
// handsets, as parameters with a name and a value.
func gigaset() *Family {
	return &Family{
		Name: "gigaset", Title: "Gigaset",
		Files: []File{
			{Name: "{mac}.xml", Template: "base.xml", Format: XML},
			{Name: "directory.xml", Role: Directory, Template: "directory.xml", Format: XML},
			{Name: "{model}.bin", Role: Declined},
		},
		fits:  brand(phone.BrandGigaset),
		dress: func(v *View) any { return &gigasetView{v, dectServers(v.Accounts)} },
		Supports: map[string]Support{
			"username": Native, "password": Native, "server": Native, "transport": Converted, "expires": Native,
			"name": Native, "extension": Native, "voicemail": Native, "srtp": Converted, "handsetAddress": Converted,
			"timeZone": Converted, "ntp": Native, "phonebook": Native, "webPassword": Native, "customConfig": Native,
		},
	}
}

// gigasetView is the View of a base in Gigaset's words.
type gigasetView struct {
	*View
	servers []dectServer
}

var gigasetTransports = map[string]int{"udp": 1, "tcp": 2, "tls": 3}

// Transport is the number of how to reach the server.
func (v *gigasetView) Transport() int { return gigasetTransports[v.Server.Transport] }

// gigasetProvider is a server as the base knows it: whether calls are encrypted,
// and whether others are accepted as well.
type gigasetProvider struct {
	ID          int
	SRTP, Plain int
}

// Providers are what the accounts register with, numbered from 0.
func (v *gigasetView) Providers() (list []gigasetProvider) {
	for _, s := range v.servers {
		p := gigasetProvider{ID: s.Number - 1}
		switch s.SRTP {
		case phone.SRTPRequired:
			p.SRTP = 1
		case phone.SRTPOptional:
			p.SRTP, p.Plain = 1, 1
		}
		list = append(list, p)
	}
	return list
}

// gigasetHandset is an account, named by the address of its handset, or by its
// number when that is not known.
type gigasetHandset struct {
	Account
	ID       string
	Provider int
}

// Handsets are the accounts.
func (v *gigasetView) Handsets() (list []gigasetHandset) {
	for _, a := range v.Accounts {
		id := cmp.Or(strings.ToLower(ipui(a.Handset)), fmt.Sprintf("%05d", a.Number))
		list = append(list, gigasetHandset{a, id, serverFor(v.servers, a) - 1})
	}
	return list
}

// Total is how many entries the phone book has.
func (v *gigasetView) Total() int { return len(v.Contacts) }

// gigasetZone finds the name of a zone among those that the base knows, which has
// all but one from the IANA database.
var gigasetZone = coder(sameNames(
	"Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Copenhagen", "Europe/Berlin", "Europe/Amsterdam",
	"Europe/Andorra", "Europe/Belgrade", "Europe/Bratislava", "Europe/Brussels", "Europe/Budapest", "Europe/Gibraltar",
	"Europe/Ljubljana", "Europe/Luxembourg", "Europe/Madrid", "Europe/Malta", "Europe/Monaco", "Europe/Oslo", "Europe/Paris",
	"Europe/Podgorica", "Europe/Prague", "Europe/Rome", "Europe/San_Marino", "Europe/Sarajevo", "Europe/Skopje",
	"Europe/Stockholm", "Europe/Tirane", "Europe/Vaduz", "Europe/Vatican", "Europe/Vienna", "Europe/Warsaw", "Europe/Zagreb",
	"Europe/Zurich", "Europe/Athens", "Europe/Bucharest", "Europe/Helsinki", "Europe/Mariehamn", "Europe/Riga", "Europe/Sofia",
	"Europe/Tallinn", "Europe/Vilnius", "Europe/Istanbul", "Europe/Minsk", "Europe/Moscow", "Europe/Samara",
	"Africa/Cairo", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Hong_Kong", "Asia/Tokyo", "Australia/Adelaide",
	"Australia/Darwin", "Australia/Brisbane", "Australia/Sydney", "Pacific/Noumea", "Pacific/Honolulu", "America/Anchorage",
	"America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Sao_Paulo",
))

func sameNames(names ...string) []zoneCode {
	codes := []zoneCode{{"Greenwich", "Africa/Abidjan"}}
	for _, name := range names {
		codes = append(codes, zoneCode{name, name})
	}
	return codes
}

// TimeZone is the name of the zone, "" for none.
func (v *gigasetView) TimeZone() string { return gigasetZone(v.Zone) }
