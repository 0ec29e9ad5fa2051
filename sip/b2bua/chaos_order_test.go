package b2bua

import (
	"bytes"
	"fmt"
	"strings"

	"ringfence/sip"
)

// said is what the server has said in one dialog so far.
type said struct {
	seq uint32
	bye uint32 // the number of its BYE
	sdp []byte
}

// manners looks at the order of what the server says in each dialog: numbers go
// up, nothing follows a BYE, and what describes something else is another version.
func (s *storm) manners(list []passed, parsed []sip.Message) (bad []string) {
	dialogs := map[string]*said{}
	seen := map[string]bool{}
	for n, p := range list {
		m := parsed[n]
		if !p.fromServer || m == nil || seen[p.name+p.text] {
			continue
		}
		seen[p.name+p.text] = true
		id := m.CallID().Value()
		d := dialogs[id]
		if d == nil {
			d = &said{}
			dialogs[id] = d
		}
		if req, ok := m.(*sip.Request); ok {
			if why := d.request(req); why != "" {
				bad = append(bad, fmt.Sprintf("%s got %s in dialog %s: %s", p.name, req.Method, id, why))
			}
		}
		if why := d.describes(sip.SDP(m)); why != "" {
			bad = append(bad, fmt.Sprintf("%s in dialog %s: %s:\n%s", p.name, id, why, p.text))
		}
	}
	return bad
}

func (d *said) request(req *sip.Request) string {
	seq := req.CSeq().SeqNo
	switch req.Method {
	case sip.ACK, sip.CANCEL:
		return ""
	}
	switch {
	case d.bye > 0 && req.Method == sip.BYE:
		return "a second BYE"
	case d.bye > 0:
		return "it comes after the BYE"
	case seq <= d.seq:
		return fmt.Sprintf("number %d after %d", seq, d.seq)
	case req.Method == sip.BYE:
		d.bye = seq
	}
	d.seq = seq
	return ""
}

// describes compares a description with the last one (RFC 3264 section 5, 8).
func (d *said) describes(sdp []byte) string {
	if sdp == nil {
		return ""
	}
	last := d.sdp
	d.sdp = sdp
	if last == nil {
		return ""
	}
	id, version := originOf(sdp)
	was, before := originOf(last)
	switch {
	case id != was:
		return fmt.Sprintf("session %s has become %s", was, id)
	case version == before && !bytes.Equal(sdp, last):
		return fmt.Sprintf("version %d is another one; before:\n%s", version, last)
	}
	return ""
}

func originOf(sdp []byte) (id string, version int) {
	_, line, _ := strings.Cut(string(sdp), "\no=")
	f := strings.Fields(line)
	_, _ = fmt.Sscan(f[2], &version)
	return f[1], version
}
