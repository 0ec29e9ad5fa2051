package b2bua

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
)

// relays are the media paths of one call: one for each of our addresses that
// called phones are reached from, which nearly always is one. The phones that
// ring share it; it expects the media of the one that answers, and before that
// of the first that sends early media.
type relays struct {
	ports    *media.Ports
	external netip.Addr
	local    netip.Addr // where the caller reaches us
	offer    []byte     // the caller's
	caller   media.Expected
	open     map[netip.Addr]*media.Relay
	chosen   *media.Relay // of the phone that answered
}

// path is the relay towards a phone that is reached from local; it is opened
// when it is the first.
func (r *relays) path(local netip.Addr) (*media.Relay, error) {
	local = local.Unmap()
	if relay := r.open[local]; relay != nil {
		return relay, nil
	}
	relay, err := r.ports.NewRelay(media.RelayConfig{A: r.local, B: local})
	if err != nil {
		return nil, err
	}
	relay.A.Expect(r.caller)
	relay.Start()
	if r.open == nil {
		r.open = map[netip.Addr]*media.Relay{}
	}
	r.open[local] = relay
	return relay, nil
}

// choose keeps the relay of the phone that answered and closes the others.
func (r *relays) choose(local netip.Addr) error {
	var errs []error
	for at, relay := range r.open {
		if at == local.Unmap() {
			r.chosen = relay
			continue
		}
		errs = append(errs, relay.Close())
		delete(r.open, at)
	}
	return errors.Join(errs...)
}

// close gives all ports back to rest, and counts what came from each end of
// the conversation.
func (r *relays) close() (legs [2]phone.MediaLeg, err error) {
	var errs []error
	for _, relay := range r.open {
		errs = append(errs, relay.Close())
	}
	r.open = nil
	if r.chosen != nil {
		for i, c := range r.chosen.Stats() {
			// What strangers sent to the port is not the call's.
			legs[i] = phone.MediaLeg{Packets: c.RTP.ForwardedPackets, Bytes: c.RTP.ForwardedOctets}
		}
	}
	return legs, errors.Join(errs...)
}

// edit makes a description for p out of the other end's.
func (r *relays) edit(sdp []byte, p *peer) ([]byte, error) {
	at := p.side.Addr()
	if r.external.IsValid() && r.external.Is4() == at.Is4() {
		at = r.external
	}
	edited, err := media.Rewrite(sdp, at, p.side.Port(), media.Origin{ID: p.session, Version: p.version})
	if err != nil {
		return nil, fmt.Errorf("edit session description: %w", err)
	}
	return edited.SDP, nil
}

// expected reads where the media of a phone will come from and go to. Payload
// types are left open: a phone sends by the numbers that the other end's
// description gave (RFC 3264 section 5.1), which need not be its own, and of a
// caller's that description is yet to come.
func expected(sdp []byte, f sip.Flow) (media.Expected, error) {
	d, err := media.Describe(sdp)
	if err != nil {
		return media.Expected{}, fmt.Errorf("read session description: %w", err)
	}
	return media.Expected{Remote: d.Remote, RTCP: d.RTCP, Signalling: f.Source().Addr()}, nil
}

// readOffer takes the caller's description; a call without one is not made.
func (c *call) readOffer() *outcome {
	want, err := expected(c.invite.Body(), c.caller.flow)
	if err != nil {
		c.Log.Debug("offer refused", "call", c.id, "error", err)
		return noOffer
	}
	c.media.offer, c.media.caller = c.invite.Body(), want
	c.media.local = c.caller.flow.Local.Addr()
	return nil
}

// withoutMedia tells a description that cannot be passed on from a lack of
// ports.
func withoutMedia(err error) *outcome {
	for _, theirs := range []error{media.ErrMalformed, media.ErrTooLarge, media.ErrNoAudio, media.ErrProfile} {
		if errors.Is(err, theirs) {
			return noOffer
		}
	}
	return noPorts
}

// offerTo opens the way to a leg and writes what it is offered.
func (c *call) offerTo(l *leg) error {
	relay, err := c.media.path(l.binding.Local.Addr())
	if err != nil {
		return err
	}
	l.peer.side = relay.B
	l.offer, err = l.peer.describe(c.media.offer, &c.media)
	return err
}

// answerFrom edits a leg's answer for the caller and lets its media through.
func (c *call) answerFrom(l *leg, f sip.Flow, sdp []byte) ([]byte, error) {
	want, err := expected(sdp, f)
	if err != nil {
		return nil, err
	}
	relay, err := c.media.path(l.binding.Local.Addr())
	if err != nil {
		return nil, err
	}
	c.caller.side = relay.A
	text, err := c.caller.describe(sdp, &c.media)
	if err != nil {
		return nil, err
	}
	relay.B.Expect(want)
	return text, nil
}

// newSession is an o= session identity: 62 random bits, so that it fits where
// a signed number is expected (RFC 8866 section 5.2 asks for uniqueness only).
func newSession() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return binary.NativeEndian.Uint64(b[:])>>2 | 1
}
