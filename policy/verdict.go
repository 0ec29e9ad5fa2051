package policy

import (
	"net/netip"

	"ringfence/phone"
)

// Why a phone is refused. The words are part of the API: they stand in
// status.lastRejected.reason and in the event phone.rejected.
const (
	ReasonAddress        = "address"         // LOCKED to another address, or no address at all
	ReasonCountry        = "country"         // ROAMING, and the country is not listed
	ReasonUnknownCountry = "country_unknown" // ROAMING, and nobody knows the country
	ReasonCustomer       = "customer"        // the customer is not ACTIVE
	ReasonMode           = "mode"            // none of the three modes: fail closed
)

// Verdict is what a fence says to an address.
type Verdict struct {
	Allowed bool
	Lock    bool   // OPEN: the fence is to be locked to the address first
	Reason  string // why it is refused, "" when allowed
	Country string // of the address, "" when unknown
}

// Judge says whether a fence lets an address pass that lies in country ("" is
// unknown). An IPv4-mapped IPv6 address is its IPv4 address; a zone does not
// count.
func Judge(f phone.Fence, addr netip.Addr, country string) Verdict {
	v := Verdict{Country: country}
	if !addr.IsValid() {
		v.Reason = ReasonAddress
		return v
	}
	switch f.Mode {
	case phone.Open:
		v.Lock = true
	case phone.Locked:
		if bare(f.Addr()) != bare(addr) {
			v.Reason = ReasonAddress
		}
	case phone.Roaming:
		v.Reason = roaming(f.Countries, country)
	default:
		v.Reason = ReasonMode
	}
	v.Allowed = v.Reason == ""
	return v
}

func roaming(listed phone.Countries, country string) string {
	switch {
	case country == "":
		return ReasonUnknownCountry
	case !listed.Contains(country):
		return ReasonCountry
	}
	return ""
}

// bare is the one form in which addresses are compared.
func bare(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
