package b2bua

import (
	"fmt"
	"net/url"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// addHandset puts a phone, or another line of one, into the world.
func (w *world) addHandset(h *handset) {
	h.world = w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handsets[h.name] = h
}

// refer asks for a transfer: "103", or "alice.2", which is whom that line talks
// with. "nosub" wants no NOTIFY; "raw=…" is a whole Refer-To.
func (h *handset) refer(words []string) {
	var hs []sip.Header
	for _, word := range words {
		raw, isRaw := strings.CutPrefix(word, "raw=")
		early, isEarly := strings.CutPrefix(word, "early=")
		switch other := h.world.handsets[word]; {
		case word == "nosub":
			hs = append(hs, sip.NewHeader("Refer-Sub", "false"))
		case isRaw:
			hs = append(hs, sip.NewHeader("Refer-To", raw))
		case isEarly:
			hs = append(hs, referTo("103", h.world.handsets[early].dialogAsReplaced()+";early-only"))
		case other != nil:
			hs = append(hs, referTo("103", other.dialogAsReplaced()))
		default:
			hs = append(hs, sip.NewHeader("Refer-To", "<sip:"+word+"@ringfence.test>"))
		}
	}
	h.within(sip.REFER, "", nil, hs...)
}

func referTo(number, replaces string) sip.Header {
	return sip.NewHeader("Refer-To", fmt.Sprintf("<sip:%s@ringfence.test?Replaces=%s>", number, url.QueryEscape(replaces)))
}

// dialogAsReplaced names the dialog that the phone has, or rings in, as a Replaces
// does (RFC 3891): the to-tag is the server's. A phone that does one line of a
// ladder may look at itself.
func (h *handset) dialogAsReplaced() string {
	if h.mu.TryLock() {
		defer h.mu.Unlock()
	}
	d := h.dialog
	if d == nil {
		d = h.early
	}
	if d == nil {
		return fmt.Sprintf("%s;to-tag=%s;from-tag=%s", h.asked.CallID().Value(),
			h.asked.From().Params.GetOr("tag", ""), toTag(sip.Reply(h.asked, 180, "Ringing")))
	}
	return fmt.Sprintf("%s;to-tag=%s;from-tag=%s", d.CallID, d.RemoteTag, d.LocalTag)
}

// control makes "103 controls 200": the extension may do with the calls of the
// group's members whatever there is a right for.
func (w *world) control(number, group string) {
	old, _ := w.book.Gathering(customer, group)
	g := *old
	g.Controllers, g.Pickup, g.Steal = []phone.ID{w.book.ByNumber(customer, number).ID}, true, true
	w.book.PutGroup(&g)
}

// replacing is the Replaces of an INVITE: "bob", whose place the phone wants.
func (w *world) replacing(text string) sip.Header {
	name, more, _ := strings.Cut(text, ";")
	if more != "" {
		more = ";" + more
	}
	name, wrong := strings.CutSuffix(name, "-with-another-tag")
	value := w.handset(name).dialogAsReplaced()
	if wrong {
		value += "x"
	}
	return sip.NewHeader("Replaces", value+more)
}

// state is where a transfer is, for who wonders what it waits for.
func (t *transfer) state() string {
	if t == nil {
		return "none"
	}
	text := fmt.Sprintf("from stage %d, joining %v, changed %v, waited %v, over %v", t.from.stage, t.joining, t.changed, t.waited, t.over)
	if t.to != nil {
		text += fmt.Sprintf(", to stage %d", t.to.stage)
	}
	for name, e := range map[string]*end{"x": t.x, "left": t.left, "old": t.old} {
		if e != nil && e.leg != nil {
			text += fmt.Sprintf(", %s over %v alive %v acked %v", name, e.over, e.leg.Alive(), e.leg.Acknowledged())
		}
	}
	if t.old != nil {
		if y := t.target(); y != nil && y.leg != nil {
			text += fmt.Sprintf(", y over %v alive %v acked %v", y.over, y.leg.Alive(), y.leg.Acknowledged())
		}
	}
	return text
}
