package registrar

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"ringfence/sip"
)

// contact is one Contact of a REGISTER.
type contact struct {
	text     string       // its URI
	parts    sip.URIParts // of it
	instance string
	regID    uint32 // RFC 5626 section 4.2; 0 is none
	q        uint16 // in thousandths
	asked    uint32 // seconds, at most MaxExpires; 0 removes the binding

	parsed *sip.URI // text, once it was needed
}

// uri is the whole of text, parsed once: each contact is compared with many.
func (c *contact) uri() *sip.URI {
	if c.parsed == nil {
		u, err := sip.ParseURI(c.text)
		if err != nil { // never: SplitURI has read it
			return nil
		}
		c.parsed = &u
	}
	return c.parsed
}

// Bounds of what a record keeps, in bytes.
const (
	maxURI      = 512
	maxInstance = 256
	maxCallID   = 256
	maxPath     = 1024
)

// maxParams bounds the parameters of a contact's URI: two contacts are compared
// by each of one with each of the other, and so are those of a URI when it is
// parsed. Those of push notifications, which are the most that are seen, are a
// dozen.
const maxParams = 32

// readContact reads one value, which Scan or Parse have found well-formed. The
// fault is the reason phrase of a 400, "" for none. expires is the header field.
func (r *Registrar) readContact(value, expires string) (c contact, fault string) {
	uri, params := sip.SplitAddress(value)
	c = contact{text: uri, q: 1000}
	ok := false
	if c.parts, ok = sip.SplitURI(uri); !ok {
		return c, "Contact Is No SIP URI" // nothing that a phone could be called at
	}
	if len(c.text) > maxURI || strings.Count(c.parts.Rest, ";")+strings.Count(c.parts.Rest, "&") > maxParams {
		return c, "Contact Too Long"
	}
	for params != "" {
		var name, v string
		name, v, params = sip.NextParam(params)
		switch {
		case strings.EqualFold(name, "expires"):
			expires = v
		case strings.EqualFold(name, "q"):
			if c.q, ok = parseQ(v); !ok {
				return c, "Malformed Contact"
			}
		case strings.EqualFold(name, "+sip.instance"):
			c.instance = instance(v)
		case strings.EqualFold(name, "reg-id"):
			if c.regID, ok = parseRegID(v); !ok {
				return c, "Malformed Contact"
			}
		}
	}
	if c.instance == "" {
		c.regID = 0 // RFC 5626 section 6: then it is ignored
	}
	c.asked = r.lifetime(expires)
	return c, ""
}

// parseQ reads a qvalue (RFC 3261 section 25.1): 0 to 1 with at most three
// decimals, as thousandths.
func parseQ(s string) (uint16, bool) {
	whole, decimals, _ := strings.Cut(s, ".")
	if whole != "0" && whole != "1" || len(decimals) > 3 || strings.Trim(decimals, "0123456789") != "" {
		return 0, false
	}
	n := uint16(whole[0]-'0') * 1000
	for i, unit := 0, uint16(100); i < len(decimals); i, unit = i+1, unit/10 {
		n += uint16(decimals[i]-'0') * unit
	}
	return n, n <= 1000
}

// parseRegID reads 1 to 2**31-1 (RFC 5626 section 4.2).
func parseRegID(s string) (uint32, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return uint32(n), err == nil && n > 0
}

// instance is the value of +sip.instance (RFC 5626 section 4.1) without its
// quotes. One that could not be written back as it was counts as none.
func instance(value string) string {
	s := strings.Trim(value, `"`)
	if len(s) > maxInstance || strings.ContainsAny(s, `"\`) || s != printable(s, maxInstance) {
		return ""
	}
	return s
}

// target is the port where requests for a contact go. That is where its phone's
// packets come from (RFC 5626 in spirit): the one way that is open through a
// NAT, and on a connection the connection. Over UDP and without a NAT, the
// contact's own port is believed, since a phone may listen on another than it
// sends from (RFC 3261 section 18.1.1); another address is not, or phones could
// have us send calls to third parties.
func (c *contact) target(f sip.Flow, straight bool) uint16 {
	if f.Network != "udp" || !straight {
		return f.Remote.Port()
	}
	if host, isIP := sip.Literal(c.parts.Host); !isIP || host.Unmap() != f.Remote.Addr() {
		return f.Remote.Port()
	}
	return cmp.Or(c.parts.Port, sip.DefaultPort)
}

// straight says whether a request came without a NAT on its way: its sender
// wrote the address that it was seen from into its Via. It may send from another
// port than it listens on, unless it asks for rport (RFC 3581 section 3).
func straight(via *sip.TopVia, source netip.AddrPort) bool {
	if via.RPort && cmp.Or(via.Port, sip.DefaultPort) != source.Port() {
		return false
	}
	host, isIP := sip.Literal(via.Host)
	return isIP && host.Unmap() == source.Addr()
}
