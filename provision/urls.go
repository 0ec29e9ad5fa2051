package provision

import (
	"net/url"
	"strings"

	"ringfence/phone"
	"ringfence/provision/family"
	"ringfence/provision/timezone"
)

// mostContacts bounds a phone book: older phones have no room for more.
const mostContacts = 500

// base is where phones find us, with a slash at its end; "" when nobody has said.
// What a request says of it (its Host) is not believed: phones would keep it.
func (r *resolver) base() string {
	if base := strings.TrimRight(r.url, "/"); base != "" {
		return base + "/"
	}
	return ""
}

// addURLs tells a device where it finds its files: behind its steady token.
func (r *resolver) addURLs(v *family.View) {
	base := r.base()
	if base == "" || v.MAC == "" {
		return
	}
	v.URL.Base = base + r.steady(v) + "/"
	own := v.URL.Base + strings.ToLower(string(v.MAC)) + "/" // what the phone's User-Agent may not tell
	if name := directoryOf(r.families.Of(v.Model), v.MAC); name != "" {
		v.URL.Directory = own + name
	}
	if name := r.folder.find(firmware, strings.ReplaceAll(v.Model.Model, " ", "-")); name != "" {
		v.URL.Firmware = own + firmware + "/" + url.PathEscape(name)
	}
	if id, custom := phone.ParseID(string(v.Phone.Ringer.Tone)); custom {
		if name := r.folder.find(ringtones, string(id)); name != "" {
			v.URL.Ringtone = own + ringtones + "/" + url.PathEscape(name)
		}
	}
}

// steady is the token that a device is told.
func (r *resolver) steady(v *family.View) string {
	return r.tokens.steady(owned{v.MAC, v.Phone.Customer}, r.tokens.fate(v.MAC).generation)
}

// directoryOf is the name under which phones of the family ask for their phone
// book, "" when they have none.
func directoryOf(f *family.Family, mac phone.MAC) string {
	if f == nil {
		return ""
	}
	for i := range f.Files {
		if f.Files[i].Role == family.Directory {
			return strings.ReplaceAll(f.Files[i].Name, "{mac}", strings.ToLower(string(mac)))
		}
	}
	return ""
}

// contacts are the extensions of a customer, by number.
func (r *resolver) contacts(customer phone.ID) (list []family.Contact) {
	for _, e := range r.book.Directory(customer, mostContacts) {
		list = append(list, family.Contact{Name: e.Name, Number: e.Number})
	}
	return list
}

// nobody is the view of a device that nothing is known of: its one account is
// empty. Its URLs keep the token that it came with, whatever that is.
func (r *resolver) nobody(token string) *family.View {
	m := new(phone.Model)
	v := &family.View{Model: m, Facts: r.families.Facts(m), Phone: new(phone.Phone), Accounts: []family.Account{{Number: 1}}}
	if v.URL.Base = r.base(); v.URL.Base != "" && token != "" {
		v.URL.Base += token + "/"
	}
	return v
}

// zone is where the customer's phones stand.
func (r *resolver) zone(customer phone.ID, name string) *timezone.Zone {
	country := ""
	if c := r.book.Customer(customer); c != nil {
		country = c.Country
	}
	z := timezone.Of(country, name)
	if name != "" && z != nil && z.Name != name {
		return nil // the country's is not the one that was asked for
	}
	return z
}

// hideToken takes the token out of the URLs of a view.
func (r *resolver) hideToken(v *family.View) {
	token := r.steady(v)
	u := &v.URL
	for _, one := range []*string{&u.Base, &u.Directory, &u.Firmware, &u.Ringtone} {
		*one = strings.Replace(*one, token, phone.Masked, 1)
	}
}
