package mgmt

import "ringfence/phone"

// groupBody is what a request may set on a group.
type groupBody struct {
	Number      optional[digits]       `json:"number"`
	Name        optional[string]       `json:"name"`
	Notes       optional[string]       `json:"notes"`
	Members     optional[[]identifier] `json:"members"`
	Controllers optional[[]identifier] `json:"controllers"`
	Pickup      optional[truth]        `json:"pickup"`
	Steal       optional[bool]         `json:"steal"`
	Spy         optional[bool]         `json:"spy"`
	SetPresence optional[bool]         `json:"setPresence"`
	QueueMember optional[bool]         `json:"queueMember"`
}

func (s *Server) groups() resource[phone.Group, groupBody] {
	return resource[phone.Group, groupBody]{
		Server: s, what: "Group", plural: "groups", bounds: bounds{normal: 50, most: 1000}, keep: s.Groups,
		customer: func(g *phone.Group) phone.ID { return g.Customer },
		fresh:    phone.NewGroup,
		judge:    (*phone.Group).Validate,
		apply: func(_ *call, in *groupBody, g *phone.Group) error {
			if in.Number.named {
				g.Number = string(in.Number.value)
			}
			in.Name.into(&g.Name)
			in.Notes.into(&g.Notes)
			if in.Members.named {
				g.Members = each(in.Members.value, identifier.id)
			}
			if in.Controllers.named {
				g.Controllers = each(in.Controllers.value, identifier.id)
			}
			if in.Pickup.named {
				g.Pickup = bool(in.Pickup.value)
			}
			in.Steal.into(&g.Steal)
			in.Spy.into(&g.Spy)
			in.SetPresence.into(&g.SetPresence)
			in.QueueMember.into(&g.QueueMember)
			return nil
		},
	}
}
