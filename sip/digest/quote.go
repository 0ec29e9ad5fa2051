package digest

import "strings"

// quote writes a quoted string (RFC 3261 section 25.1) to b.
func quote(b *strings.Builder, text string) {
	b.WriteByte('"')
	for _, c := range []byte(text) {
		if c == '"' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	b.WriteByte('"')
}

// unescape takes the backslashes of quoted pairs out. A text without any is
// returned as it is, which is nearly every text.
func unescape(text string, escapes int) string {
	if escapes == 0 {
		return text
	}
	plain := make([]byte, 0, len(text)-escapes)
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++ // the scanner saw that something follows
		}
		plain = append(plain, text[i])
	}
	return string(plain)
}
