package provision

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"ringfence/phone"
	"ringfence/provision/family"
)

// SIPServer is where phones are told to register.
type SIPServer struct {
	Domain    string
	Addr      netip.Addr // the zero Addr: the address that the request came to
	Port      uint16
	Transport string // udp, tcp or tls
	Expires   int    // the registration lifetime to ask for, seconds
}

// resolver makes views of devices: it looks up what they refer to.
type resolver struct {
	book      *phone.Book
	families  *family.Families
	sip       SIPServer
	url       string // where phones are told to fetch from, "" for where they do
	tokens    *tokens
	folder    *Folder
	ntp       string
	voicemail string
}

// view is that of a device with these phones, which are of one model. host is
// where they reach us when nothing else is configured.
func (r *resolver) view(phones []*phone.Phone, host netip.Addr) *family.View {
	first := phones[0]
	m := r.book.Model(first.Model)
	v := &family.View{
		MAC: first.MAC, Model: m, Facts: r.families.Facts(m), Phone: first,
		Server: family.Server{
			Domain: r.sip.Domain, Host: hostOf(r.sip.Addr, host), Port: r.sip.Port,
			Transport: r.sip.Transport, Expires: r.sip.Expires,
		},
		URL:    family.URLs{Background: first.DisplayBackground},
		Codecs: codecs(first.Codec), NTP: r.ntp, Voicemail: r.voicemail, Pickup: phone.CodePickup,
	}
	settings := r.book.Settings(first.Customer)
	v.Language, v.MasterPin = settings.DefaultLanguage, settings.MasterPinCode
	v.Zone = r.zone(first.Customer, settings.TimeZone)
	for _, p := range phones {
		v.Accounts = append(v.Accounts, r.account(p))
	}
	v.Keys = r.keys(first, m)
	v.WebPassword = r.tokens.password(first)
	r.addURLs(v)
	return v
}

func hostOf(configured, reached netip.Addr) string {
	if configured.IsValid() {
		reached = configured
	}
	return reached.Unmap().WithZone("").String()
}

func (r *resolver) account(p *phone.Phone) family.Account {
	a := family.Account{Number: p.Handset() + 1, Username: p.Username, Password: p.Password, Handset: p.HandsetAddress, SRTP: p.SRTP}
	if e := r.book.Extension(p.Extension); e != nil {
		a.Name, a.Extension = e.Name, e.Number
	}
	return a
}

// codecs are those that a phone may offer, best first.
func codecs(c phone.Codec) (list []family.Codec) {
	if c.HDAudio == nil || *c.HDAudio {
		list = append(list, family.G722)
	}
	list = append(list, family.PCMA, family.PCMU, family.G729)
	if c.Video != nil && *c.Video {
		list = append(list, family.H264)
	}
	return list
}

// keys are those of a phone, in the order of their places, with what they refer
// to resolved. A key whose extension, group or queue is gone is left out: a lamp
// without a number is worse than a dark one.
func (r *resolver) keys(p *phone.Phone, m *phone.Model) (keys []family.Key) {
	for _, k := range r.book.KeysOf(p) {
		if k.Index == nil || k.Function == "" || !p.HasPlace(m, *k.Index) {
			continue
		}
		value, watch, ok := r.target(p, k)
		if !ok {
			continue
		}
		panel, number := m.KeyPlace(*k.Index, p.SidePanel)
		keys = append(keys, family.Key{
			Index: *k.Index, Panel: panel, Number: number, Function: k.Function, Value: value, Watch: watch, Label: k.Label,
		})
	}
	slices.SortStableFunc(keys, func(a, b family.Key) int { return cmp.Compare(a.Index, b.Index) })
	return keys
}

// target is what a key calls or opens, and the number whose state its lamp shows.
func (r *resolver) target(p *phone.Phone, k phone.Softkey) (value, watch string, ok bool) {
	id, _ := phone.ParseID(k.Value)
	switch k.Function {
	case phone.KeySpeedDial, phone.KeyURL:
		return k.Value, "", true
	case phone.KeyBLF:
		e := r.book.Extension(id)
		if e == nil || e.Customer != p.Customer {
			return "", "", false
		}
		return e.Number, e.Number, true
	case phone.KeyVoicemail:
		return r.voicemail, r.voicemail, true
	case phone.KeyPickup:
		return phone.CodePickup, "", true
	case phone.KeyPickupGroup:
		g := r.book.Group(id)
		if g == nil || g.Customer != p.Customer || g.Number == "" {
			return "", "", false
		}
		return phone.CodePickup + g.Number, "", true
	case phone.KeyQueue:
		q := r.book.Queue(id)
		if q == nil || q.Customer != p.Customer {
			return "", "", false
		}
		value = phone.CodeQueue + cmp.Or(q.Number, string(q.ID))
	case phone.KeySwitch:
		value = phone.CodeSwitch + strings.ReplaceAll(k.Value, ":", ".")
	case phone.KeyDNDOther:
		other := r.book.ByID(id)
		if other == nil || other.Customer != p.Customer {
			return "", "", false
		}
		value = phone.CodeDND + string(id)
	}
	return value, value, true
}
