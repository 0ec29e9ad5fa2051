package mgmt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
)

// shownHeaders are those of an answer that scenarios speak of.
var shownHeaders = []string{"Allow", "Retry-After", "Set-Cookie", "Idempotency-Replayed"}

// show writes an answer as scenarios have it: status, headers, body.
func (p *player) show(st step, rec *httptest.ResponseRecorder) string {
	out := fmt.Sprintf("=> %d", rec.Code)
	if st.quiet {
		return out + " *\n"
	}
	for _, h := range shownHeaders {
		if v := rec.Header().Get(h); v != "" {
			out += "\n" + h + ": " + v
		}
	}
	return p.name(out + "\n" + pretty(rec.Body.Bytes(), "") + "\n")
}

// lineWidth is how long a value may be that is shown on one line.
const lineWidth = 110

// pretty lays JSON out: what fits on a line stands on one, in the order of the
// answer.
func pretty(b []byte, indent string) string {
	open, items, end := partsOf(b)
	if len(indent)+len(b) <= lineWidth || len(items) == 0 {
		return string(b)
	}
	inner := indent + "  "
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = inner + item.key + pretty(item.value, inner)
	}
	return open + "\n" + strings.Join(lines, ",\n") + "\n" + indent + end
}

// item is a property of a JSON object with its key, or an element of an array.
type item struct {
	key   string
	value json.RawMessage
}

// partsOf takes an object or an array apart; of anything else, and of what is
// not JSON, there are no parts.
func partsOf(b []byte) (open string, items []item, end string) {
	d := json.NewDecoder(bytes.NewReader(b))
	first, err := d.Token()
	for err == nil && d.More() {
		var i item
		if first == json.Delim('{') {
			key, _ := d.Token()
			i.key = fmt.Sprintf("%q: ", key)
		}
		err = d.Decode(&i.value)
		items = append(items, i)
	}
	if first == json.Delim('{') {
		return "{", items, "}"
	}
	return "[", items, "]"
}

var (
	credential = regexp.MustCompile(`("(?:username|password|old|new)": ?)"[a-z0-9]{32}"`)
	token      = regexp.MustCompile(`("token": ?)"[A-Za-z0-9_-]{43}"`)
	urlToken   = regexp.MustCompile(`(//prov\.ringfence\.test/)[a-z2-7]{26}/`)
	unnamedID  = regexp.MustCompile(`("(?:_id|object|old|new)": ?)"[0-9a-f]{24}"`)
)

// name puts names in braces in the place of what they stand for, and says of
// other generated values only that they have the right form.
func (p *player) name(text string) string {
	// In order: where two names have one value, always the same is shown.
	for _, name := range slices.Sorted(maps.Keys(p.names)) {
		if value := p.names[name]; len(value) >= 24 && len(value) < 100 {
			text = strings.ReplaceAll(text, value, "{"+name+"}")
		}
	}
	text = credential.ReplaceAllString(text, `$1"<32 characters>"`)
	text = token.ReplaceAllString(text, `$1"<token>"`)
	text = urlToken.ReplaceAllString(text, `$1<token>/`)
	return unnamedID.ReplaceAllString(text, `$1"<id>"`)
}
