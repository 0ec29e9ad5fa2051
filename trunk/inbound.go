package trunk

import (
	"cmp"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// Inbound is a call that comes in on a line.
type Inbound struct {
	Line   *phone.Trunk // by which it comes
	Trunk  *phone.Trunk // whose number is called, the line itself or one that it serves; nil: nobody's, which is 404
	Number string       // that is called, in E.164 where it can be read so
	Goto   phone.ID     // where the trunk's calls go; "" is nowhere
	Caller Caller
}

// Caller is who calls, as one side tells the other.
type Caller struct {
	Number  string // E.164 where it can be read so; "" is not known
	Name    string
	Private bool // not to be shown to who is called
}

// Inbound says whether a call comes in on a line: from an address where one is
// registered, or that its settings name. Whose it is says the number.
func (l *Lines) Inbound(req *sip.Request, f sip.Flow) (*Inbound, bool) {
	lines := l.callers(f)
	if len(lines) == 0 {
		return nil, false
	}
	users, d := called(req), l.book.Load()
	for _, one := range lines {
		if in := l.dialled(one, d, users); in != nil {
			in.Caller = l.caller(one, req)
			return in, true
		}
	}
	one := accountOf(lines, users[0])
	t := one.trunk.Load()
	in := &Inbound{Line: t.Trunk, Number: l.readNumber(t.Trunk, users), Caller: l.caller(one, req)}
	if t.Goto != "" && !t.Shared && len(t.Customers) == 0 { // nobody else's call
		in.Trunk, in.Goto = t.Trunk, t.Goto
	}
	return in, true
}

// dialled finds the number among those of the trunks that a line serves, nil
// when there is none.
func (l *Lines) dialled(one *line, d *directory, users []string) *Inbound {
	t := one.trunk.Load()
	plan := l.Book.DialPlan(t.Customer)
	for _, user := range users {
		for number := range plan.World(user) {
			whose := d.numbers[number]
			if whose == nil {
				continue
			}
			if c := l.Book.Customer(whose.Customer); c == nil || !t.Serves(c) {
				continue
			}
			return &Inbound{Line: t.Trunk, Trunk: whose, Number: number, Goto: whose.Goto}
		}
	}
	return nil
}

// accountOf finds the line whose account a call goes to; the first for none.
func accountOf(lines []*line, user string) *line {
	for _, one := range lines {
		if one.sip.Username != "" && one.sip.Username == user {
			return one
		}
	}
	return lines[0]
}

// readNumber is the likeliest reading of the number that nobody has here.
func (l *Lines) readNumber(t *phone.Trunk, users []string) string {
	plan, last := l.Book.DialPlan(t.Customer), ""
	for _, user := range users {
		if user == t.SIP.Username {
			continue
		}
		for number := range plan.World(user) {
			return number
		}
		last = cmp.Or(last, user)
	}
	return last
}

// caller believes the line: what it asserts (RFC 3325), or says in the older
// Remote-Party-ID, goes before From.
func (l *Lines) caller(one *line, req *sip.Request) Caller {
	c := Caller{Private: sip.Anonymous(req)}
	if from := req.From(); from != nil {
		c.Name, c.Number = from.DisplayName, userOf(from.Address.String())
		if strings.EqualFold(c.Number, "anonymous") || strings.HasSuffix(strings.ToLower(from.Address.Host), "anonymous.invalid") {
			c = Caller{Private: true}
		}
	}
	for _, a := range sip.Callers(req) {
		if user := userOf(a.URI.String()); user != "" {
			c.Number, c.Name = user, cmp.Or(a.Name, c.Name)
			break
		}
	}
	for number := range l.Book.DialPlan(one.trunk.Load().Customer).World(c.Number) {
		c.Number = number
		break
	}
	c.Name = clean(c.Name)
	return c
}

// maxShown bounds a name that is shown, in bytes.
const maxShown = 128

// clean is a name without what would not be shown, or would break a header.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == 0xfffd {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ReplaceAll(name, `\"`, `"`), `\\`, `\`))
	if len(name) > maxShown {
		name = strings.ToValidUTF8(name[:maxShown], "")
	}
	return strings.TrimSpace(name)
}
