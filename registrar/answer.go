package registrar

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"ringfence/sip"
)

// dateForm is SIP-date (RFC 3261 section 20.17).
const dateForm = "Mon, 02 Jan 2006 15:04:05 GMT"

// ok appends the 200 of RFC 3261 10.3 step 8: every binding with what is left of
// it, the preferred one first, and the time; head is where the lines begin that
// no other answer to the same request would have.
func (r *Registrar) ok(b []byte, j *job, rs []record, now time.Time) (answer []byte, head int) {
	b = j.o.Head(b, j.f, 200, "OK")
	head = len(b)
	ms := now.UnixMilli()
	if len(rs) == 1 {
		b = rs[0].appendContact(b, ms)
	} else {
		for _, x := range preferred(rs) {
			b = x.appendContact(b, ms)
		}
	}
	b = append(b, r.dates.line(now)...)
	if j.order.outbound { // RFC 5626 section 6
		b = append(b, "Require: outbound\r\n"...)
		if j.f.Network != "udp" { // by itself a phone keeps to 24 to 29 s there (4.4.2), and NATs want no less
			b = append(b, "Flow-Timer: 120\r\n"...)
		}
	}
	if j.order.path != "" && supports(j.o, "path") { // RFC 3327 section 5.3
		b = append(append(append(b, "Path: "...), j.order.path...), "\r\n"...)
	}
	return sip.End(b), head
}

// dates remembers the Date line of a second, which is that of many answers.
type dates struct{ last atomic.Pointer[dated] }

type dated struct {
	second int64
	line   string
}

func (d *dates) line(now time.Time) string {
	last := d.last.Load()
	if last == nil || last.second != now.Unix() {
		last = &dated{now.Unix(), "Date: " + now.UTC().Format(dateForm) + "\r\n"}
		d.last.Store(last)
	}
	return last.line
}

// preferred are the records, the preferred one first and of equals the newest.
func preferred(rs []record) []*record {
	list := make([]*record, len(rs))
	for i := range rs {
		list[i] = &rs[i]
	}
	slices.SortStableFunc(list, func(a, b *record) int {
		if a.q != b.q {
			return int(b.q) - int(a.q)
		}
		return int(min(max(b.registered-a.registered, -1), 1))
	})
	return list
}

// appendContact writes a Contact line.
func (x *record) appendContact(b []byte, now int64) []byte {
	b = append(append(b, "Contact: <"...), x.contact...)
	b = strconv.AppendInt(append(b, ">;expires="...), x.remaining(now), 10)
	if x.q < 1000 {
		b = appendQ(append(b, ";q="...), x.q)
	}
	if x.instance != "" {
		b = append(append(append(b, `;+sip.instance="`...), x.instance...), '"')
	}
	if x.regID > 0 {
		b = strconv.AppendUint(append(b, ";reg-id="...), uint64(x.regID), 10)
	}
	return append(b, "\r\n"...)
}

// appendQ writes thousandths below 1 as a qvalue.
func appendQ(b []byte, q uint16) []byte {
	b = append(b, '0')
	for unit, dot := uint16(100), byte('.'); q > 0; q, unit = q%unit, unit/10 {
		if dot != 0 {
			b, dot = append(b, dot), 0
		}
		b = append(b, '0'+byte(q/unit))
	}
	return b
}
