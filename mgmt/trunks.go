package mgmt

import "ringfence/phone"

// trunkBody is what a request may set on a trunk.
type trunkBody struct {
	Number   optional[digits]     `json:"number"`
	Name     optional[string]     `json:"name"`
	Notes    optional[string]     `json:"notes"`
	Numbers  optional[[]string]   `json:"numbers"`
	Language optional[string]     `json:"language"`
	Ringtone optional[int]        `json:"ringtone"`
	Goto     optional[identifier] `json:"goto"`
}

func (s *Server) trunks() resource[phone.Trunk, trunkBody] {
	return resource[phone.Trunk, trunkBody]{
		Server: s, what: "Trunk", plural: "trunks", bounds: bounds{normal: 50, most: 1000}, keep: s.Trunks,
		customer: func(t *phone.Trunk) phone.ID { return t.Customer },
		fresh:    phone.NewTrunk,
		judge:    (*phone.Trunk).Validate,
		apply: func(_ *call, in *trunkBody, t *phone.Trunk) error {
			if in.Number.named {
				t.Number = string(in.Number.value)
			}
			in.Name.into(&t.Name)
			in.Notes.into(&t.Notes)
			if in.Numbers.named {
				t.Numbers = append([]string{}, in.Numbers.value...)
			}
			in.Language.into(&t.Language)
			in.Ringtone.into(&t.Ringtone)
			if in.Goto.named {
				t.Goto = in.Goto.value.id()
			}
			return nil
		},
	}
}
