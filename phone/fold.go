package phone

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold writes a text so that two which differ in case alone become the same: a
// rune stands for all that Unicode's simple folding puts together with it, as
// σ for Σ and ς. What is folded already is returned as it is, not copied.
func Fold(s string) string { return strings.Map(foldRune, s) }

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return unicode.ToLower(least)
}
