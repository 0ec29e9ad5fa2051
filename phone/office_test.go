package phone

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestProducts(t *testing.T) {
	product := func(change func(*Product)) *Product {
		return changed(changed(NewProduct(acme), func(p *Product) { p.Name = "Phone" }), change)
	}
	day := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	before := day.Add(-time.Second)
	judge(t, []judged{
		{"the smallest", product(func(*Product) {}), nil},
		{"a master product", product(func(p *Product) { p.Customer = "" }), nil},
		{"of a customer that is blocked", product(func(p *Product) { p.Customer = blocked }), []string{"customer: "}},
		{"for one moment", product(func(p *Product) { p.Start, p.End = &day, &day }), nil},
		{"for less", product(func(p *Product) { p.Start, p.End = &day, &before }), []string{"end: End is before start"}},
		{"with all that can be wrong", &Product{
			Customer: nothing, Type: "x", ProductCode: strings.Repeat("c", 129), UnitType: "a\n", Recurrence: "\x00", Cost: new(float64(-1)), Wholesale: new(-math.SmallestNonzeroFloat64), Price: new(float64(-1)),
		}, []string{"customer: ", "name: ", "type: ", "productCode: ", "unitType: ", "recurrence: ", "cost: ", "wholesale: ", "price: "}},
	})
}

func TestSettings(t *testing.T) {
	settings := func(change func(*Settings)) *Settings { return changed(NewSettings(acme), change) }
	cases := []judged{
		{"what nobody has set", settings(func(*Settings) {}), nil},
		{"the longest PIN", settings(func(s *Settings) { s.MasterPinCode = "1234567890" }), nil},
		{"all that can be wrong", &Settings{ID: nothing, DefaultLanguage: "fr", DefaultNumber: "70305052", NationalPrefix: "+"}, []string{
			"defaultLanguage: ", "defaultNumber: ", "nationalPrefix: ", "callerIdNameOutbound: ",
			"recording.mode: ", "recording.quality: ", "recording.retension: ",
		}},
	}
	for _, pin := range []string{"123", "12345678901", "12a4", "12 4", "١٢٣٤"} {
		cases = append(cases, judged{"the PIN " + pin, settings(func(s *Settings) { s.MasterPinCode = pin }), []string{"masterPinCode: "}})
	}
	judge(t, cases)
}

func TestCustomModels(t *testing.T) {
	for _, c := range []struct {
		name  string
		model *Model
		want  []string
	}{
		{"the smallest", changed(NewModel(), func(m *Model) { m.Model = "X" }), nil},
		{"with all that can be wrong", &Model{
			Brand: "SONY", BrandName: strings.Repeat("b", 129), Description: strings.Repeat("d", maxText+1), Extensions: 4001, Softkeys: 501,
			SoftkeyCapabilities: []string{KeyBLF, "blf"}, ConfigurationTmpl: strings.Repeat("t", MaxTemplate+1),
			Ranges:     Ranges{Volume: VolumeRanges{Headset: LevelRanges{Mic: &Range{1, 0}}}},
			SidePanels: PanelSupport{Max: 17, Models: []PanelModel{{Model: "ok"}, {Model: "\n", Softkeys: -1}}},
		}, []string{
			"brand: ", "brandName: ", "model: ", "description: ", "extensions: ", "softkeyCapabilities: ", "configurationTemplate: ",
			"ranges.volume.headset.mic: ", "sidePanels.max: ", "sidePanels.models[1].model: ", "sidePanels.models[1].softkeys: ", "softkeys: ",
		}},
		{"with more panels than there are", changed(NewModel(), func(m *Model) {
			m.Model, m.SidePanels.Models = "X", make([]PanelModel, maxPanels+1)
		}), []string{"sidePanels.models: "}},
	} {
		got := faultsIn(c.model.Validate())
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
	models, err := BuiltInModels()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if err := m.Validate(); err != nil {
			t.Errorf("%s, which comes with the program: %v", m.Model, err)
		}
	}
}

func TestEmployees(t *testing.T) {
	good := Employee{AccessLevel: Manager, State: EmployeeEnabled, EmailAddress: "a@example.com"}
	for _, c := range []struct {
		name   string
		change func(*Employee)
		want   []string
	}{
		{"without a name", func(*Employee) {}, nil},
		{"without anything", func(e *Employee) { *e = Employee{} }, []string{"accessLevel: ", "state: ", "emailAddress: "}},
		{"with a name on two lines", func(e *Employee) { e.Name = "a\nb" }, []string{"name: "}},
		{"with an e-mail address that ends a line", func(e *Employee) { e.EmailAddress = "a@example.com\r\n" }, []string{"emailAddress: "}},
		{"with an e-mail address that is a book", func(e *Employee) { e.EmailAddress = strings.Repeat("a", maxEmail+1) }, []string{"emailAddress: "}},
		{"with the longest e-mail address", func(e *Employee) { e.EmailAddress = strings.Repeat("a", maxEmail) }, nil},
		{"of a level that there is not", func(e *Employee) { e.AccessLevel = "NO_LOGIN" }, []string{"accessLevel: "}},
	} {
		e := good
		c.change(&e)
		if got := faultsIn(e.Faults().Err()); !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCustomers(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Customer)
		want   []string
	}{
		{"with all there is", func(c *Customer) { c.EmailAddress, c.PhoneNumber, c.Notes = "a@example.com", "+45 70 30 50 52", "a\nb" }, nil},
		{"without anything", func(c *Customer) { *c = Customer{} }, []string{"name: ", "state: "}},
		{"of a country that there is not", func(c *Customer) { c.Country = "ZZ" }, []string{"country: "}},
		{"with an e-mail address that ends a line", func(c *Customer) { c.EmailAddress = "a@example.com\n" }, []string{"emailAddress: "}},
		{"with a phone number that is a book", func(c *Customer) { c.PhoneNumber = strings.Repeat("1", maxName+1) }, []string{"phoneNumber: "}},
		{"with notes that are too long", func(c *Customer) { c.Notes = strings.Repeat("n", maxText+1) }, []string{"notes: "}},
	} {
		customer := Customer{Name: "Acme", State: CustomerActive}
		c.change(&customer)
		if got := faultsIn(customer.Validate()); !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
