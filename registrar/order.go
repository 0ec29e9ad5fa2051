package registrar

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ringfence/sip"
)

// order is what one REGISTER asks for.
type order struct {
	callID   string
	cseq     uint32
	all      bool // Contact: *, which removes every binding
	contacts []contact
	straight bool // no NAT between the phone and us
}

// contact is one Contact of a REGISTER.
type contact struct {
	uri      sip.URI
	text     string // of the URI
	instance string
	q        int           // in thousandths
	lifetime time.Duration // 0 removes the binding
}

// Bounds of what a binding keeps, in bytes.
const (
	maxURI      = 512
	maxInstance = 256
	maxCallID   = 256
)

// maxListed bounds the Contacts of one request, removals included: each is
// compared with each.
const maxListed = 32

// read judges the Contacts of a request by themselves, and returns what they ask
// for or the response: 400, 403 or 423.
func (r *Registrar) read(req *sip.Request, f sip.Flow) (order, *sip.Response) {
	o := order{callID: req.CallID().Value(), cseq: req.CSeq().SeqNo, straight: straight(req.Via(), f.Source())}
	if len(o.callID) > maxCallID {
		return o, sip.Reply(req, 400, "Call-ID Too Long")
	}
	listed := req.GetHeaders("Contact")
	if len(listed) > maxListed {
		return o, sip.Reply(req, 403, "Too Many Contacts")
	}
	for _, h := range listed {
		c, ok := h.(*sip.ContactHeader)
		switch {
		case !ok:
			return o, sip.Reply(req, 400, "Malformed Contact")
		case c.Address.Wildcard:
			o.all = true
			continue
		}
		got, fault := r.readContact(c, header(req, "expires"))
		if fault != "" {
			return o, sip.Reply(req, 400, fault)
		}
		o.contacts = append(o.contacts, got)
	}
	return o, r.refuse(req, o)
}

// refuse is what is wrong with the Contacts as a whole, nil for nothing.
func (r *Registrar) refuse(req *sip.Request, o order) *sip.Response {
	switch {
	case o.all && (len(req.GetHeaders("Contact")) > 1 || header(req, "expires") != "0"):
		return sip.Reply(req, 400, "Invalid Wildcard Contact") // 10.3 step 6
	case o.repeats():
		return sip.Reply(req, 400, "Contact Given Twice")
	case o.wanted() > r.MaxContacts:
		return sip.Reply(req, 403, "Too Many Contacts")
	case o.brief(r.MinExpires):
		least := strconv.Itoa(int(r.MinExpires / time.Second))
		return sip.Reply(req, 423, "Interval Too Brief", sip.NewHeader("Min-Expires", least)) // step 7
	}
	return nil
}

func (r *Registrar) readContact(h *sip.ContactHeader, expires string) (contact, string) {
	c := contact{uri: h.Address, text: h.Address.String(), instance: instance(h.Params)}
	if !isSIP(c.uri) {
		return c, "Contact Is No SIP URI" // nothing that a phone could be called at
	}
	if len(c.text) > maxURI {
		return c, "Contact Too Long"
	}
	q, given := h.Params.Get("q")
	c.q = 1000
	if given {
		var ok bool
		if c.q, ok = parseQ(q); !ok {
			return c, "Malformed Contact"
		}
	}
	if own, given := h.Params.Get("expires"); given {
		expires = own
	}
	c.lifetime = r.lifetime(expires)
	return c, ""
}

// malformed is what a lifetime that cannot be read counts as (RFC 3261 section
// 10.2.1.1).
const malformed = time.Hour

// lifetime is how long a contact is bound (10.3 step 7): what was asked for, not
// longer than we like. Only what was asked for can be too brief.
func (r *Registrar) lifetime(expires string) time.Duration {
	if expires == "" {
		return min(max(r.DefaultExpires, r.MinExpires), r.MaxExpires)
	}
	if strings.Trim(expires, "0123456789") != "" {
		return min(max(malformed, r.MinExpires), r.MaxExpires)
	}
	seconds, err := strconv.ParseUint(expires, 10, 32)
	if err != nil { // more than delta-seconds can be
		return r.MaxExpires
	}
	return min(time.Duration(seconds)*time.Second, r.MaxExpires)
}

// repeats says whether two contacts are one.
func (o order) repeats() bool {
	for i := range o.contacts {
		same := func(c contact) bool { return sameURI(c.uri, o.contacts[i].uri) }
		if slices.ContainsFunc(o.contacts[:i], same) {
			return true
		}
	}
	return false
}

func (o order) wanted() (n int) {
	for _, c := range o.contacts {
		if c.lifetime > 0 {
			n++
		}
	}
	return n
}

func (o order) brief(least time.Duration) bool {
	return slices.ContainsFunc(o.contacts, func(c contact) bool { return c.lifetime > 0 && c.lifetime < least })
}

// parseQ reads a qvalue (RFC 3261 section 25.1): 0 to 1 with at most three
// decimals, as thousandths.
func parseQ(s string) (int, bool) {
	whole, decimals, _ := strings.Cut(s, ".")
	if whole != "0" && whole != "1" || len(decimals) > 3 || strings.Trim(decimals, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole + decimals + "000"[len(decimals):])
	return n, err == nil && n <= 1000
}

// instance is the +sip.instance of a Contact (RFC 5626 section 4.1) without its
// quotes. One that could not be written back as it was counts as none.
func instance(ps sip.Params) string {
	s := strings.Trim(ps.GetOr("+sip.instance", ""), `"`)
	if len(s) > maxInstance || strings.ContainsAny(s, `"\`) || s != printable(s, maxInstance) {
		return ""
	}
	return s
}

func header(req *sip.Request, name string) string {
	if h := req.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}
