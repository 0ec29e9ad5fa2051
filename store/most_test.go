package store

import (
	"fmt"
	"testing"

	"ringfence/phone"
)

func TestACustomerHasOnlySoMany(t *testing.T) {
	s := world(t)
	const birch phone.ID = "bbbbbbbbbbbbbbbbbbbbbbbb"
	must(t)(s.Customers.Create(t.Context(), giving(&phone.Customer{ID: birch, Name: "Birch", State: phone.CustomerActive})))
	for _, c := range []struct {
		what string
		most int
		make func(customer phone.ID, i int) error
	}{
		{"webhooks", mostWebhooks, func(customer phone.ID, _ int) error {
			_, err := s.Webhooks.Create(t.Context(), func(phone.References) (*phone.Webhook, error) { return phone.NewWebhook(customer), nil })
			return err
		}},
		{"switches", mostSwitches, func(customer phone.ID, i int) error {
			_, err := s.Switches.Create(t.Context(), func(phone.References) (*phone.Switch, error) {
				return phone.NewSwitch(customer, fmt.Sprint("SHARED:", i)), nil
			})
			return err
		}},
	} {
		for i := range c.most {
			must(t)(nil, c.make(acme, i))
		}
		if err := c.make(acme, c.most); phone.KindOf(err) != phone.Conflict {
			t.Errorf("%s: of one too many %v is told", c.what, err)
		}
		must(t)(nil, c.make(birch, 0)) // another customer has others
	}
	_, total, err := s.Webhooks.List(t.Context(), phone.Query{Customer: acme})
	must(t)(nil, err)
	equal(t, "webhooks", total, mostWebhooks)
}
