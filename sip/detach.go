package sip

// detach lets go of the messages that a dialog was made of: each of its texts
// would keep a whole one in memory for as long as the call lasts.
func (d *Dialog) detach() {
	var room [48]*string
	all := append(room[:0], &d.CallID, &d.LocalTag, &d.RemoteTag, &d.LocalName, &d.RemoteName)
	for _, u := range []*URI{&d.LocalURI, &d.RemoteURI, &d.Target, &d.Contact} {
		all = uriTexts(all, u)
	}
	for i := range d.Routes {
		all = uriTexts(all, &d.Routes[i])
	}
	detach(all)
}

// uriTexts adds the texts of a URI. Of another scheme than sip and sips, the
// message model keeps one that is not ours to set.
func uriTexts(all []*string, u *URI) []*string {
	if u.Raw() != "" {
		*u, _ = ParseURI(u.String())
		return all
	}
	all = append(all, &u.User, &u.Password, &u.Host)
	for _, ps := range []Params{u.UriParams, u.Headers} {
		for i := range ps {
			all = append(all, &ps[i].K, &ps[i].V)
		}
	}
	return all
}

// detach puts texts into one piece of memory that holds nothing else.
func detach(all []*string) {
	n := 0
	for _, s := range all {
		n += len(*s)
	}
	b := make([]byte, 0, n)
	for _, s := range all {
		from := len(b)
		b = append(b, *s...)
		*s = borrow(b[from:])
	}
}
