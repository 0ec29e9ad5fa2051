package phone

import "testing"

func TestNumbersThatAKeyCanDial(t *testing.T) {
	for _, c := range []struct {
		number, country string
		want            string // as it is dialled, "" when it is refused
	}{
		{"1", "", "1"},
		{"112", "DK", "112"},
		{"200", "DK", "200"},
		{"1234567", "DK", "1234567"}, // an extension may have as many digits
		{"*8", "DK", "*8"},
		{"*21*200#", "DK", "*21*200#"},
		{"##", "DK", ""}, // dials nothing
		{"*12345678", "DK", ""},
		{"+112", "DK", ""},
		{"70 30 50 52", "DK", "70305052"},
		{"(70) 30-50.52", "DK", "70305052"},
		{"123456789", "DK", ""},
		{"70305052", "DE", "70305052"},
		{"0170 1234567", "DE", "01701234567"},
		{"+4570305052", "DK", "+4570305052"},
		{"+45 70 30 50 52", "", "+4570305052"},
		{"004570305052", "DK", "004570305052"},
		{"004570305052", "US", "004570305052"},
		{"004570305052", "", "004570305052"},
		{"+45703050521", "", ""},
		{"+99970305052", "", ""}, // no country has 999
		{"00999703050521234", "", ""},
		{"12345678", "", "12345678"},
		{"123456789012345", "", "123456789012345"},
		{"1234567890123456", "", ""},
		{"12345678", "AQ", "12345678"}, // of whose numbers nothing is known
		{"", "DK", ""},
		{" ", "DK", ""},
		{"+", "DK", ""},
		{"++4570305052", "DK", ""},
		{"45+70305052", "DK", ""},
		{"bob", "DK", ""},
		{"1-800-FLOWERS", "US", ""},
		{"7030x5052", "DK", ""},
		{"tel:+4570305052", "DK", ""},
		{"+4570305052;ext=1", "DK", ""},
		{"112\n113", "DK", ""},
		{"٧٠٣٠٥٠٥٢", "DK", ""}, // phones dial ASCII
	} {
		got, ok := dialled(c.number, c.country)
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%q in %q is dialled as %q, want %q", c.number, c.country, got, c.want)
		}
	}
}

func TestACustomersCountry(t *testing.T) {
	for country, want := range map[string]string{
		"": "", "DK": "",
		"XX": "country: Country code 'XX' is not valid",
		"dk": "country: Country code 'dk' is not valid",
	} {
		err := (&Customer{Name: "Acme", State: CustomerActive, Country: country}).Validate()
		if got := errorText(err); got != want {
			t.Errorf("%q: %q, want %q", country, got, want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
