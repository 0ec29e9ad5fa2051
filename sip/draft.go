package sip

import "bytes"

// draft is a message that was written and may be sent again.
type draft struct {
	b []byte
	w *wire // what b lies in, until it is dropped; nil when b is its own
}

// take keeps what w has, which is the draft's from now on. A connection keeps what
// it is given, and gets bytes that nobody writes into any more.
func (d *draft) take(w *wire, f Flow) {
	d.drop()
	d.b, d.w = w.b, w
	if _, keeps := f.sender.(*stream); keeps {
		d.settle()
	}
}

// settle is for a draft that stays long: it takes no more than its bytes.
func (d *draft) settle() {
	if d.w != nil {
		b := bytes.Clone(d.b)
		d.drop()
		d.b = b
	}
}

func (d *draft) drop() {
	if d.w != nil {
		d.w.free()
	}
	*d = draft{}
}
