package b2bua

import (
	"bytes"

	"ringfence/media"
)

// What an end describes is kept for who it may talk with next: a transfer needs
// an offer for somebody whom this end has never offered anything.

// says notes what an end has described last. Only with an offer of its own that is
// not the same again does it hold the other end, since an answer follows the offer, and
// so does a refresh by who is held. It takes it back with either.
func (e *end) says(sdp []byte, offer bool) {
	if len(sdp) == 0 {
		return
	}
	before := holding(e.said)
	e.said = bytes.Clone(sdp)
	switch now := holding(sdp); {
	case !now:
		e.holds = false
	case offer && !before:
		e.holds = true
	}
}

// holding says whether who describes itself so wants to hear nothing.
func holding(sdp []byte) bool {
	d, err := media.Describe(sdp)
	return err == nil && (d.Direction == media.SendOnly || d.Direction == media.Inactive || d.Remote.Addr().IsUnspecified())
}

// wish is the session that an end wants with somebody new: as it has described
// itself, and not on hold, unless it holds.
func (e *end) wish() []byte {
	if e.holds {
		return directed(e.said, "sendonly")
	}
	return directed(e.said, "sendrecv")
}

// directed gives every stream of a description the same direction (RFC 8866
// section 6.7).
func directed(sdp []byte, direction string) []byte {
	out := make([]byte, 0, len(sdp)+32)
	streams := 0
	end := func() {
		if streams > 0 {
			out = append(append(append(out, "a="...), direction...), "\r\n"...)
		}
	}
	for line := range bytes.Lines(sdp) {
		text := bytes.TrimRight(line, "\r\n")
		switch string(text) {
		case "a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive", "":
			continue
		}
		if bytes.HasPrefix(text, []byte("m=")) {
			end()
			streams++
		}
		out = append(append(out, text...), "\r\n"...)
	}
	end()
	return out
}

// park answers the offer of an end that has nobody to talk to yet with what it
// offers itself: nobody hears it, and it hears nobody.
func (c *call) park(e *end, offer []byte) ([]byte, error) {
	nobody := c.Media.NewEnd(media.EndConfig{Local: e.leg.Flow().Local.Addr().Unmap(), Signalling: e.leg.Flow().Remote.Addr()})
	defer func() { _ = nobody.Close() }() // it had no packet
	link := c.Media.Link(e.media, nobody)
	mirror, err := link.Offer(e.media, offer)
	if err != nil {
		return nil, err
	}
	text, err := link.Answer(nobody, mirror)
	if err != nil {
		link.Withdraw()
		return nil, err
	}
	e.told = text
	return text, nil
}

// relink lets the media of a conversation flow again as it was, after one end was
// heard by somebody else.
func (c *call) relink() { c.inTurn(c.relinkNow) }

func (c *call) relinkNow() {
	a, b := c.ends[0], c.ends[1]
	if c.stage != talking || a == nil || b == nil || a.over || b.over || c.coming != nil || c.leaving != nil {
		return
	}
	_, err := c.path.Offer(a.media, a.said)
	if err == nil {
		_, err = c.path.Answer(b.media, b.said)
	}
	if err != nil {
		c.Log.Warn("media not restored", "call", c.id, "error", err)
	}
}
