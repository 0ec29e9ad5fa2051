package media

// profile is the transport of an m= line.
type profile uint8

// The profiles that are relayed: RFC 3551, RFC 4585, RFC 3711, RFC 5124. A
// browser's, with DTLS, is none of them.
const (
	unknownProfile profile = iota
	avp
	avpf
	savp
	savpf
)

var profiles = [...]string{"", "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"}

func profileOf(s string) profile {
	for i := 1; i < len(profiles); i++ {
		if profiles[i] == s {
			return profile(i)
		}
	}
	return unknownProfile
}

func (p profile) String() string { return profiles[p] }

// refused is what an m= line with this profile and no port ends with: that of an answer
// has the profile of the offer (RFC 3264 section 6).
func (p profile) refused() string { return refusals[p] }

var refusals = [...]string{"", "RTP/AVP 0", "RTP/AVPF 0", "RTP/SAVP 0", "RTP/SAVPF 0"}

func (p profile) secure() bool { return p == savp || p == savpf }

// with returns the profile with or without encryption, and feedback as it is.
func (p profile) with(secure bool) profile {
	switch {
	case p == unknownProfile || p.secure() == secure:
		return p
	case secure:
		return p + 2
	}
	return p - 2
}

// Policy says whether the media between an End and its peer are encrypted with
// SRTP, its keys in SDP (RFC 4568). That is as secret as the SIP is: it wants
// TLS.
type Policy uint8

// The policies.
const (
	// Off: plain RTP. Keys are not offered, and those offered not taken; an offer
	// of encryption alone is refused.
	Off Policy = iota
	// Optional: keys are offered beside plain RTP, and taken.
	Optional
	// Required: nothing is sent in the clear.
	Required
)

// offers returns the profile in which a stream is offered, and whether our keys
// are.
func (p Policy) offers(theirs profile) (profile, bool) {
	return theirs.with(p == Required), p != Off
}

// accepts judges a stream that is offered or answered: whether it will be
// encrypted, and whether that is allowed. Keys beside plain RTP are what phones
// call optional encryption.
func (p Policy) accepts(theirs profile, keys bool) (encrypted, ok bool) {
	switch {
	case p == Off:
		return false, !theirs.secure()
	case keys:
		return true, true
	}
	return false, p == Optional && !theirs.secure()
}
