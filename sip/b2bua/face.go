package b2bua

import (
	"cmp"
	"errors"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
)

// face is how our media towards one end are to be: at the address of ours that
// it talks SIP to.
func (c *call) face(f sip.Flow, srtp string) media.EndConfig {
	return media.EndConfig{
		Local: f.Local.Addr().Unmap(), Signalling: f.Remote.Addr(), SRTP: policies[srtp], Direct: c.Direct,
	}
}

// policies are the words for encryption; what is not said is off.
var policies = map[string]media.Policy{phone.SRTPOptional: media.Optional, phone.SRTPRequired: media.Required}

// between is the media path of two ends: the call's, or before the answer that
// of who is called.
func (c *call) between(a, b *end) *media.Link {
	switch {
	case c.path != nil:
		return c.path
	case a == c.ends[0]:
		return b.link
	}
	return a.link
}

// theirMedia is the outcome of a description that cannot be passed on, or of a
// lack of ports; nil for other errors.
func theirMedia(err error) *outcome {
	for _, theirs := range []error{media.ErrMalformed, media.ErrTooLarge, media.ErrNoMedia, media.ErrProfile, media.ErrSRTP} {
		if errors.Is(err, theirs) {
			return noOffer
		}
	}
	if errors.Is(err, media.ErrExhausted) {
		return noPorts
	}
	return nil
}

// unmade is the outcome of an INVITE to a phone that could not be sent.
func unmade(err error) *outcome { return cmp.Or(theirMedia(err), nobodyReached) }

// measure notes what came and went at an end.
func measure(l *phone.CDRLeg, e *media.End) {
	q := e.Quality().Audio
	l.Codec, l.SRTP = q.Codec, q.SRTP != ""
	l.Media = phone.LegMedia{
		// What strangers sent to the port is not the call's.
		PacketsIn: q.In.Forwarded, OctetsIn: q.In.Octets, PacketsOut: q.Out.Packets, OctetsOut: q.Out.Octets,
		Lost: q.In.Lost, Jitter: q.In.JitterMs, RTT: q.RTTMs, MOS: q.MOS,
	}
}
