package provision

import (
	"regexp"
	"strings"

	"ringfence/phone"
)

// maxAsked bounds what is searched of a path or a User-Agent.
const maxAsked = 512

// hardwareAddress finds a MAC address: six pairs of hexadecimal digits, either
// all or none with a colon or dash between, standing alone.
var hardwareAddress = regexp.MustCompile(`(?i)(?:^|[^0-9a-z])([0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?:$|[^0-9a-z])`)

// device finds which device asks: by the path, and where that has no address
// by the User-Agent, in which Snom, Mitel, Cisco, Yealink, Grandstream and
// Gigaset tell theirs. It returns false when neither has one.
func device(path, userAgent string) (phone.MAC, bool) {
	for _, text := range []string{path, userAgent} {
		if found := hardwareAddress.FindStringSubmatch(text[:min(len(text), maxAsked)]); found != nil {
			return phone.ParseMAC(strings.NewReplacer(":", "", "-", "").Replace(found[1]))
		}
	}
	return "", false
}
