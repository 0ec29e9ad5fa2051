package family

import (
	"fmt"
	"strings"

	"ringfence/phone"
)

// parser reads a template in one pass: text, %Keyword%, text. Loops do not nest.
type parser struct {
	rest  string
	line  int
	fresh bool // rest begins a line

	top    []piece
	within *loop // nil outside
	body   []piece
	opened int // the line where it began

	has map[string]bool
}

// parseTemplate reads a template. What begins with a < is XML; all else is lines.
func parseTemplate(text string) (*ownTemplate, error) {
	if len(text) > phone.MaxTemplate {
		return nil, &templateError{text: fmt.Sprintf("Configuration template is longer than %d bytes", phone.MaxTemplate)}
	}
	t := &ownTemplate{format: Lines}
	if strings.HasPrefix(strings.TrimLeft(text, "\ufeff \t\r\n"), "<") {
		t.format = XML
	}
	p := &parser{rest: text, line: 1, fresh: true, has: map[string]bool{}}
	for p.rest != "" {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	if p.within != nil {
		return nil, &templateError{p.opened, fmt.Sprintf("%%%sStart%% without %%%sEnd%%", p.within.name, p.within.name)}
	}
	t.pieces, t.has = p.top, p.has
	return t, nil
}

// next reads the text up to the next percent sign, and what that begins.
func (p *parser) next() error {
	text, rest, found := strings.Cut(p.rest, "%")
	if !found {
		p.add(piece{text: text})
		p.rest = ""
		return nil
	}
	p.line += strings.Count(text, "\n")
	name, after, closed := strings.Cut(rest, "%")
	switch {
	case closed && name == "":
		p.add(piece{text: text + "%"})
		p.rest, p.fresh = after, false
		return nil
	case !closed || !isKeyword(name):
		return p.fault("Percent sign without a keyword (as such it is written %%)")
	}
	if l, begins := loopOf(name); l != nil {
		text, p.rest = p.ownLine(text, after)
		p.add(piece{text: text})
		err := p.turn(l, begins)
		if p.fresh {
			p.line++
		}
		return err
	}
	lower := strings.ToLower(name)
	w := keywords[lower]
	if w == nil {
		return p.fault(fmt.Sprintf("Unknown keyword %%%s%%", name))
	}
	if w.loop != "" && (p.within == nil || p.within.name != w.loop) {
		return p.fault(fmt.Sprintf("Keyword %%%s%% outside of %%%sStart%%", name, w.loop))
	}
	p.rest, p.fresh, p.has[lower] = after, false, true
	p.add(piece{text: text})
	p.add(piece{word: w})
	return nil
}

func (p *parser) fault(text string) error { return &templateError{p.line, text} }

// turn begins or ends a loop.
func (p *parser) turn(l *loop, begins bool) error {
	switch {
	case begins && p.within != nil:
		return p.fault(fmt.Sprintf("%%%sStart%% within another loop", l.name))
	case begins:
		p.within, p.opened = l, p.line
	case p.within != l:
		return p.fault(fmt.Sprintf("%%%sEnd%% without %%%sStart%%", l.name, l.name))
	default:
		p.top = append(p.top, piece{loop: l, body: p.body})
		p.within, p.body = nil, nil
	}
	return nil
}

// ownLine takes the rest of the line from around a mark that has it for itself.
func (p *parser) ownLine(before, after string) (string, string) {
	begin := strings.LastIndexByte(before, '\n') + 1
	line, next, more := strings.Cut(after, "\n")
	alone := (begin > 0 || p.fresh) && blank(before[begin:]) && blank(line) && more
	p.fresh = alone
	if !alone {
		return before, after
	}
	return before[:begin], next
}

func blank(text string) bool { return strings.Trim(text, " \t\r") == "" }

func (p *parser) add(one piece) {
	switch {
	case one.word == nil && one.text == "":
	case p.within != nil:
		p.body = append(p.body, one)
	default:
		p.top = append(p.top, one)
	}
}

// isKeyword says whether a text between percent signs is meant to be one.
func isKeyword(name string) bool {
	return len(name) <= 64 && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_')
	})
}
