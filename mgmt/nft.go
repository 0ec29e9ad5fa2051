package mgmt

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"ringfence/phone"
)

// nftSet is the bans as a file that `nft -f` loads: two sets, replaced as a whole
// or not at all, for a file is one transaction. It makes no rule; what is done
// with the sets is for whoever owns the firewall.
type nftSet struct {
	bans []*phone.Ban
	now  time.Time
}

const nftHead = `table inet ringfence {
	set banned4 {
		type ipv4_addr
		flags interval, timeout
	}
	set banned6 {
		type ipv6_addr
		flags interval, timeout
	}
}
flush set inet ringfence banned4
flush set inet ringfence banned6
`

func (n nftSet) write(c *call) {
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(n.String()))
}

// String is the file. A ban within a wider one is left out, since a set of
// intervals has no overlaps; it is there again when the wider one has ended.
func (n nftSet) String() string {
	ends := make(map[netip.Prefix]time.Time, len(n.bans))
	for _, b := range n.bans {
		if p := b.Network(); p.IsValid() && !b.Ended(n.now) {
			ends[p] = b.Until
		}
	}
	var v4, v6 []string
	for _, p := range widest(ends) {
		element := p.String()
		if p.IsSingleIP() {
			element = p.Addr().String()
		}
		if left := ends[p].Sub(n.now); !ends[p].IsZero() {
			element += fmt.Sprintf(" timeout %ds", max(1, int(left.Seconds())))
		}
		if p.Addr().Is4() {
			v4 = append(v4, element)
		} else {
			v6 = append(v6, element)
		}
	}
	return nftHead + nftElements("banned4", v4) + nftElements("banned6", v6)
}

// widest are the networks that are not within another one, in order.
func widest(all map[netip.Prefix]time.Time) (out []netip.Prefix) {
	sorted := make([]netip.Prefix, 0, len(all))
	for p := range all {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	for _, p := range sorted { // a network comes before what is in it
		if len(out) == 0 || !out[len(out)-1].Overlaps(p) {
			out = append(out, p)
		}
	}
	return out
}

func nftElements(set string, elements []string) string {
	if len(elements) == 0 {
		return "" // an empty list is a syntax error
	}
	return "add element inet ringfence " + set + " {\n\t" + strings.Join(elements, ",\n\t") + "\n}\n"
}
