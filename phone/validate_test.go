package phone

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// told lists the faults as "code-word key: text".
func told(err error) []string {
	var e *Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &e):
		return []string{err.Error()}
	}
	list := e.Inner
	if list == nil {
		list = []*Error{e}
	}
	var out []string
	for _, e := range list {
		out = append(out, fmt.Sprintf("%s %s: %s", kindName[e.Kind], e.Key, e.Text))
	}
	return out
}

var kindName = map[Kind]string{Invalid: "422", NotFound: "404", Conflict: "409", Denied: "403", BadRequest: "400", Internal: "500"}

func create(t *testing.T, w world, customer ID, body string) (*Phone, error) {
	t.Helper()
	patch, err := ParsePatch([]byte(body))
	if err != nil {
		return nil, err
	}
	p := New(customer)
	faults := patch.Apply(p)
	return p, append(faults, p.Complete(nil, w)...).Err()
}

func TestWhatIsWrongWithANewPhone(t *testing.T) {
	index := func(i int) *int { return &i }
	taken := &Phone{ID: "1", Customer: acme, Model: desk, MAC: "000413000001"}
	foreignBase := &Phone{ID: "2", Customer: other, Model: base, MAC: "000413000002", HandsetIndex: index(0)}
	first := &Phone{ID: "3", Customer: acme, Model: base, MAC: "000413000003", HandsetIndex: index(0)}
	second := &Phone{ID: "4", Customer: acme, Model: base, MAC: "000413000003", HandsetIndex: index(1)}
	w := world{phones: []*Phone{taken, foreignBase, first, second}}
	const model = `"sipPhoneModel":"` + string(desk) + `","macAddress":"4EE8A34B56F3"`
	const dect = `"sipPhoneModel":"` + string(base) + `","handsetAddress":"0123456789"`

	for name, c := range map[string]struct {
		customer ID
		body     string
		want     []string
	}{
		"nothing":                          {acme, `{` + model + `}`, nil},
		"a cluster that is not there":      {acme, `{` + model + `,"pbxCluster":3}`, []string{"422 pbxCluster: PBX cluster id not valid only 1 or 2 is permitted"}},
		"a cluster that is not a number":   {acme, `{` + model + `,"pbxCluster":"x"}`, []string{"422 pbxCluster: PBX cluster id not valid only 1 or 2 is permitted"}},
		"no model":                         {acme, `{"macAddress":"4EE8A34B56F3"}`, []string{"404 sipPhoneModel: SIP phone model not found or invalid"}},
		"an unknown model":                 {acme, `{"sipPhoneModel":"` + string(acme) + `"}`, []string{"404 sipPhoneModel: SIP phone model not found or invalid"}},
		"a model that is not an id":        {acme, `{"sipPhoneModel":"snom"}`, []string{"404 sipPhoneModel: SIP phone model not found or invalid"}},
		"an extension that is not there":   {acme, `{` + model + `,"extension":"` + string(acme) + `"}`, []string{"404 extension: Extension not found"}},
		"an extension of somebody else":    {acme, `{` + model + `,"extension":"` + string(foreign) + `"}`, []string{"404 extension: Extension not found"}},
		"an extension of its own":          {acme, `{` + model + `,"extension":"` + string(ext200) + `"}`, nil},
		"a customer that is not there":     {"", `{` + model + `}`, []string{"404 customer: Customer not found or not active"}},
		"a customer that is blocked":       {blocked, `{` + model + `}`, []string{"404 customer: Customer not found or not active"}},
		"a MAC address that is too short":  {acme, `{"sipPhoneModel":"` + string(desk) + `","macAddress":"4EE8"}`, []string{"422 macAddress: MAC address is invalid"}},
		"a MAC address that is a number":   {acme, `{"sipPhoneModel":"` + string(desk) + `","macAddress":12}`, []string{"422 macAddress: MAC address is invalid"}},
		"no MAC address to be found by":    {acme, `{"sipPhoneModel":"` + string(desk) + `"}`, []string{"422 macAddress: MAC address is invalid"}},
		"no MAC address where none is due": {acme, `{"sipPhoneModel":"` + string(soft) + `"}`, nil},
		"a MAC address of another phone":   {acme, `{"sipPhoneModel":"` + string(desk) + `","macAddress":"000413000001"}`, []string{"409 macAddress: A phone with the same MAC address already exists"}},
		"a base of another customer":       {acme, `{` + dect + `,"macAddress":"000413000002"}`, []string{"409 macAddress: A phone with the same MAC address already exists"}},
		"a base that is full":              {acme, `{` + dect + `,"macAddress":"000413000003"}`, []string{"403 macAddress: All available slots has been filled, no more SIP phones can share the MAC address"}},
		"a handset without its address":    {acme, `{"sipPhoneModel":"` + string(base) + `","macAddress":"000413000004"}`, []string{"422 handsetAddress: Handset address is missing"}},
		"a Grandstream without its serial": {acme, `{"sipPhoneModel":"` + string(grand) + `","macAddress":"4EE8A34B56F3"}`, []string{"422 serial: Serial number is missing"}},
		"a mode that is none":              {acme, `{` + model + `,"ip":{"mode":"CLOSED"}}`, []string{"422 ip.mode: Mode is invalid"}},
		"a mode that is a number":          {acme, `{` + model + `,"ip":{"mode":1}}`, []string{"422 ip.mode: Mode is invalid"}},
		"a mode that is null":              {acme, `{` + model + `,"ip":{"mode":null}}`, []string{"422 ip.mode: Mode is invalid"}},
		"a country that is none":           {acme, `{` + model + `,"ip":{"mode":"ROAMING","countries":"DK,QQ"}}`, []string{"422 ip.countries: Country code 'QQ' is not valid"}},
		"roaming without a country":        {acme, `{` + model + `,"ip":{"mode":"ROAMING"}}`, []string{"409 ip.mode: ROAMING mode requires countries to be specified"}},
		"roaming in empty countries":       {acme, `{` + model + `,"ip":{"mode":"ROAMING","countries":" , "}}`, []string{"409 ip.mode: ROAMING mode requires countries to be specified"}},
		"an address that is none":          {acme, `{` + model + `,"ip":{"mode":"OPEN","address":"300.1.1.1"}}`, []string{"422 ip.address: IP address is invalid"}},
		"an address nobody comes from":     {acme, `{` + model + `,"ip":{"mode":"LOCKED","address":"0.0.0.0"}}`, []string{"422 ip.address: IP address is invalid"}},
		"locked without an address":        {acme, `{` + model + `,"ip":{"mode":"LOCKED"}}`, []string{"422 ip.address: IP address is invalid"}},
		"locked to an IPv6 address":        {acme, `{` + model + `,"ip":{"mode":"LOCKED","address":"2001:db8::1"}}`, nil},
		"a String for a Boolean":           {acme, `{` + model + `,"callWaiting":"yes"}`, []string{"422 callWaiting: Value is invalid, must be a Boolean"}},
		"a String for an object":           {acme, `{` + model + `,"network":"dhcp"}`, []string{"422 network: Value is invalid, must be an object"}},
		"a deep String for a Boolean":      {acme, `{` + model + `,"network":{"dhcp":"on"}}`, []string{"422 network.dhcp: Value is invalid, must be a Boolean"}},
		"softkeys that are no array":       {acme, `{` + model + `,"softkeys":{}}`, []string{"422 softkeys: Value is invalid, must be an array"}},
		"a softkey with a wrong type":      {acme, `{` + model + `,"softkeys":[{"index":0},{"index":1,"label":7}]}`, []string{"422 softkeys[1].label: Value is invalid, must be a String"}},
		"a VLAN beyond the range":          {acme, `{` + model + `,"network":{"vlanId":4095}}`, []string{"422 network.vlanId: Vlan ID is invalid"}},
		"a brightness beyond the range":    {acme, `{` + model + `,"displayBrightness":16}`, []string{"422 displayBrightness: Value is invalid, must be a Number from 0 to 15"}},
		"a date before all years":          {acme, `{` + model + `,"purchaseInfo":{"date":"0000-01-01T00:00:00+23:59"}}`, []string{"422 purchaseInfo.date: Value is invalid, must be a Date"}},
		"more softkeys than there can be":  {acme, `{` + model + `,"softkeys":[` + strings.Repeat("{},", 1000) + `{}]}`, []string{"422 softkeys: Value is invalid, must be an array of at most 1000"}},
		"a date that is none":              {acme, `{` + model + `,"purchaseInfo":{"date":"soon"}}`, []string{"422 purchaseInfo.date: Value is invalid, must be a Date"}},
		"many things, told in the page's order": {acme, `{"callWaiting":"x","ip":{"mode":"ROAMING","countries":"XX","address":"x"},"macAddress":"x","sipPhoneModel":"x","pbxCluster":9}`, []string{
			"422 pbxCluster: PBX cluster id not valid only 1 or 2 is permitted",
			"404 sipPhoneModel: SIP phone model not found or invalid",
			"422 macAddress: MAC address is invalid",
			"422 ip.countries: Country code 'XX' is not valid",
			"422 ip.address: IP address is invalid",
			"422 callWaiting: Value is invalid, must be a Boolean",
		}},
		"a body that is no object":     {acme, `[]`, []string{"400 bad_request: Body is not a JSON object"}},
		"a body that is null":          {acme, `null`, []string{"400 bad_request: Body is not a JSON object"}},
		"a body that is cut":           {acme, `{"notes":"`, []string{"400 bad_request: Body is not a JSON object"}},
		"a body with something behind": {acme, `{} {}`, []string{"400 bad_request: Body has something after the JSON object"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := create(t, w, c.customer, c.body)
			if got := told(err); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func TestHandsetsTakeTheLowestFreePosition(t *testing.T) {
	one := 1
	w := world{phones: []*Phone{{ID: "1", Customer: acme, Model: base, MAC: "000413000003", HandsetIndex: &one}}}
	p, err := create(t, w, acme, `{"sipPhoneModel":"`+string(base)+`","handsetAddress":"0123456789","macAddress":"000413000003","handsetIndex":7}`)
	if err != nil || p.Handset() != 0 || p.HandsetIndex == nil {
		t.Errorf("position %v, %v; want 0", p.HandsetIndex, err)
	}
}

func TestAPositionThatTheModelDoesNotHaveIsTold(t *testing.T) {
	five := 5
	p := &Phone{ID: "1", Customer: acme, Model: base, MAC: "000413000003", HandsetAddress: "1", HandsetIndex: &five, PBXCluster: 1, IP: Fence{Mode: Open}}
	want := []string{"409 handsetIndex: The SIP phone/device does not have any free positions"}
	before := p.Clone()
	before.Model = "" // of which it had been
	if got := told(p.Complete(before, world{}).Err()); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := told(p.Complete(p.Clone(), world{}).Err()); got != nil {
		t.Errorf("of what it is already: %q", got)
	}
}

func TestPropertiesAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range properties {
		if seen[p.path] {
			t.Errorf("%s stands twice", p.path)
		}
		seen[p.path] = true
	}
	if len(slices.Collect(maps.Keys(seen))) < 45 {
		t.Errorf("only %d properties", len(seen))
	}
}
