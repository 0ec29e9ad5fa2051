package b2bua

import (
	"errors"
	"strings"

	"ringfence/phone"
)

// command does what a line of a ladder asks of the switch: "close", or what a page
// may ask, such as "call alice 102". After a colon stands the refusal.
func (w *world) command(words []string) {
	w.t.Helper()
	if words[0] == "close" {
		w.closeNow()
		return
	}
	text, want, _ := strings.Cut(strings.Join(words, " "), ": ")
	got := ""
	if err := w.ask(strings.Fields(text)); err != nil {
		var told *phone.Error
		if !errors.As(err, &told) {
			w.t.Fatal(err)
		}
		got = told.Key + " " + told.Text
	}
	if got != want {
		w.t.Errorf("%s: %q, not %q", text, got, want)
	}
}

func (w *world) ask(words []string) error {
	ctx, who := w.t.Context(), words[1]
	switch words[0] {
	case "call":
		_, err := w.sw.Originate(ctx, w.handsets[who].ID, words[2])
		return err
	case "hangup":
		return w.sw.Hangup(ctx, w.callOf(who))
	case "transfer":
		return w.sw.Transfer(ctx, w.legOf(who), words[2])
	case "join":
		return w.sw.Join(ctx, w.legOf(who), w.legOf(words[2]))
	case "pickup":
		return w.sw.Pickup(ctx, w.handsets[who].ID, w.callOf(words[2]))
	case "steal":
		return w.sw.Steal(ctx, w.handsets[who].ID, w.legOf(words[2]))
	case "hold":
		return w.sw.Hold(ctx, w.legOf(who))
	}
	w.t.Fatalf("what is %q?", words)
	return nil
}

// legOf is the leg of a phone in its only call.
func (w *world) legOf(name string) phone.LegID {
	for _, c := range w.sw.Live(func(phone.ID) bool { return true }) {
		if l := c.OfPhone(w.handsets[name].ID); l != nil {
			return l.ID
		}
	}
	w.t.Fatalf("%s is in no call", name)
	return ""
}

func (w *world) callOf(name string) phone.ID {
	id, _, _ := w.legOf(name).Call()
	return id
}

// brand makes "bob is a YEALINK".
func (w *world) brand(name, brand string) {
	m := &phone.Model{ID: phone.ID(strings.Repeat("0", 24-len(brand)) + strings.ToLower(brand)), Brand: brand}
	w.book.PutModel(m)
	p := w.handsets[name].Clone()
	p.Model = m.ID
	w.book.PutPhone(p)
}
