package policy

import (
	"net/netip"
	"testing"

	"ringfence/phone"
)

func TestJudge(t *testing.T) {
	locked := func(addr string) phone.Fence { return phone.Fence{Mode: phone.Locked, Address: addr} }
	roaming := func(list phone.Countries) phone.Fence {
		return phone.Fence{Mode: phone.Roaming, Countries: list}
	}
	allowed := func(country string) Verdict { return Verdict{Allowed: true, Country: country} }
	refused := func(reason, country string) Verdict { return Verdict{Reason: reason, Country: country} }

	for name, c := range map[string]struct {
		fence   phone.Fence
		addr    string
		country string
		want    Verdict
	}{
		"open lets any address pass and wants to be locked":    {phone.Fence{Mode: phone.Open}, "192.0.2.1", "DK", Verdict{Allowed: true, Lock: true, Country: "DK"}},
		"open does not mind an unknown country":                {phone.Fence{Mode: phone.Open}, "192.0.2.1", "", Verdict{Allowed: true, Lock: true}},
		"open ignores the address and countries that it keeps": {phone.Fence{Mode: phone.Open, Address: "192.0.2.9", Countries: "SE"}, "192.0.2.1", "DK", Verdict{Allowed: true, Lock: true, Country: "DK"}},
		"open refuses what is no address":                      {phone.Fence{Mode: phone.Open}, "", "", refused(ReasonAddress, "")},
		"locked lets its address pass":                         {locked("192.0.2.1"), "192.0.2.1", "DK", allowed("DK")},
		"locked ignores countries":                             {phone.Fence{Mode: phone.Locked, Address: "192.0.2.1", Countries: "SE"}, "192.0.2.1", "DK", allowed("DK")},
		"locked refuses another address":                       {locked("192.0.2.1"), "192.0.2.2", "DK", refused(ReasonAddress, "DK")},
		"locked lets its IPv6 address pass":                    {locked("2001:db8::1"), "2001:db8:0::1", "", allowed("")},
		"locked refuses another IPv6 address":                  {locked("2001:db8::1"), "2001:db8::2", "", refused(ReasonAddress, "")},
		"locked to IPv4 knows the IPv4-mapped form":            {locked("192.0.2.1"), "::ffff:192.0.2.1", "", allowed("")},
		"locked to the IPv4-mapped form knows IPv4":            {locked("::ffff:192.0.2.1"), "192.0.2.1", "", allowed("")},
		"locked does not see a zone":                           {locked("fe80::1"), "fe80::1%eth0", "", allowed("")},
		"locked with a zone does not see it either":            {locked("fe80::1%eth1"), "fe80::1%eth0", "", allowed("")},
		"locked to nothing refuses all":                        {locked(""), "192.0.2.1", "", refused(ReasonAddress, "")},
		"locked to nothing refuses nothing too":                {locked(""), "", "", refused(ReasonAddress, "")},
		"locked to what is no address refuses all":             {locked("desk"), "192.0.2.1", "", refused(ReasonAddress, "")},
		"roaming lets a listed country pass":                   {roaming("DK,SE"), "192.0.2.1", "SE", allowed("SE")},
		"roaming reads the list in any case and with blanks":   {roaming("dk, se"), "192.0.2.1", "SE", allowed("SE")},
		"roaming refuses a country that is not listed":         {roaming("DK,SE"), "192.0.2.1", "NO", refused(ReasonCountry, "NO")},
		"roaming refuses part of a code":                       {roaming("DK,SE"), "192.0.2.1", "K", refused(ReasonCountry, "K")},
		"roaming refuses an unknown country":                   {roaming("DK,SE"), "192.0.2.1", "", refused(ReasonUnknownCountry, "")},
		"roaming nowhere refuses all":                          {roaming(""), "192.0.2.1", "DK", refused(ReasonCountry, "DK")},
		"roaming nowhere refuses an unknown country":           {roaming(" , "), "192.0.2.1", "", refused(ReasonUnknownCountry, "")},
		"roaming ignores the address":                          {phone.Fence{Mode: phone.Roaming, Countries: "DK", Address: "192.0.2.9"}, "192.0.2.1", "DK", allowed("DK")},
		"roaming refuses what is no address":                   {roaming("DK"), "", "DK", refused(ReasonAddress, "DK")},
		"no mode fails closed":                                 {phone.Fence{}, "192.0.2.1", "DK", refused(ReasonMode, "DK")},
		"a mode in lower case fails closed":                    {phone.Fence{Mode: "open"}, "192.0.2.1", "DK", refused(ReasonMode, "DK")},
		"an unknown mode fails closed":                         {phone.Fence{Mode: "CLOSED", Address: "192.0.2.1"}, "192.0.2.1", "DK", refused(ReasonMode, "DK")},
	} {
		t.Run(name, func(t *testing.T) {
			var addr netip.Addr
			if c.addr != "" {
				addr = netip.MustParseAddr(c.addr)
			}
			if got := Judge(c.fence, addr, c.country); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
