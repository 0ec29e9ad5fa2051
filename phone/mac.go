package phone

import "strings"

// MAC is a phone's hardware address as the API shows it: 12 upper-case
// hexadecimal characters without separators. The zero MAC means "none".
type MAC string

// ParseMAC reads the 12 characters of the API, in either case. It returns false
// for anything else, and for the two addresses that no phone can have.
func ParseMAC(s string) (MAC, bool) {
	if len(s) != 12 || !isHex(s) {
		return "", false
	}
	m := MAC(strings.ToUpper(s))
	if m == "000000000000" || m == "FFFFFFFFFFFF" {
		return "", false
	}
	return m, true
}
