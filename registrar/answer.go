package registrar

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ringfence/phone"
	"ringfence/sip"
)

// dateForm is SIP-date (RFC 3261 section 20.17).
const dateForm = "Mon, 02 Jan 2006 15:04:05 GMT"

// ok is RFC 3261 10.3 step 8: every binding with what is left of it, the
// preferred one first, and the time.
func ok(req *sip.Request, bs []phone.Binding, now time.Time) *sip.Response {
	byPreference(bs)
	var hs []sip.Header
	for i := range bs {
		hs = append(hs, sip.NewHeader("Contact", contactValue(&bs[i], now)))
	}
	hs = append(hs, sip.NewHeader("Date", now.UTC().Format(dateForm)))
	return sip.Reply(req, 200, "OK", hs...)
}

func contactValue(b *phone.Binding, now time.Time) string {
	s := "<" + b.Contact + ">;expires=" + strconv.Itoa(b.Remaining(now))
	if b.Q < 1000 {
		s += ";q=" + formatQ(b.Q)
	}
	if b.Instance != "" {
		s += `;+sip.instance="` + b.Instance + `"`
	}
	return s
}

// formatQ writes thousandths below 1 as a qvalue.
func formatQ(q int) string {
	if q == 0 {
		return "0"
	}
	return strings.TrimRight("0."+strconv.Itoa(1000 + q)[1:], "0")
}

// maxUserAgent is how much of a User-Agent a binding keeps, in bytes.
const maxUserAgent = 256

// binding is what all bindings that a request makes have in common.
func (r *Registrar) binding(req *sip.Request, f sip.Flow, a *phone.Account, now time.Time) phone.Binding {
	return phone.Binding{
		Phone: a.ID, Username: a.Login, Registered: now,
		Transport: f.Network, Local: f.Local, Remote: f.Source(),
		Country:   r.Country(f.Source().Addr()),
		UserAgent: printable(header(req, "user-agent"), maxUserAgent),
	}
}

// printable is what can be shown of what somebody wrote, at most limit bytes.
func printable(s string, limit int) string {
	var b strings.Builder
	for _, c := range s {
		if c == utf8.RuneError || !unicode.IsPrint(c) {
			continue
		}
		if b.Len()+utf8.RuneLen(c) > limit {
			break
		}
		b.WriteRune(c)
	}
	return b.String()
}
