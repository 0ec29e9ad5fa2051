package phone

import (
	"slices"
	"strings"
	"time"
)

// Product is what is sold: a kind of phone, an extension, a rate plan. It is
// for the external economic system: nothing here depends on it.
type Product struct {
	ID          ID         `json:"_id"`
	Customer    ID         `json:"customer"` // whose it is, a reseller's or a customer's; null for a master product
	Type        string     `json:"type"`
	ProductCode string     `json:"productCode,omitempty"`
	Name        string     `json:"name"`
	UnitType    string     `json:"unitType,omitempty"`
	Recurrence  string     `json:"recurrence,omitempty"`
	Start       *time.Time `json:"start,omitempty"`
	End         *time.Time `json:"end,omitempty"`
	Cost        *float64   `json:"cost,omitempty"`
	Wholesale   *float64   `json:"wholesale,omitempty"`
	Price       *float64   `json:"price,omitempty"`
}

var productTypes = []string{
	"SIP_RATEPLAN", "MVNO_RATEPLAN", "DSL", "FIBER", "NUMBER_RENT", "DNS", "PBX_EXTENSION", "PBX_SIP_PHONE",
	"PBX_USER", "MVNO_DATA_TOP_UP", "EXTERNAL_LICENSE", "MVNO_ROW_ROAMING", "OTHER",
}

// NewProduct is a product of no name yet.
func NewProduct(customer ID) *Product { return &Product{Customer: customer, Type: "PBX_SIP_PHONE"} }

// Validate judges the product.
func (p *Product) Validate(refs References) error {
	var fs Faults
	if p.Customer != "" {
		fs = customerFaults(p.ID, p.Customer, refs)
	}
	fs = append(fs, nameFaults(p.Name)...)
	if !slices.Contains(productTypes, p.Type) {
		fs = append(fs, unlisted("type", mustBe("one of "+strings.Join(productTypes, ", "))))
	}
	for _, word := range []struct{ key, value string }{
		{"productCode", p.ProductCode}, {"unitType", p.UnitType}, {"recurrence", p.Recurrence},
	} {
		fs = append(fs, lineFaults(word.key, word.value, maxName)...)
	}
	for _, amount := range []struct {
		key   string
		value *float64
	}{{"cost", p.Cost}, {"wholesale", p.Wholesale}, {"price", p.Price}} {
		if amount.value != nil && *amount.value < 0 {
			fs = append(fs, unlisted(amount.key, mustBe("a Number of at least 0")))
		}
	}
	if p.Start != nil && p.End != nil && p.End.Before(*p.Start) {
		fs = append(fs, unlisted("end", "End is before start"))
	}
	return fs.Err()
}
