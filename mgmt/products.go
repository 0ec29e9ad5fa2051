package mgmt

import (
	"encoding/json"
	"errors"
	"time"

	"ringfence/phone"
)

// productBody is what a request may set on a product.
type productBody struct {
	Type        optional[string]   `json:"type"`
	ProductCode optional[string]   `json:"productCode"`
	Name        optional[string]   `json:"name"`
	UnitType    optional[string]   `json:"unitType"`
	Recurrence  optional[string]   `json:"recurrence"`
	Start       optional[date]     `json:"start"`
	End         optional[date]     `json:"end"`
	Cost        optional[*float64] `json:"cost"`
	Wholesale   optional[*float64] `json:"wholesale"`
	Price       optional[*float64] `json:"price"`
}

func (s *Server) products() resource[phone.Product, productBody] {
	return resource[phone.Product, productBody]{
		Server: s, what: "Product", plural: "products", bounds: bounds{normal: 100, most: 500}, keep: s.Products,
		customer: func(p *phone.Product) phone.ID { return p.Customer },
		common:   true, // a master product is for all
		guard:    mayPrice,
		fresh:    phone.NewProduct,
		judge:    (*phone.Product).Validate,
		seen:     seenProduct,
		apply: func(c *call, in *productBody, p *phone.Product) error {
			if err := mayPrice(c, p); err != nil {
				return err
			}
			in.Type.into(&p.Type)
			in.ProductCode.into(&p.ProductCode)
			in.Name.into(&p.Name)
			in.UnitType.into(&p.UnitType)
			in.Recurrence.into(&p.Recurrence)
			if in.Start.named {
				p.Start = in.Start.value.Time
			}
			if in.End.named {
				p.End = in.End.value.Time
			}
			in.Cost.into(&p.Cost)
			in.Wholesale.into(&p.Wholesale)
			in.Price.into(&p.Price)
			return nil
		},
	}
}

// costsSeen is who sees what a product costs those who sell it.
const costsSeen = phone.Reseller

func seenProduct(c caller, p *phone.Product) *phone.Product {
	if c.level.AtLeast(costsSeen) {
		return p
	}
	shown := *p
	shown.Cost, shown.Wholesale = nil, nil
	return &shown
}

// mayPrice refuses to touch a master product, which is everybody's.
func mayPrice(c *call, p *phone.Product) error {
	if p.Customer == "" && !c.caller.level.AtLeast(phone.Admin) {
		return phone.Fault(phone.LevelTooLow)
	}
	return nil
}

// date is a Date in a body, nil for null.
type date struct{ *time.Time }

// UnmarshalJSON reads null or a string.
func (d *date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil {
		return err
	}
	t, ok := phone.ParseDate(*s)
	if !ok {
		return errors.New("not a Date")
	}
	d.Time = &t
	return nil
}
