package sip

import "strings"

// paramWalk goes through parameters, *( SEMI name [ EQUAL value ] ), up to the
// end of the text or to a comma.
//
//	w := paramWalk{text: s}
//	for w.next() { ... w.name, w.value ... }
//	ok := w.over() // nothing was wrong with any of them
type paramWalk struct {
	text        string
	at          int    // behind the last one
	name, value string // of the last one; the value as written, with its quotes
	n           int
	seen        uint64 // a bit for each name, by its hash
	bad         bool
}

// next finds the next parameter; false at the end, and when it is bad.
func (w *paramWalk) next() bool {
	before := w.at
	if !w.step() {
		return false
	}
	w.bad = w.repeated(before)
	return !w.bad
}

// step is next without a look at what came before.
func (w *paramWalk) step() bool {
	i := blanksEnd(w.text, w.at)
	if w.at = i; i == len(w.text) || w.text[i] == ',' {
		return false
	}
	start := blanksEnd(w.text, i+1)
	end := span(w.text, start, inToken)
	w.name, w.value, w.at = w.text[start:end], "", end
	if w.n++; w.text[i] != ';' || start == end || w.n > maxValues {
		w.bad = true
		return false
	}
	if end < len(w.text) && w.text[end] == '=' {
		w.value = paramValue(w.text[end+1:])
		w.at += 1 + len(w.value)
		w.bad = w.value == ""
	}
	return !w.bad
}

// over tells whether the walk has come to the end of the text well.
func (w *paramWalk) over() bool { return !w.bad && w.at == len(w.text) }

// rest is what follows the parameters: nothing, or a comma and more.
func (w *paramWalk) rest() (s string, ok bool) { return w.text[w.at:], !w.bad }

// repeated tells whether the last name came before, in the text up to end
// (parseParams refuses that).
func (w *paramWalk) repeated(end int) bool {
	first, last := w.name[0]|0x20, w.name[len(w.name)-1]|0x20
	bit := uint64(1) << ((7*len(w.name) + 31*int(first) + int(last)) & 63)
	if w.seen&bit == 0 {
		w.seen |= bit
		return false
	}
	for before := (paramWalk{text: w.text[:end]}); before.step(); {
		if named(before.name, w.name) {
			return true
		}
	}
	return false
}

// paramValue is the value at the front of s, with its quotes; "" is none.
func paramValue(s string) string {
	if s == "" || s[0] != '"' {
		return s[:span(s, 0, inValue)]
	}
	return s[:closingQuote(s)+1]
}

// named compares names, which are case-insensitive (RFC 3261 section 7.3.1).
func named(a, b string) bool {
	return a == b || len(a) == len(b) && strings.EqualFold(a, b)
}
