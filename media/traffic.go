package media

// Traffic counts the packets that arrived at one port. Octets are those of RTP
// or RTCP without IP and UDP headers.
type Traffic struct {
	Packets   uint64 `json:"packets"`   // received, from anybody
	Octets    uint64 `json:"octets"`    // of those
	Forwarded uint64 `json:"forwarded"` // sent on to the other end
	Dropped   Drops  `json:"dropped"`
}

// Sent counts the packets that left a port towards the peer.
type Sent struct {
	Packets uint64 `json:"packets"`
	Octets  uint64 `json:"octets"`
}

// Drops counts dropped packets by reason.
type Drops struct {
	Stranger  uint64 `json:"stranger,omitzero"`  // from a source that is not the peer's
	Unproven  uint64 `json:"unproven,omitzero"`  // the first of a new source, which another must bear out
	NotMedia  uint64 `json:"notMedia,omitzero"`  // not RTP version 2 (at the RTCP port: not RTCP), or too long
	WrongType uint64 `json:"wrongType,omitzero"` // a payload type that was not negotiated, before the latch
	Forged    uint64 `json:"forged,omitzero"`    // encrypted with another key, or sent before (RFC 3711 section 3.3)
	NoPeer    uint64 `json:"noPeer,omitzero"`    // the other end has no address yet, is on hold, or is gone
	Failed    uint64 `json:"failed,omitzero"`    // the network refused to send or receive it
}

// count counts a packet that the latch did not believe.
func (d *Drops) count(j judgement) {
	switch j {
	case stranger:
		d.Stranger++
	case unproven:
		d.Unproven++
	case wrongType:
		d.WrongType++
	}
}
