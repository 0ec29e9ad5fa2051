package phone

import "strings"

// MaxFilter bounds a filter in bytes. No property that is searched needs more.
const MaxFilter = 1000

// seam stands between the properties of a searched text, so that a filter does
// not match the end of one and the beginning of the next.
const seam = "\x00"

// searchText is what a filter is looked for in.
func searchText(properties ...string) string { return Fold(strings.Join(properties, seam)) }

// filter is a text to look for, anywhere and in either case.
type filter struct {
	text string
	mac  *macPart // when it is written like one
}

func newFilter(text string) filter {
	f := filter{text: Fold(text)}
	if part, ok := parseMACPart(f.text); ok {
		f.mac = &part
	}
	return f
}

func (f filter) matches(e *entry) bool {
	if strings.Contains(e.text(), f.text) || f.mac != nil && f.mac.within(e.mac()) {
		return true
	}
	line := e.line.now()
	return line != nil && (strings.Contains(line.text(), f.text) || strings.Contains(line.who.now(), f.text))
}

// macPart is a part of a MAC address as a person copies it from a label or a
// switch: 4e:e8:a3, 4e-e8-a3 or 4ee8.a34b.
type macPart struct {
	digits string // lower case
	width  int    // digits between two separators
	ahead  int    // digits before the first separator
}

// parseMACPart reads lower-case hexadecimal digits with one kind of separator
// at its places. The first and the last group may have been cut short.
func parseMACPart(s string) (macPart, bool) {
	for separator, width := range map[string]int{":": 2, "-": 2, ".": 4} {
		groups := strings.Split(s, separator)
		if len(groups) < 2 || len(groups) > 12/width {
			continue
		}
		last := len(groups) - 1
		for i, g := range groups {
			whole := len(g) == width || (i == 0 || i == last) && len(g) < width
			if !whole || !isHex(g) {
				return macPart{}, false
			}
		}
		digits := strings.Join(groups, "")
		return macPart{digits, width, len(groups[0])}, digits != ""
	}
	return macPart{}, false
}

// within says whether the folded address has the digits with the separators at their
// places.
func (m macPart) within(address string) bool {
	for from := 0; from+len(m.digits) <= len(address); from++ {
		if (from+m.ahead)%m.width == 0 && address[from:from+len(m.digits)] == m.digits {
			return true
		}
	}
	return false
}
