package provision

import (
	"strings"

	"ringfence/phone"
)

const (
	passwordLength = 20
	digits         = "0123456789"
	lower          = "abcdefghijklmnopqrstuvwxyz"
	upper          = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// password is that of the administrator of a device's own web page: letters of
// both cases and digits, at least one of each, for phones that insist on it. All
// handsets of a device share it. It is another one for another customer, and when
// the device's tokens are made anew.
func (t *tokens) password(p *phone.Phone) string {
	generation := t.fate(p.MAC).generation
	var b strings.Builder
	for round := uint32(0); ; round++ {
		for _, v := range t.sum("web", owned{p.MAC, p.Customer}, generation+round<<16) {
			letters := digits + lower + upper
			switch b.Len() {
			case 0:
				letters = lower
			case 1:
				letters = upper
			case 2:
				letters = digits
			}
			if int(v) >= 256-256%len(letters) {
				continue // else the first letters would come more often
			}
			b.WriteByte(letters[int(v)%len(letters)])
			if b.Len() == passwordLength {
				return b.String()
			}
		}
	}
}
