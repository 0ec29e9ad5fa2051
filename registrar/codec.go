package registrar

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
	"unique"

	"ringfence/phone"
)

// The journal's form: an entry is a version byte and then changes, one after
// another. A change is an operation, the phone's id, and
//
//	opSet      the number of its records, and each of them whole
//	opRefresh  the place of one record, and what a refresh alters in it
//
// Numbers are varints, texts and addresses have their length in front. The last
// change of a phone counts. A place is that among the records which the journal
// has of the phone: where memory has other ones, all are written.
const (
	journalVersion = 1
	opSet          = 's'
	opRefresh      = 'r'
)

var errJournal = errors.New("the journal of bindings is damaged")

func appendID(b []byte, id phone.ID) []byte {
	if len(id) == 24 {
		if raw, err := hex.AppendDecode(append(b, 12), []byte(id)); err == nil {
			return raw
		}
	}
	return appendText(append(b, 0), string(id)) // not one of the store's: tests have such
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendAddress(b []byte, a netip.AddrPort) []byte {
	at := len(b)
	b, err := a.AppendBinary(append(b, 0))
	if err != nil {
		return append(b[:at], 0)
	}
	b[at] = byte(len(b) - at - 1)
	return b
}

// appendSet writes the whole of what a phone has.
func appendSet(b []byte, id phone.ID, rs []record) []byte {
	b = appendID(append(b, opSet), id)
	b = binary.AppendUvarint(b, uint64(len(rs)))
	for i := range rs {
		b = rs[i].append(b)
	}
	return b
}

func (r *record) append(b []byte) []byte {
	for _, s := range [...]string{r.username, r.contact, r.callID, r.instance, r.path, r.userAgent.Value()} {
		b = appendText(b, s)
	}
	b = appendAddress(appendAddress(b, r.local.Value()), r.remote)
	b = append(b, byte(r.transport), r.country[0], r.country[1])
	for _, n := range [...]uint64{uint64(r.port), uint64(r.q), uint64(r.regID)} {
		b = binary.AppendUvarint(b, n)
	}
	return r.appendTimes(b)
}

// appendTimes writes what every refresh alters.
func (r *record) appendTimes(b []byte) []byte {
	for _, n := range [...]uint64{uint64(r.cseq), uint64(r.asked), uint64(r.registered), uint64(r.expires)} {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// appendRefresh writes a change of nothing but the times of one record.
func appendRefresh(b []byte, id phone.ID, place int, r *record) []byte {
	b = appendID(append(b, opRefresh), id)
	return r.appendTimes(binary.AppendUvarint(b, uint64(place)))
}

// onlyTimes says whether b is a after a plain refresh.
func onlyTimes(a, b *record) bool {
	c := *a
	c.cseq, c.asked, c.registered, c.expires = b.cseq, b.asked, b.registered, b.expires
	return c == *b
}

// reader takes values off the front of an entry. After a fault it gives zeros.
type reader struct {
	rest  []byte
	fault bool
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fault, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) octet() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.fault, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) text() string { return string(r.take(r.number())) }

func (r *reader) id() phone.ID {
	if n := r.octet(); n > 0 {
		return phone.ID(hex.EncodeToString(r.take(uint64(n))))
	}
	return phone.ID(r.text())
}

func (r *reader) address() (a netip.AddrPort) {
	if b := r.take(uint64(r.octet())); len(b) > 0 && a.UnmarshalBinary(b) != nil {
		r.fault = true
	}
	return a
}

func (r *reader) record() (x record) {
	x.username, x.contact, x.callID, x.instance, x.path = r.text(), r.text(), r.text(), r.text(), r.text()
	x.userAgent = unique.Make(r.text())
	x.local, x.remote = unique.Make(r.address()), r.address()
	if x.transport = transport(r.octet()); int(x.transport) >= len(transports) {
		r.fault, x.transport = true, udp
	}
	x.country = [2]byte{r.octet(), r.octet()}
	x.port, x.q, x.regID = uint16(r.number()), uint16(r.number()), uint32(r.number())
	r.times(&x)
	return x
}

func (r *reader) times(x *record) {
	x.cseq, x.asked, x.registered, x.expires = uint32(r.number()), uint32(r.number()), int64(r.number()), int64(r.number())
}

// changes hands every change of an entry to set or refresh.
func (r *reader) changes(set func(phone.ID, []record), refresh func(id phone.ID, place int, times record)) error {
	if r.octet() != journalVersion {
		return errJournal
	}
	for len(r.rest) > 0 && !r.fault {
		op, id := r.octet(), r.id()
		switch op {
		case opSet:
			n := r.number()
			if n > uint64(len(r.rest)) {
				return errJournal
			}
			rs := make([]record, 0, n)
			for range n {
				rs = append(rs, r.record())
			}
			if !r.fault {
				set(id, rs)
			}
		case opRefresh:
			place := r.number()
			var times record
			if r.times(&times); !r.fault {
				refresh(id, int(min(place, 1<<16)), times)
			}
		default:
			return errJournal
		}
	}
	if r.fault {
		return errJournal
	}
	return nil
}
