package provision

import (
	"net/netip"
	"strings"

	"ringfence/phone"
)

// view is what a template sees: every value resolved and ready to be written.
type view struct {
	URL       string // base URL of this server, without a slash at the end; may be ""
	Domain    string
	Server    string // host:port
	Transport string
	Expires   int // seconds

	Lines  []line
	Device *phone.Phone // settings of the device as a whole: those of its first phone
	Keys   []key
}

// line is one SIP account of the device, numbered from 1.
type line struct {
	Number    int
	Username  string
	Password  string
	Name      string // of the extension; "" when the phone is not linked
	Extension string // its number
	Handset   string // the handset's own address, on a base
}

// key is one softkey with its value resolved to something that can be dialled.
type key struct {
	Index    int // 0-based
	Function string
	Value    string
	Label    string
}

func (s *Server) view(phones []*phone.Phone, server netip.AddrPort) view {
	v := view{
		URL: strings.TrimRight(s.URL, "/"), Domain: s.SIP.Domain, Server: server.String(), Transport: s.SIP.Transport, Expires: int(s.SIP.Expires.Seconds()),
		Device: phones[0], Keys: s.keys(phones[0]),
	}
	for _, p := range phones {
		l := line{Number: p.Handset() + 1, Username: p.Username, Password: p.Password, Handset: p.HandsetAddress}
		if e := s.Book.Extension(p.Extension); e != nil {
			l.Name, l.Extension = e.Name, e.Number
		}
		v.Lines = append(v.Lines, l)
	}
	return v
}

// keys resolves what a key refers to. A key whose extension does not exist is
// left out: a lamp without a number is worse than a dark one.
func (s *Server) keys(p *phone.Phone) []key {
	var keys []key
	for _, k := range p.Softkeys {
		if k.Index == nil || k.Function == "" {
			continue
		}
		value := k.Value
		if k.Function == "BLF" {
			id, _ := phone.ParseID(value)
			e := s.Book.Extension(id)
			if e == nil || e.Customer != p.Customer {
				continue
			}
			value = e.Number
		}
		keys = append(keys, key{Index: *k.Index, Function: k.Function, Value: value, Label: k.Label})
	}
	return keys
}

// oneLine makes a value fit for a format in which a line is a setting: no line
// break or other control character can start a setting of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
}
