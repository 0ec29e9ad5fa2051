package door

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/digest"
)

// credentials are those for our realm, with an algorithm that we offer.
type credentials struct {
	digest.Credentials
	algorithm digest.Algorithm
}

// finding is what a request brings.
type finding int

const (
	none       finding = iota // nothing for us
	unreadable                // only something of the Digest scheme that is malformed
	usable
)

// maxCredentials bounds how many are read: a phone sends one for each realm
// that has challenged it.
const maxCredentials = 8

// credentials finds those that answer a challenge of ours. There may be others
// beside them, for proxies on the way that wrote theirs into the same header.
func (d *Door) credentials(req *sip.Request) (credentials, finding) {
	found := none
	all := req.GetHeaders("Authorization")
	for _, h := range all[:min(len(all), maxCredentials)] {
		c, err := digest.ParseCredentials(h.Value())
		if err != nil {
			if !errors.Is(err, digest.ErrScheme) {
				found = unreadable
			}
			continue
		}
		algorithm, err := digest.ParseAlgorithm(c.Algorithm)
		if err == nil && c.Realm == d.Book.Realm() && slices.Contains(d.Algorithms, algorithm) {
			return credentials{c, algorithm}, usable
		}
	}
	return credentials{}, found
}

// account finds who has the username now, nil for nobody.
func (d *Door) account(username string) *phone.Account {
	a := d.Book.ByUsername(username)
	if a == nil || !a.Valid(d.Now()) {
		return nil
	}
	return a
}

// secret is what the proof is compared with; of nobody it costs the same.
func (d *Door) secret(a *phone.Account, algorithm digest.Algorithm) string {
	ha1 := d.nobody
	if a != nil {
		ha1 = a.HA1
	}
	if algorithm == digest.SHA256 {
		return ha1.SHA256()
	}
	return ha1.MD5()
}

// sameTarget says whether the credentials were made for this request (RFC 7616
// section 3.4.6), as far as clients can be held to it: user and host of the two
// URIs. Port and parameters differ in practice; and an IP address instead of the
// domain, with no user, is what SIPp and others sign, whatever they ask for.
func sameTarget(uri string, target sip.URI) bool {
	u, err := sip.ParseURI(uri)
	if err != nil || u.User != "" && u.User != target.User {
		return false
	}
	_, notIP := netip.ParseAddr(strings.Trim(u.Host, "[]"))
	return notIP == nil || u.User == target.User && strings.EqualFold(u.Host, target.Host)
}

// offer is the algorithms that a client is challenged with.
func (d *Door) offer(req *sip.Request) []digest.Algorithm {
	if agent := req.GetHeader("User-Agent"); agent != nil && slices.Contains(d.Algorithms, digest.MD5) {
		begins := func(with string) bool { return strings.HasPrefix(agent.Value(), with) }
		if slices.ContainsFunc(d.MD5Only, begins) {
			return []digest.Algorithm{digest.MD5}
		}
	}
	return d.Algorithms
}
