package b2bua

import (
	"bytes"

	"ringfence/media"
	"ringfence/sip"
)

// peer is one end of a call: our dialog with it and the flow it is reached on.
type peer struct {
	dialog *sip.Dialog
	flow   sip.Flow
	gone   bool            // it said BYE, or does not know the dialog any more
	bye    <-chan struct{} // closed when our BYE has its answer, or none; nil: we said none

	// The last INVITE that came from it, until its ACK.
	tx      *sip.ServerTx // nil: none is unacknowledged
	invited uint32        // its CSeq

	side    *media.Side
	session uint64 // o= identity of what we describe to it (RFC 3264 section 8)
	version uint64
	said    []byte // the last description that it got
}

// pending is closed when the INVITE that came from it is acknowledged or lost.
func (p *peer) pending() <-chan struct{} {
	if p.tx == nil {
		return nil
	}
	return p.tx.Done()
}

// awaitsACK says whether the 2xx to its last INVITE is neither acknowledged nor
// lost.
func (p *peer) awaitsACK() bool {
	select {
	case <-p.pending():
		return false
	default:
		return p.tx != nil
	}
}

// settle is called when pending is closed. Without an ACK the session is not
// there, and a BYE is due (RFC 3261 section 13.3.1.4, 14.2).
func (p *peer) settle() *outcome {
	err := p.tx.Err()
	p.tx = nil
	if err != nil {
		return brokenOff
	}
	return nil
}

// acknowledge takes the ACK of a 2xx; it has the CSeq number of its INVITE
// (RFC 3261 section 13.2.2.4), whatever came between.
func (p *peer) acknowledge(ack *sip.Request) {
	seq := ack.CSeq()
	if p.tx == nil || seq == nil || seq.SeqNo != p.invited {
		return
	}
	p.tx.Acknowledge()
	if want, err := expected(ack.Body(), p.flow); err == nil { // the answer to our offer in a 2xx
		p.side.Expect(want)
	}
}

// moved notes where the peer's requests come from now: a NAT may have given it
// another port. Another address is not believed.
func (p *peer) moved(f sip.Flow) {
	if f.Source().Addr() == p.flow.Source().Addr() {
		p.flow = f
	}
}

// describe edits a session description of the other end into what this one is
// told: our relay's address, our identity. The version goes up with each
// change, and only then.
func (p *peer) describe(sdp []byte, r *relays) ([]byte, error) {
	if p.session == 0 {
		p.session, p.version = newSession(), 1
	}
	text, err := r.edit(sdp, p)
	if err != nil {
		return nil, err
	}
	if p.said != nil && !bytes.Equal(text, p.said) {
		p.version++
		if text, err = r.edit(sdp, p); err != nil {
			return nil, err
		}
	}
	p.said = text
	return text, nil
}
