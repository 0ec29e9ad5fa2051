package family

import (
	"fmt"
	"strings"
	"sync"

	"ringfence/phone"
)

// A model may bring a template of its own, in which %Keyword% stands for a value
// of the phone: people who know the phone and not Go write it over REST.
//
//	%Keyword%                      a value, escaped; upper and lower case are alike
//	%SoftkeyStart% … %SoftkeyEnd%  once for each key
//	%HandsetStart% … %HandsetEnd%  once for each handset of a base
//	%%                             a percent sign
//
// A line that holds nothing but the begin or the end of a loop leaves none behind.

// maxOutput bounds what a template makes, in bytes.
const maxOutput = 1 << 20

// templateError is what is wrong with a template.
type templateError struct {
	line int // from 1; 0 is the whole
	text string
}

func (e *templateError) Error() string {
	if e.line == 0 {
		return e.text
	}
	return fmt.Sprintf("%s in line %d", e.text, e.line)
}

// piece is a text, a keyword or a loop.
type piece struct {
	text string
	word *keyword
	loop *loop
	body []piece // of the loop
}

// ownTemplate is a model's template, parsed.
type ownTemplate struct {
	pieces []piece
	format *Format
	has    map[string]bool // the keywords in it, in lower case
}

// parsed keeps the templates that were parsed lately.
type parsed struct {
	mu  sync.Mutex
	own map[string]*ownTemplate // by their text, which the model holds anyway
}

// maxParsed bounds how many are kept; which one gives way does not matter.
const maxParsed = 64

func (p *parsed) template(text string) (*ownTemplate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.own[text]; t != nil {
		return t, nil
	}
	t, err := parseTemplate(text)
	if err != nil {
		return nil, err
	}
	if len(p.own) >= maxParsed {
		for old := range p.own {
			delete(p.own, old)
			break
		}
	}
	if p.own == nil {
		p.own = map[string]*ownTemplate{}
	}
	p.own[text] = t
	return t, nil
}

// custom renders a model's own template. As everywhere, a customConfig that
// breaks what would be whole without it is left out.
func (f *Family) custom(v *View) (*Document, error) {
	t, err := f.parsed.template(v.Model.ConfigurationTmpl)
	if err != nil {
		return nil, fmt.Errorf("template of model %s: %w", v.Model.ID, err)
	}
	d := &Document{ContentType: t.format.ContentType, Warnings: t.warnings(v)}
	if d.Body, err = t.render(v); err != nil {
		return nil, fmt.Errorf("template of model %s: %w", v.Model.ID, err)
	}
	check := t.format.check
	if check == nil || v.Phone.CustomConfig == "" || check(d.Body) == nil {
		return d, nil
	}
	plain, err := t.render(v.withoutCustom())
	if err == nil && check(plain) == nil {
		d.Body, d.Warnings = plain, append(d.Warnings, brokenCustom)
	}
	return d, err
}

// warnings are of the properties that a phone has and the template does not ask
// for. A keyword is named as its property is, less the dots.
func (t *ownTemplate) warnings(v *View) (ws []Warning) {
	for _, property := range given(v) {
		if !t.has[strings.ToLower(strings.ReplaceAll(property, ".", ""))] {
			ws = append(ws, Warning{property, "The template of the model does not ask for it"})
		}
	}
	if len(v.Keys) > 0 && !t.has["softkeyfunction"] && !t.has["softkeyvalue"] {
		ws = append(ws, Warning{"softkeys", "The template of the model does not ask for them"})
	}
	return ws
}

// render fills the template in.
func (t *ownTemplate) render(v *View) ([]byte, error) {
	s := &scene{view: v, format: t.format, account: &Account{}, key: &Key{}}
	if len(v.Accounts) > 0 {
		s.account = &v.Accounts[0]
	}
	if !s.play(t.pieces) {
		return nil, &templateError{text: fmt.Sprintf("Configuration template makes more than %d bytes", maxOutput)}
	}
	return []byte(s.out.String()), nil
}

// scene is where rendering is.
type scene struct {
	view    *View
	format  *Format
	account *Account
	key     *Key
	out     strings.Builder
}

// play writes the pieces; it returns false when that becomes too long.
func (s *scene) play(pieces []piece) bool {
	for i := range pieces {
		p := &pieces[i]
		switch {
		case p.loop != nil:
			if !p.loop.each(s, func() bool { return s.play(p.body) }) {
				return false
			}
		case p.word != nil:
			value := p.word.value(s)
			if !p.word.raw {
				value = s.format.escape(value)
			}
			s.out.WriteString(value)
		default:
			s.out.WriteString(p.text)
		}
		if s.out.Len() > maxOutput {
			return false
		}
	}
	return true
}

// CheckTemplate judges a model's own template, by filling it in for a phone that
// has as many keys and handsets as the model allows. Its error is for who wrote
// it.
func CheckTemplate(m *phone.Model) error {
	if m.ConfigurationTmpl == "" {
		return nil
	}
	t, err := parseTemplate(m.ConfigurationTmpl)
	if err == nil {
		_, err = t.render(largest(m))
	}
	if err != nil {
		return &phone.Error{Kind: phone.Invalid, Key: "configurationTemplate", Text: err.Error()}
	}
	return nil
}

// usualKeys is a number of keys for a model whose own is not known.
const usualKeys = 100

// largest is a view with as many keys and handsets as a model can have.
func largest(m *phone.Model) *View {
	v := &View{Model: m, Facts: &noFacts, Phone: &phone.Phone{}, Accounts: make([]Account, max(1, m.Extensions))}
	keys, panel := m.Softkeys, 0
	if keys == 0 { // not known
		keys = usualKeys
	}
	for _, p := range m.SidePanels.Models {
		panel = max(panel, p.Softkeys)
	}
	v.Keys = make([]Key, keys+panel*m.SidePanels.Max)
	return v
}
