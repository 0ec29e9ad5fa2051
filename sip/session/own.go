package session

import (
	"strings"

	"ringfence/sip"
)

// What is parsed lies in the text of its message, and one word that is kept keeps
// all of it. What a leg has for the length of a call is copied, into one string.

func ownURI(u sip.URI) sip.URI {
	var room [16]*string
	own(partsOf(&u, room[:0]))
	return u
}

// partsOf adds the words of a URI; its parameters become its own. Other schemes
// than SIP's stay as they are: their text is the message model's.
func partsOf(u *sip.URI, all []*string) []*string {
	all = append(all, &u.Scheme, &u.User, &u.Password, &u.Host)
	for _, ps := range [...]*sip.Params{&u.UriParams, &u.Headers} {
		if len(*ps) == 0 {
			*ps = nil
			continue
		}
		*ps = append(sip.Params(nil), *ps...)
		for i := range *ps {
			all = append(all, &(*ps)[i].K, &(*ps)[i].V)
		}
	}
	return all
}

func own(all []*string) {
	n := 0
	for _, s := range all {
		n += len(*s)
	}
	var b strings.Builder
	b.Grow(n)
	for _, s := range all {
		b.WriteString(*s)
	}
	text := b.String()
	for _, s := range all {
		n := len(*s)
		*s, text = text[:n], text[n:]
	}
}
