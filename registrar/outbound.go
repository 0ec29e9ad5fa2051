package registrar

import (
	"strings"

	"ringfence/sip"
)

// Client-initiated connections: RFC 5626 section 6, and the Path of RFC 3327.

// known are the option tags that a REGISTER may require.
var known = []string{"path", "outbound"}

// unknown are those of the required option tags that we do not know, as the
// value of Unsupported (8.2.2.3).
func unknown(o *sip.Outline) string {
	var tags []string
	for _, list := range o.Require {
		for tag := range strings.SplitSeq(list, ",") {
			if tag = strings.Trim(tag, " \t"); !listed(known, tag) {
				tags = append(tags, tag)
			}
		}
	}
	return strings.Join(tags, ", ")
}

func listed(tags []string, tag string) bool {
	for _, t := range tags {
		if strings.EqualFold(t, tag) {
			return true
		}
	}
	return false
}

// supports says whether the sender knows an extension.
func supports(o *sip.Outline, tag string) bool {
	for _, lists := range [...][]string{o.Supported, o.Require} {
		for _, list := range lists {
			for t := range strings.SplitSeq(list, ",") {
				if strings.EqualFold(strings.Trim(t, " \t"), tag) {
					return true
				}
			}
		}
	}
	return false
}

// flows decides whether the contact is one flow of several. That needs a reg-id
// and an instance, a phone that knows of it, and a first hop that keeps the flow:
// us, or a proxy that says so in its Path.
func (w *order) flows(o *sip.Outline) refusal {
	named := false
	for i := range w.contacts {
		named = named || w.contacts[i].regID > 0
	}
	switch {
	case !named:
		return refusal{}
	case !supports(o, "outbound"):
		for i := range w.contacts {
			w.contacts[i].regID = 0
		}
		return refusal{}
	case w.wanted() > 1:
		return refuse(400, "Two Contacts With reg-id")
	case len(o.Vias) > 1 && !keepsFlow(o.Path):
		return refuse(439, "First Hop Lacks Outbound Support")
	}
	w.outbound = true
	return refusal{}
}

// keepsFlow says whether the hop next to the phone has the ob parameter: only that
// one may write it (RFC 5626 section 5.1). It is the last Path value, since each
// proxy puts its own before those that are there (RFC 3327 section 5.1).
func keepsFlow(path []string) bool {
	if len(path) == 0 {
		return false
	}
	uri, _ := sip.SplitAddress(path[len(path)-1])
	_, params, _ := strings.Cut(uri, ";")
	for params != "" {
		var name string
		if name, _, params = sip.NextParam(params); strings.EqualFold(name, "ob") {
			return true
		}
	}
	return false
}

// sameFlow says whether a record is an earlier registration of the contact's
// flow: the new one takes its place. A device that begins or ceases to name its
// flows, as with new firmware, has left all that it had before.
func (c *contact) sameFlow(r *record) bool {
	return c.instance != "" && r.instance == c.instance && (r.regID == c.regID || r.regID == 0 || c.regID == 0)
}
