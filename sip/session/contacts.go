package session

import (
	"slices"
	"strconv"

	"ringfence/sip"
)

// maxContacts bounds where one 3xx may lead.
const maxContacts = 16

// contactsOf are the targets of a 3xx, the best first (RFC 3261 section 8.1.3.4).
// Those of one q stay in their order.
func contactsOf(res *sip.Response) []Contact {
	var all []Contact
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.Wildcard || len(all) == maxContacts {
			continue
		}
		all = append(all, Contact{c.DisplayName, *c.Address.Clone(), quality(c.Params)})
	}
	slices.SortStableFunc(all, func(a, b Contact) int { return b.Q - a.Q })
	return all
}

// quality is q in thousandths; 1 when there is none that makes sense.
func quality(ps sip.Params) int {
	q, err := strconv.ParseFloat(ps.GetOr("q", "1"), 64)
	if err != nil || q < 0 || q > 1 {
		return 1000
	}
	return int(q*1000 + 0.5)
}
