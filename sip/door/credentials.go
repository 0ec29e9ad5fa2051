package door

import (
	"errors"
	"slices"
	"strings"

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
func (d *Door) credentials(o *sip.Outline) (credentials, finding) {
	found := none
	for _, value := range o.Authorization[:min(len(o.Authorization), maxCredentials)] {
		c, err := digest.ParseCredentials(value)
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

// sameTarget says whether the credentials were made for this request (RFC 7616
// section 3.4.6), as far as clients can be held to it: user and host of the two
// URIs. Port and parameters differ in practice; and an IP address instead of the
// domain, with no user, is what SIPp and others sign, whatever they ask for.
func sameTarget(uri string, o *sip.Outline) bool {
	if uri == o.Text {
		return true
	}
	u, ok := uriParts(uri)
	if !ok || u.User != "" && u.User != o.URI.User {
		return false
	}
	_, isIP := sip.Literal(u.Host)
	return isIP || u.User == o.URI.User && strings.EqualFold(u.Host, o.URI.Host)
}

// uriParts reads a URI, also one in an unusual form.
func uriParts(uri string) (sip.URIParts, bool) {
	if u, ok := sip.SplitURI(uri); ok {
		return u, true
	}
	u, err := sip.ParseURI(uri)
	if err != nil {
		return sip.URIParts{}, false
	}
	if u.Password != "" {
		u.User += ":" + u.Password
	}
	return sip.URIParts{User: u.User, Host: u.Host}, true
}
