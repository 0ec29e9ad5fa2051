package b2bua

import (
	"cmp"
	"slices"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// forwarded follows the forward of the extension that was called in vain, and
// says whether there is one.
func (c *call) forwarded(how *outcome) bool {
	x := c.ring.of
	if x == nil {
		return false
	}
	to := ""
	switch how.reason {
	case phone.EndBusy:
		to, c.ring.why = x.Forward.Busy, "user-busy"
	case phone.EndUnreachable:
		c.ring.why = "no-answer"
		if to = x.Forward.NoAnswer; how == nobodyThere && x.Forward.Unregistered != "" {
			to = x.Forward.Unregistered
		}
	}
	return to != "" && c.forward(x, to)
}

// forward calls a number instead of the extension x, with the rights that x has
// to dial. Each step takes one hop, and no extension comes twice: forwards that
// lead in a circle end.
func (c *call) forward(x *phone.Extension, to string) bool {
	r := c.ring
	if r.hops <= 1 {
		c.end(looped)
		return true
	}
	r.hops--
	r.by, r.diverted, r.of, r.next, r.best = x, x.Number, nil, nil, nil
	c.cdr.Callee.DivertedBy = x.Number
	c.dial(to)
	return true
}

// diversion tells who has forwarded the call, by the number that the world knows
// of it (RFC 5806); nil when nobody has, or without such a number.
func (c *call) diversion(host string) sip.Header {
	x := c.ring.by
	if c.ring.diverted == "" || x == nil || x.Anonymous {
		return nil
	}
	number := cmp.Or(x.CallerID, x.Direct)
	if number == "" {
		return nil
	}
	return diversion(sip.URI{Scheme: "sip", User: number, Host: host}, c.ring.why)
}

// forwardedBy tells a phone of ours the same, by the number inside. A transfer is
// none.
func (c *call) forwardedBy() sip.Header {
	if c.ring.diverted == "" || c.ring.why == "" {
		return nil
	}
	return diversion(party{number: c.ring.diverted}.uri(c.Domain), c.ring.why)
}

func diversion(by sip.URI, why string) sip.Header {
	return sip.NewHeader("Diversion", "<"+by.String()+">;reason="+cmp.Or(why, "unknown")+";counter=1")
}

// redirected follows a 3xx of a phone, with the rights of its extension: as if
// its extension was forwarded there. It says whether there was where to go.
func (c *call) redirected(e *end, f *session.Failure) bool {
	r := c.ring
	x := r.of
	if x == nil || !c.called(e) || len(f.Contacts) == 0 {
		return false
	}
	to := dialled(f.Contacts[0].URI)
	if to == "" {
		return false
	}
	e.leave(f.Status, phone.EndedByCallee, phone.EndForwarded)
	if i := slices.Index(r.legs, e); i >= 0 {
		r.legs = slices.Delete(r.legs, i, i+1)
	}
	c.dropRinging(nil)
	r.why = "deflection"
	return c.forward(x, to)
}

// noAnswer is the end of the patience with what rings.
func (c *call) noAnswer() {
	c.dropRinging(nil)
	c.unreached(nobodyCame)
}
