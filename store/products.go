package store

import "ringfence/phone"

func (s *Store) products() kind[phone.Product] {
	return kind[phone.Product]{
		name: "Product", entity: "product", table: "products", owner: "customer", common: true, order: "name COLLATE NOCASE, id",
		id:       func(p *phone.Product) *phone.ID { return &p.ID },
		customer: func(p *phone.Product) *phone.ID { return &p.Customer },
		usedAs:   usedProduct,
		search:   "name || ' ' || coalesce(document ->> '$.productCode', '')",
		sorts:    map[string][]string{"_id": {"id"}, "name": {"name COLLATE NOCASE"}},
	}
}

// usedProduct is how a product is written down as used. Nobody looks up what a
// phone names as its product: were it the bare id, it could be that of anybody's
// extension, which could then not be deleted.
func usedProduct(id phone.ID) phone.ID { return "product " + id }
