package sip

import (
	"encoding/binary"
	"hash/maphash"
	"strings"
)

// cookie begins the branch of who follows RFC 3261 (section 8.1.1.7).
const cookie = "z9hG4bK"

// key names a transaction: a keyed hash of all that is to be equal. At 128 bits
// two transactions do not meet in one by chance, and who does not know the seeds
// cannot make them; so nothing of a message has to be kept to compare.
type key [2]uint64

// seeds are those of a stack's keys.
type seeds [2]maphash.Seed

func newSeeds() seeds { return seeds{maphash.MakeSeed(), maphash.MakeSeed()} }

func (s *seeds) key(b []byte) key { return key{maphash.Bytes(s[0], b), maphash.Bytes(s[1], b)} }

// client finds the transaction of a response (RFC 3261 section 17.1.3).
func (s *seeds) client(branch string, method RequestMethod) key {
	var room [128]byte
	b := append(append(room[:0], branch...), 0)
	return s.key(append(b, method...))
}

// server finds the transaction of a request (RFC 3261 section 17.2.3); method
// is INVITE for the ACK and the CANCEL of one.
func (s *seeds) server(req *Request, method RequestMethod) key {
	via, id := req.Via(), branch(req)
	if !strings.HasPrefix(id, cookie) || len(id) == len(cookie) {
		return s.old(req, method)
	}
	var room [256]byte
	b := append(append(room[:0], id...), 0)
	b = appendLower(b, via.Host)
	b = binary.BigEndian.AppendUint32(append(b, 0), uint32(via.Port))
	return s.key(append(b, method...))
}

// old is for RFC 2543 peers. The To tag is left out, since the ACK has one that
// the INVITE had not.
func (s *seeds) old(req *Request, method RequestMethod) key {
	return s.key([]byte(strings.Join([]string{
		req.Recipient.String(), callID(req), fromTag(req), number(req),
		req.Via().Value(), string(method),
	}, "\x00")))
}

// merged finds the transaction of a request that has come on another way: the same
// but for its branch (RFC 3261 section 8.2.2.2). Other than there, one for another
// user is another request, as when somebody before us calls two of our numbers at
// once. It is zero for a request within a dialog.
func (s *seeds) merged(req *Request) key {
	if toTag(req) != "" {
		return key{}
	}
	var room [256]byte
	b := append(room[:0], req.Method...)
	for _, t := range [...]string{callID(req), fromTag(req), req.Recipient.User} {
		b = append(append(b, 0), t...)
	}
	return s.key(binary.BigEndian.AppendUint32(append(b, 0), req.CSeq().SeqNo))
}

func appendLower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		b = append(b, c)
	}
	return b
}
