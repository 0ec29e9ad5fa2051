package b2bua

import "ringfence/sip"

// What is answered from its outline alone, with the answers that Serve would give.

// Express answers an OPTIONS that asks whether we are there, and says whether it
// did: not when the request has something unusual about it.
func (s *Switch) Express(o *sip.Outline, f sip.Flow, out *sip.Mail) bool {
	if o.Method != sip.OPTIONS || !usual(o) {
		return false
	}
	o.Answer(out, f, 200, "OK", "Allow: "+allowServer, "Accept: application/sdp", "Supported: "+extensions)
	return true
}

// Callable says whether Serve would let an INVITE come as far as to ask who sends
// it.
func (s *Switch) Callable(o *sip.Outline) bool {
	return usual(o) && len(o.Contacts) == 1 && o.Contacts[0] != "*" && (o.URI.Scheme == "sip" || o.URI.Scheme == "sips")
}

// usual is a request outside of dialogs that need not be refused for its form.
func usual(o *sip.Outline) bool {
	return o.To.Tag == "" && o.MaxForwards != 0 && len(o.Require) == 0
}
