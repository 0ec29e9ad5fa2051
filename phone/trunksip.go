package phone

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// TrunkSIP is how a trunk is reached, and how it reaches us.
type TrunkSIP struct {
	Host         string   `json:"host,omitempty"`         // a name or an address; "": there is no line
	Port         int      `json:"port,omitempty"`         // 0: found in DNS, or the transport's own
	Transport    string   `json:"transport,omitempty"`    // udp, tcp or tls; "": found in DNS, or udp
	Username     string   `json:"username,omitempty"`     // the account, in From and To of a registration
	AuthUsername string   `json:"authUsername,omitempty"` // in digests; "": the username
	Password     string   `json:"-"`                      // is told to nobody
	PasswordSet  bool     `json:"passwordSet"`
	Register     bool     `json:"register"`
	Expires      int      `json:"expires,omitempty"`    // seconds that are asked for; 0: an hour
	Addresses    []string `json:"addresses,omitempty"`  // networks whose INVITEs are the line's
	FromDomain   string   `json:"fromDomain,omitempty"` // "": the host
	CallerID     string   `json:"callerId,omitempty"`   // how numbers are written; "": PLUS
	SRTP         string   `json:"srtp,omitempty"`       // "": off
	Probe        int      `json:"probe,omitempty"`      // seconds between OPTIONS; 0: none are sent
}

// How a line writes numbers.
const (
	CallerIDPlus     = "PLUS"     // +4570305052
	CallerIDE164     = "E164"     // 4570305052
	CallerIDNational = "NATIONAL" // 70305052, and with a plus those of other countries
)

const (
	maxHost      = 253
	maxAccount   = 128
	maxAddresses = 100
	minProbe     = 5
	maxProbe     = 3600
	minRegister  = 60
	maxRegister  = 86400
)

// Line says whether the trunk is reached by SIP.
func (t *Trunk) Line() bool { return t.SIP.Host != "" }

// Prefixes are the networks whose INVITEs are the line's.
func (s *TrunkSIP) Prefixes() []netip.Prefix {
	list := make([]netip.Prefix, 0, len(s.Addresses))
	for _, text := range s.Addresses {
		if p, ok := prefixOf(text); ok {
			list = append(list, p)
		}
	}
	return list
}

// Domain is that of the account.
func (s *TrunkSIP) Domain() string {
	if s.FromDomain != "" {
		return s.FromDomain
	}
	return s.Host
}

// Login is the username of its digests.
func (s *TrunkSIP) Login() string {
	if s.AuthUsername != "" {
		return s.AuthUsername
	}
	return s.Username
}

// faults judges the settings, and writes addresses in one form.
func (s *TrunkSIP) faults() (fs Faults) {
	s.PasswordSet = s.Password != ""
	if s.Host != "" && !validSIPHost(s.Host) {
		fs = append(fs, unlisted("sip.host", "Host is invalid"))
	}
	if s.FromDomain != "" && !validSIPHost(s.FromDomain) {
		fs = append(fs, unlisted("sip.fromDomain", "Host is invalid"))
	}
	fs = append(fs, s.accountFaults()...)
	for _, n := range []struct {
		key             string
		value, min, max int
	}{
		{"sip.port", s.Port, 1, 65535},
		{"sip.expires", s.Expires, minRegister, maxRegister},
		{"sip.probe", s.Probe, minProbe, maxProbe},
	} {
		if n.value != 0 && (n.value < n.min || n.value > n.max) {
			fs = append(fs, unlisted(n.key, mustBe(fmt.Sprintf("0 or a Number from %d to %d", n.min, n.max))))
		}
	}
	for _, w := range []struct {
		key, value string
		of         []string
	}{
		{"sip.transport", s.Transport, []string{"udp", "tcp", "tls"}},
		{"sip.callerId", s.CallerID, []string{CallerIDE164, CallerIDPlus, CallerIDNational}},
		{"sip.srtp", s.SRTP, []string{"off", "optional", "required"}},
	} {
		if w.value != "" && !slices.Contains(w.of, w.value) {
			fs = append(fs, unlisted(w.key, mustBe("one of "+strings.Join(w.of, ", "))))
		}
	}
	return append(fs, s.addressFaults()...)
}

func (s *TrunkSIP) accountFaults() (fs Faults) {
	for _, v := range []struct{ key, value string }{{"sip.username", s.Username}, {"sip.authUsername", s.AuthUsername}, {"sip.password", s.Password}} {
		if len(v.value) > maxAccount || strings.ContainsFunc(v.value, isControl) {
			fs = append(fs, unlisted(v.key, mustBe(fmt.Sprintf("at most %d bytes on one line", maxAccount))))
		}
	}
	switch {
	case s.Register && s.Host == "":
		fs = append(fs, unlisted("sip.host", "Host is missing"))
	case s.Register && s.Username == "":
		fs = append(fs, unlisted("sip.username", "Username is missing"))
	}
	return fs
}

func (s *TrunkSIP) addressFaults() (fs Faults) {
	if len(s.Addresses) > maxAddresses {
		return Faults{unlisted("sip.addresses", mustBe(fmt.Sprintf("an array of at most %d", maxAddresses)))}
	}
	for i, text := range s.Addresses {
		p, ok := prefixOf(text)
		if !ok {
			fs = append(fs, unlisted(at("sip.addresses", i, ""), "IP address is invalid"))
			continue
		}
		s.Addresses[i] = p.String()
	}
	return fs
}

// widest are the largest networks that may be trusted: more is a slip, and would
// let half the world in.
const (
	widestTrunk4 = 16
	widestTrunk6 = 32
)

// prefixOf reads a network, or an address, which is a network of one.
func prefixOf(text string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" && canConnect(a) {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() || p.Addr().Is4() && p.Bits() < widestTrunk4 || p.Addr().Is6() && p.Bits() < widestTrunk6 {
		return netip.Prefix{}, false
	}
	return p.Masked(), canConnect(p.Addr())
}

// validSIPHost says whether it is a name that DNS could know, or an address.
func validSIPHost(s string) bool {
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Zone() == "" && canConnect(a)
	}
	if len(s) > maxHost {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
		}) {
			return false
		}
	}
	return true
}
