package mgmt

import (
	"slices"

	"ringfence/phone"
)

// lineWritten is who may say where calls leave, what they log in with, cost and
// are limited to: whoever pays for them. They say which numbers are whose, too:
// else anybody could take those that nobody has here, and their calls.
const lineWritten = phone.Reseller

// maxRateTokens are those of as many rates as a trunk may have, and of what else
// it has.
const maxRateTokens = 150_000

// trunkBody is what a request may set on a trunk.
type trunkBody struct {
	Number   optional[digits]     `json:"number"`
	Name     optional[string]     `json:"name"`
	Notes    optional[string]     `json:"notes"`
	Numbers  optional[[]string]   `json:"numbers"`
	Language optional[string]     `json:"language"`
	Ringtone optional[*int]       `json:"ringtone"`
	Goto     optional[identifier] `json:"goto"`

	SIP       part[trunkSIPBody]          `json:"sip"`
	Outbound  part[trunkOutBody]          `json:"outbound"`
	Limits    part[callLimitsBody]        `json:"limits"`
	Rates     optional[[]phone.TrunkRate] `json:"rates" most:"1048576"`
	Shared    optional[bool]              `json:"shared"`
	Customers optional[[]identifier]      `json:"customers"`
}

type trunkSIPBody struct {
	Host         optional[string]   `json:"host"`
	Port         optional[int]      `json:"port"`
	Transport    optional[string]   `json:"transport"`
	Username     optional[string]   `json:"username"`
	AuthUsername optional[string]   `json:"authUsername"`
	Password     optional[string]   `json:"password"`
	Register     optional[bool]     `json:"register"`
	Expires      optional[int]      `json:"expires"`
	Addresses    optional[[]string] `json:"addresses"`
	FromDomain   optional[string]   `json:"fromDomain"`
	CallerID     optional[string]   `json:"callerId"`
	SRTP         optional[string]   `json:"srtp"`
	Probe        optional[int]      `json:"probe"`
}

type trunkOutBody struct {
	Enabled  optional[bool]                 `json:"enabled"`
	Patterns optional[[]phone.TrunkPattern] `json:"patterns" most:"262144"`
}

type callLimitsBody struct {
	Calls          optional[int] `json:"calls"`
	CallsPerSecond optional[int] `json:"callsPerSecond"`
}

// trunkView is a trunk as the API shows it: the object, and how its line is.
type trunkView struct {
	*phone.Trunk
	Status *phone.TrunkStatus `json:"status,omitempty"` // none without a line
}

func (s *Server) trunks() resource[phone.Trunk, trunkBody] {
	return resource[phone.Trunk, trunkBody]{
		Server: s, what: "Trunk", plural: "trunks", bounds: bounds{normal: 50, most: 1000}, keep: s.Trunks,
		parts:    maxRateTokens,
		customer: func(t *phone.Trunk) phone.ID { return t.Customer },
		fresh:    phone.NewTrunk,
		judge:    (*phone.Trunk).Validate,
		seen:     seenTrunk,
		show:     func(_ *call, t *phone.Trunk) any { return s.viewTrunk(t) },
		apply: func(c *call, in *trunkBody, t *phone.Trunk) error {
			if (in.namesLine() || in.claims(t)) && !c.caller.level.AtLeast(lineWritten) {
				return phone.Fault(phone.LevelTooLow)
			}
			in.apply(t)
			return s.applyLine(c.caller, in, t)
		},
	}
}

func (in *trunkBody) apply(t *phone.Trunk) {
	if in.Number.named {
		t.Number = string(in.Number.value)
	}
	in.Name.into(&t.Name)
	in.Notes.into(&t.Notes)
	if in.Numbers.named {
		t.Numbers = append([]string{}, in.Numbers.value...)
	}
	in.Language.into(&t.Language)
	switch {
	case in.Ringtone.value != nil:
		t.Ringtone = *in.Ringtone.value
	case in.Ringtone.named: // null is none, and 0 would be silence
		t.Ringtone = phone.OwnRingtone
	}
	if in.Goto.named {
		t.Goto = in.Goto.value.id()
	}
}

// applyLine sets what not everybody may.
func (s *Server) applyLine(c caller, in *trunkBody, t *phone.Trunk) error {
	if !in.namesLine() {
		return nil
	}
	in.SIP.value.apply(&t.SIP)
	in.Outbound.value.Enabled.into(&t.Outbound.Enabled)
	in.Outbound.value.Patterns.into(&t.Outbound.Patterns)
	in.Limits.value.apply(&t.Limits)
	in.Rates.into(&t.Rates)
	in.Shared.into(&t.Shared)
	if in.Customers.named {
		return s.share(c, each(in.Customers.value, identifier.id), t)
	}
	return nil
}

func (in *trunkBody) namesLine() bool {
	return in.SIP.named || in.Outbound.named || in.Limits.named || in.Rates.named || in.Shared.named || in.Customers.named
}

// claims says whether a number is asked for that the trunk does not have.
func (in *trunkBody) claims(t *phone.Trunk) bool {
	return slices.ContainsFunc(in.Numbers.value, func(n string) bool { return !slices.Contains(t.Numbers, n) })
}

// share lets others use the trunk: a reseller its own customers, who are left as
// they are where somebody above has named others.
func (s *Server) share(c caller, with []phone.ID, t *phone.Trunk) error {
	for _, id := range with {
		if !slices.Contains(t.Customers, id) && s.Book.Customer(id) != nil {
			if err := s.own(c, id); err != nil {
				return err
			}
		}
	}
	t.Customers = with
	return nil
}

func (b *trunkSIPBody) apply(to *phone.TrunkSIP) {
	host := to.Host
	b.Host.into(&to.Host)
	b.Port.into(&to.Port)
	b.Transport.into(&to.Transport)
	b.Username.into(&to.Username)
	b.AuthUsername.into(&to.AuthUsername)
	if to.Host != host { // a password is not for whoever the line is turned to
		to.Password = ""
	}
	b.Password.into(&to.Password)
	b.Register.into(&to.Register)
	b.Expires.into(&to.Expires)
	b.Addresses.into(&to.Addresses)
	b.FromDomain.into(&to.FromDomain)
	b.CallerID.into(&to.CallerID)
	b.SRTP.into(&to.SRTP)
	b.Probe.into(&to.Probe)
}

func (b callLimitsBody) apply(to *phone.CallLimits) {
	b.Calls.into(&to.Calls)
	b.CallsPerSecond.into(&to.CallsPerSecond)
}

// seenTrunk is a trunk less what the caller may not see: who else uses it, and
// what calls cost whoever pays for them.
func seenTrunk(c caller, t *phone.Trunk) *phone.Trunk {
	if c.level.AtLeast(lineWritten) {
		return t
	}
	less := *t
	less.Customers, less.Rates = nil, nil
	return &less
}

func (s *Server) viewTrunk(t *phone.Trunk) trunkView {
	view := trunkView{Trunk: t}
	if s.TrunkStatus != nil {
		if status, ok := s.TrunkStatus(t.ID); ok {
			view.Status = &status
		}
	}
	return view
}
