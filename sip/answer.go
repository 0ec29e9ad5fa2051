package sip

// Text is a header field as it is written.
type Text struct{ Name, Value string }

// Answer is a response that is only to be written: see ServerTx.Answer.
type Answer struct {
	Code    int
	Reason  string
	Contact *URI     // none when nil
	Texts   []Text   // further header fields
	Headers []Header // and those that are there in the message model
	SDP     []byte   // the body, none when empty
}

// Answer is Respond for what Reply would make of req, the request that began the
// transaction, and a. It leaves no garbage, and keeps nothing of either.
func (t *ServerTx) Answer(req *Request, a *Answer) error {
	t.mu.Lock()
	defer t.unlock()
	if err := t.closed(); err != nil {
		return err
	}
	w := newWire()
	if err := w.answer(req, a, t.tag); err != nil {
		w.free()
		return err
	}
	return t.respond(w, a.Code)
}

// answer is RFC 3261 section 8.2.6: see Reply.
func (w *wire) answer(req *Request, a *Answer, tag string) error {
	w.status(a.Code, a.Reason)
	w.each(req, "Via")
	if from := req.From(); from != nil {
		w.field(from)
	}
	if to := req.To(); to != nil {
		w.b = appendAddress(append(w.b, "To: "...), to.DisplayName, &to.Address, to.Params)
		if a.Code > 100 && !to.Params.Has("tag") {
			w.b = append(append(w.b, ";tag="...), tag...)
		}
		w.end()
	}
	w.each(req, "Call-ID")
	w.each(req, "CSeq")
	switch {
	case a.Code == 100:
		w.each(req, "Timestamp")
	case a.Code < 300 && makesDialog(req.Method):
		w.each(req, "Record-Route")
	}
	if a.Contact != nil {
		w.b = appendAddress(append(w.b, "Contact: "...), "", a.Contact, nil)
		w.end()
	}
	w.texts(a.Texts)
	if len(a.SDP) > 0 {
		w.text("Content-Type", "application/sdp")
	}
	return w.rest(a.Headers, a.SDP)
}

// each writes the header fields of a name.
func (w *wire) each(m *Request, name string) {
	for _, h := range m.Headers() {
		if named(h.Name(), name) {
			w.field(h)
		}
	}
}

func (w *wire) texts(ts []Text) {
	for i := range ts {
		w.text(ts[i].Name, ts[i].Value)
	}
}

func (w *wire) text(name, value string) {
	w.b = append(append(append(w.b, name...), ": "...), value...)
	w.end()
}
