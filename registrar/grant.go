package registrar

import (
	"math/rand/v2"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
	"unique"
)

// maxUserAgent is how much of a User-Agent a binding keeps, in bytes.
const maxUserAgent = 256

// record makes the record of a contact, with what it can of the old one in its
// place: a refresh brings nothing new but times.
func (r *Registrar) record(s *shard, j *job, c *contact, old *record, now time.Time) record {
	f, o := j.f, j.o
	x := record{
		username: j.who.Login, instance: c.instance, path: j.order.path,
		remote: f.Remote, port: c.target(f, j.order.straight), transport: transportOf(f.Network),
		registered: now.UnixMilli(), asked: c.asked, cseq: o.CSeq, regID: c.regID, q: c.q,
	}
	x.expires = x.registered + int64(r.grant(s, c.asked, now))*1000
	if old == nil {
		old = &record{}
	}
	if x.local = old.local; old.remote == (record{}).remote || x.local.Value() != f.Local {
		x.local = unique.Make(f.Local)
	}
	if x.country = old.country; old.remote.Addr() != f.Remote.Addr() {
		x.country = countryCode(r.Country(f.Remote.Addr()))
	}
	if x.userAgent = old.userAgent; old.remote == (record{}).remote || x.userAgent.Value() != o.UserAgent {
		x.userAgent = unique.Make(strings.Clone(printable(o.UserAgent, maxUserAgent)))
	}
	x.contact, x.callID = own(c.text, old.contact), own(o.CallID, old.callID)
	x.instance, x.path = own(c.instance, old.instance), own(j.order.path, old.path)
	return x
}

// own is a text that does not hold the whole message: the old one, if it is the
// same.
func own(text, old string) string {
	if text == old {
		return old
	}
	return strings.Clone(text)
}

// rush counts the registrations of a second.
type rush struct {
	second int64
	count  int
}

// goesOn says whether there are too many for one second.
func (r *rush) goesOn(now time.Time) bool { return r.count > calm && r.second == now.Unix() }

const (
	// calm is how many registrations a second a shard grants as they are asked: 256
	// for all together, which is a hundred thousand phones that refresh by the
	// hour, many times over.
	calm = 8
	// spread is what part of a lifetime is cut off at most when there are more.
	spread = 10
)

// grant is the seconds that a contact is bound. After a power cut all phones come
// at once, and with equal lifetimes they would do so again and again: then each
// gets up to a tenth less, at random, but never less than MinExpires.
func (r *Registrar) grant(s *shard, asked uint32, now time.Time) uint32 {
	if sec := now.Unix(); s.rush.second != sec {
		s.rush = rush{second: sec}
	}
	if s.rush.count++; s.rush.count <= calm {
		return asked
	}
	least := max(uint32(r.MinExpires/time.Second), asked-asked/spread)
	if least >= asked {
		return asked
	}
	s.stats.Spread++
	return least + rand.Uint32N(asked-least+1)
}

// printable is what can be shown of what somebody wrote, at most limit bytes.
func printable(s string, limit int) string {
	if len(s) <= limit && plain(s) {
		return s
	}
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

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
