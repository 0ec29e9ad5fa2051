package phone

import (
	"net/netip"
	"strings"
)

// IPMode says from where a phone may connect.
type IPMode string

// The modes of the fence.
const (
	Open    IPMode = "OPEN"    // anywhere; the first connection locks the phone to its address
	Locked  IPMode = "LOCKED"  // from ip.address only
	Roaming IPMode = "ROAMING" // from the countries of ip.countries only
)

// Fence is the phone's IP restriction, the property ip.
type Fence struct {
	Mode      IPMode    `json:"mode"`
	Countries Countries `json:"countries"`
	Address   string    `json:"address"`
}

// Addr is the locked address, the zero Addr when there is none.
func (f Fence) Addr() netip.Addr {
	a, err := netip.ParseAddr(f.Address)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// Countries is a comma list of ISO 3166-1 alpha-2 codes, as the API shows it.
type Countries string

// List splits the list; blanks and empty places are left out, codes are upper
// case, each once.
func (c Countries) List() []string {
	var list []string
	seen := map[string]bool{"": true}
	for code := range strings.SplitSeq(string(c), ",") {
		if code = strings.ToUpper(strings.TrimSpace(code)); !seen[code] {
			list = append(list, code)
			seen[code] = true
		}
	}
	return list
}

// Contains says whether the country is listed. The empty country, which is an
// address that no database knows, never is.
func (c Countries) Contains(country string) bool {
	if country == "" {
		return false
	}
	for code := range strings.SplitSeq(string(c), ",") {
		if strings.EqualFold(strings.TrimSpace(code), country) {
			return true
		}
	}
	return false
}

// maxCountries bounds how many codes are judged. There are 250, so that of more
// one is wrong.
const maxCountries = 251

// faults judges the fence alone: mode, country codes, and what the mode needs.
func (f Fence) faults() (fs Faults) {
	switch f.Mode {
	case Open, Locked, Roaming:
	default:
		fs = append(fs, Fault(BadIPMode))
	}
	countries := f.Countries.List()
	for _, code := range countries[:min(len(countries), maxCountries)] {
		if !KnownCountry(code) {
			fs = append(fs, badCountry(code))
		}
	}
	if f.Mode == Roaming && len(countries) == 0 {
		fs = append(fs, Fault(NoIPCountries))
	}
	if f.Address == "" && f.Mode == Locked || f.Address != "" && !canConnect(f.Addr()) {
		fs = append(fs, Fault(BadIPAddress))
	}
	return fs
}

// canConnect says whether a packet can come from the address.
func canConnect(a netip.Addr) bool {
	return a.IsValid() && !a.IsUnspecified() && !a.IsMulticast()
}

// normal writes codes and address in one form, so that equal fences compare
// equal: "dk, se" is "DK,SE", ::ffff:192.0.2.1 is 192.0.2.1.
func (f Fence) normal() Fence {
	f.Countries = Countries(strings.Join(f.Countries.List(), ","))
	if a := f.Addr(); a.IsValid() {
		f.Address = a.String()
	}
	return f
}
