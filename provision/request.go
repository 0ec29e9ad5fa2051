package provision

import (
	"net/http"
	"net/netip"
	"regexp"
	"strings"

	"ringfence/internal/forwarded"
	"ringfence/phone"
)

// maxAsked bounds what is searched of a path or a User-Agent.
const maxAsked = 512

// maxName bounds what of a file's name stands in the log.
const maxName = 128

// request is what somebody asks for, and all that tells who it may be.
type request struct {
	from    netip.Addr
	reached netip.Addr // ours that it came to
	path    string
	token   string // "" when the path has none
	name    string // of the file, for the log: nothing secret
	extra   string // the file of the folder that it is for, "" for none

	mac   phone.MAC // of the device; "" when nothing tells
	named bool      // by the path
	agent agent
	proof proof
}

// read finds out what a request is for.
func (s *Server) read(r *http.Request) *request {
	q := &request{from: forwarded.From(r, s.TrustedProxies), reached: reached(r), path: s.within(r.URL.Path), agent: agentOf(r.UserAgent()), proof: s.proofOf(r.TLS)}
	parts := strings.FieldsFunc(q.path[:min(len(q.path), maxAsked)], func(r rune) bool { return r == '/' })
	if len(parts) > 0 && isToken(parts[0]) {
		q.token, parts = parts[0], parts[1:]
	}
	if len(parts) > 0 && !isToken(strings.ToLower(parts[len(parts)-1])) {
		q.name = parts[len(parts)-1]
	}
	q.extra = extraOf(parts)
	q.name = q.name[:min(len(q.name), maxName)]
	q.mac, _ = device(q.path, r.UserAgent())
	_, q.named = macIn(q.path)
	return q
}

// within is a path without that of the URL at which phones find us, which a proxy
// before us may have taken away, or not.
func (s *Server) within(path string) string {
	if rest, ok := strings.CutPrefix(path, s.prefix); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	return path
}

// hardwareAddress finds a MAC address: six pairs of hexadecimal digits, either
// all or none with a colon or dash between, standing alone, or behind what
// Grandstream and Cisco write before it.
var hardwareAddress = regexp.MustCompile(`(?i)(?:^|[^0-9a-z]|cfg|SEP)([0-9a-f]{12}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?:$|[^0-9a-z])`)

var noSeparators = strings.NewReplacer(":", "", "-", "")

// device finds which device asks: by the path, and where that has no address
// by the User-Agent, in which Snom, Mitel, Cisco, Yealink, Grandstream and
// Gigaset tell theirs. It returns false when neither has one, or the first is one
// that no device can have.
func device(path, userAgent string) (phone.MAC, bool) {
	for _, text := range []string{path, userAgent} {
		if mac, found := macIn(text); found {
			return mac, mac != ""
		}
	}
	return "", false
}

// macIn finds the first MAC address of a text. One that is found may be one that
// no device can have, which is "".
func macIn(text string) (mac phone.MAC, found bool) {
	match := hardwareAddress.FindStringSubmatch(text[:min(len(text), maxAsked)])
	if match == nil {
		return "", false
	}
	mac, _ = phone.ParseMAC(noSeparators.Replace(match[1]))
	if isGroup(mac) {
		mac = ""
	}
	return mac, true
}

// isGroup says whether the address is of many stations: the lowest bit of its
// first byte (IEEE 802, section 8.2).
func isGroup(mac phone.MAC) bool {
	return mac != "" && strings.IndexByte("13579BDF", mac[1]) >= 0
}
