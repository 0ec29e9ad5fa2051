package sip

import (
	"slices"

	"github.com/pion/stun/v3"
)

// maxSTUN is how large a binding request may be, in bytes; RFC 8489 section 6.1
// has them below the path MTU.
const maxSTUN = 1280

// stunDesk is where one reader answers the keepalives of RFC 5626 section 4.4.2:
// STUN binding requests on the SIP port, to which a phone wants to hear its
// address as we see it. Nothing is remembered of them.
type stunDesk struct{ request, answer stun.Message }

// isSTUN tells STUN from SIP, which begins with a letter (RFC 5626 section 8,
// RFC 7983 section 7).
func isSTUN(data []byte) bool { return stun.IsMessage(data) && data[0] <= 3 }

// binding answers a binding request. Anything else is dropped.
func (r *udpReader) binding(data []byte, f Flow) {
	s := r.listener.stack
	defer func() { s.recovered("stun", recover()) }()
	answer := r.stun.reply(data, f)
	if answer == nil {
		s.count.drop(dropSTUN)
		return
	}
	s.count.in.Add(1)
	r.desk.out.Post(f, answer)
}

// reply is RFC 8489 section 6.3. It is nil for what is no good request, and good
// until the next call.
func (d *stunDesk) reply(data []byte, f Flow) []byte {
	q := &d.request
	if len(data) > maxSTUN || q.UnmarshalBinary(data) != nil {
		return nil
	}
	if q.Type != stun.BindingRequest || len(data) != 20+int(q.Length) || len(data)%4 != 0 {
		return nil
	}
	setters := []stun.Setter{stun.NewTransactionIDSetter(q.TransactionID)}
	if unknown := d.unknown(); unknown != nil {
		setters = append(setters, stun.BindingError, stun.CodeUnknownAttribute, unknown)
	} else {
		setters = append(setters, stun.BindingSuccess,
			&stun.XORMappedAddress{IP: f.Remote.Addr().AsSlice(), Port: int(f.Remote.Port())})
	}
	if q.Contains(stun.AttrFingerprint) {
		if last := len(q.Attributes) - 1; q.Attributes[last].Type != stun.AttrFingerprint || stun.Fingerprint.Check(q) != nil {
			return nil // section 6.3: it is something else
		}
		setters = append(setters, stun.Fingerprint)
	}
	if d.answer.Build(setters...) != nil {
		return nil
	}
	return d.answer.Raw
}

// unknown is what the request wants understood and we do not. Credentials are
// let pass: the answer is no secret, and worth no proof.
func (d *stunDesk) unknown() (types stun.UnknownAttributes) {
	for _, a := range d.request.Attributes {
		switch a.Type {
		case stun.AttrUsername, stun.AttrMessageIntegrity, stun.AttrMessageIntegritySHA256, stun.AttrRealm, stun.AttrNonce:
			continue
		}
		if a.Type.Required() && !slices.Contains(types, a.Type) {
			types = append(types, a.Type)
		}
	}
	return types
}
