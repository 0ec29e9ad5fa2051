package registrar

import (
	"strconv"
	"strings"
	"time"

	"ringfence/sip"
)

// order is what one REGISTER asks for.
type order struct {
	all      bool // Contact: *, which removes every binding
	contacts []contact
	straight bool // no NAT between the phone and us
	outbound bool // RFC 5626: it may have several flows, named by reg-id
	path     string
}

// maxListed bounds the Contacts of one request, removals included: each is
// compared with each.
const maxListed = 32

// refusal is a response that ends a request: a status, and header field lines
// of its own.
type refusal struct {
	code   int // 0 is none
	reason string
	lines  []string
}

func refuse(code int, reason string, lines ...string) refusal { return refusal{code, reason, lines} }

// read judges the Contacts of a request by themselves, and says what they ask
// for: 400, 403, 420, 423 or 439 when they cannot be granted.
func (w *order) read(r *Registrar, o *sip.Outline, f sip.Flow) refusal {
	*w = order{contacts: w.contacts[:0], straight: straight(&o.Via, f.Remote), path: strings.Join(o.Path, ", ")}
	switch {
	case len(o.CallID) > maxCallID:
		return refuse(400, "Call-ID Too Long")
	case len(w.path) > maxPath:
		return refuse(400, "Path Too Long")
	case len(o.Contacts) > maxListed:
		return refuse(403, "Too Many Contacts")
	}
	for _, value := range o.Contacts {
		if value == "*" {
			w.all = true
			continue
		}
		c, fault := r.readContact(value, o.Expires)
		if fault != "" {
			return refuse(400, fault)
		}
		w.contacts = append(w.contacts, c)
	}
	if r := w.flows(o); r.code != 0 {
		return r
	}
	return w.refuse(r, o)
}

// refuse is what is wrong with the Contacts as a whole.
func (w *order) refuse(r *Registrar, o *sip.Outline) refusal {
	switch {
	case w.all && (len(o.Contacts) > 1 || o.Expires != "0"):
		return refuse(400, "Invalid Wildcard Contact") // 10.3 step 6
	case w.repeats():
		return refuse(400, "Contact Given Twice")
	case w.wanted() > r.MaxContacts:
		return refuse(403, "Too Many Contacts")
	case w.brief(uint32(r.MinExpires / time.Second)):
		least := strconv.Itoa(int(r.MinExpires / time.Second))
		return refuse(423, "Interval Too Brief", "Min-Expires: "+least) // step 7
	}
	return refusal{}
}

// malformed is what a lifetime that cannot be read counts as (RFC 3261 section
// 10.2.1.1).
const malformed = time.Hour

// lifetime is how many seconds a contact is bound (10.3 step 7): what was asked
// for, not longer than we like. Only what was asked for can be too brief.
func (r *Registrar) lifetime(expires string) uint32 {
	seconds := func(d time.Duration) uint32 { return uint32(d / time.Second) }
	longest := seconds(r.MaxExpires)
	if expires == "" {
		return min(max(seconds(r.DefaultExpires), seconds(r.MinExpires)), longest)
	}
	if strings.Trim(expires, "0123456789") != "" {
		return min(max(seconds(malformed), seconds(r.MinExpires)), longest)
	}
	n, err := strconv.ParseUint(expires, 10, 32)
	if err != nil { // more than delta-seconds can be
		return longest
	}
	return min(uint32(n), longest)
}

// repeats says whether two contacts are one.
func (w *order) repeats() bool {
	for i := range w.contacts {
		for j := range i {
			if w.contacts[i].same(&w.contacts[j]) {
				return true
			}
		}
	}
	return false
}

func (w *order) wanted() (n int) {
	for i := range w.contacts {
		if w.contacts[i].asked > 0 {
			n++
		}
	}
	return n
}

func (w *order) brief(least uint32) bool {
	for i := range w.contacts {
		if a := w.contacts[i].asked; a > 0 && a < least {
			return true
		}
	}
	return false
}

// endBy lets no binding outlive the credentials that it is made with; end is zero
// for the phone's own.
func (w *order) endBy(end, now time.Time) {
	if end.IsZero() {
		return
	}
	left := uint32(max(time.Second, end.Sub(now)) / time.Second)
	for i := range w.contacts {
		w.contacts[i].asked = min(w.contacts[i].asked, left)
	}
}
