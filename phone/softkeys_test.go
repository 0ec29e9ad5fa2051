package phone

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatIsWrongWithSoftkeys(t *testing.T) {
	const plain = `"sipPhoneModel":"` + string(desk) + `","macAddress":"4EE8A34B56F3"`
	const calls = `"sipPhoneModel":"` + string(lobby) + `"`
	const unlinked = `"sipPhoneModel":"` + string(keyed) + `"`
	function := func(i string) string {
		return "422 softkeys[" + i + "].function: Function type is not valid for this phone model"
	}
	outside := func(i string) string { return "422 softkeys[" + i + "].index: Index is outside the valid range" }

	for name, c := range map[string]struct {
		phone, keys string
		want        []string
	}{
		"none":                          {fine, ``, nil},
		"one of each kind":              {fine, `{"index":0,"function":"LINE"},{"index":3,"function":"SAVE"},{"index":1,"function":"PICKUP"},{"index":2,"function":"PRESENCE"}`, nil},
		"an empty one":                  {fine, `{}`, []string{"422 softkeys[0].index: Index is missing", "422 softkeys[0].function: Function is missing"}},
		"an index that is null":         {fine, `{"index":null,"function":"LINE"}`, []string{"422 softkeys[0].index: Index is missing"}},
		"the position in the array":     {fine, `{"index":3,"function":"LINE"},{"function":"LINE"}`, []string{"422 softkeys[1].index: Index is missing"}},
		"an index three times":          {fine, `{"index":2,"function":"LINE"},{"index":2,"function":"LINE"},{"index":2,"function":"LINE"}`, []string{"422 softkeys[1].index: Index is being used by another softkey", "422 softkeys[2].index: Index is being used by another softkey"}},
		"an index below 0":              {fine, `{"index":-1,"function":"LINE"}`, []string{outside("0")}},
		"an index beyond the phone":     {fine, `{"index":4,"function":"LINE"}`, []string{outside("0")}},
		"the last index of a panel":     {fine + `,"sidePanel":"D7"`, `{"index":21,"function":"LINE"}`, nil},
		"an index beyond a panel":       {fine + `,"sidePanel":"D7"`, `{"index":22,"function":"LINE"}`, []string{outside("0")}},
		"an index beyond a small panel": {fine + `,"sidePanel":"D3","sidePanelCount":1`, `{"index":10,"function":"LINE"}`, []string{outside("0")}},
		"the last index of two panels":  {fine + `,"sidePanel":"D7","sidePanelCount":2`, `{"index":39,"function":"LINE"}`, nil},
		"panels of an unknown kind":     {fine + `,"sidePanelCount":2`, `{"index":39,"function":"LINE"}`, nil},
		"a panel that was bought":       {fine + `,"purchaseInfo":{"sidePanels":[{}]}`, `{"index":21,"function":"LINE"}`, nil},
		"a panel that is taken off":     {fine + `,"sidePanel":"D7","sidePanelCount":0`, `{"index":4,"function":"LINE"}`, []string{outside("0")}},
		"keys that nobody has counted":  {plain, `{"index":999,"function":"LINE"}`, nil},
		"more keys than there are":      {plain, `{"index":1000,"function":"LINE"}`, []string{outside("0")}},

		"a function that is none":            {fine, `{"index":0,"function":"DANCE"}`, []string{function("0")}},
		"a function in lower case":           {fine, `{"index":0,"function":"line"}`, []string{function("0")}},
		"a function of other phones":         {fine, `{"index":0,"function":"HOLD"}`, []string{function("0")}},
		"SAVE where it is not listed":        {calls, `{"index":0,"function":"SAVE"}`, []string{function("0")}},
		"a server's function without a way":  {calls, `{"index":0,"function":"PICKUP"}`, []string{function("0")}},
		"any function where none is listed":  {plain, `{"index":0,"function":"DELETE"},{"index":1,"function":"HOLD"}`, nil},
		"no such function where none listed": {plain, `{"index":0,"function":"DANCE"}`, []string{function("0")}},

		"an emergency number":          {fine, `{"index":0,"function":"SPEEDDIAL","value":"112"}`, nil},
		"no number":                    {fine, `{"index":0,"function":"SPEEDDIAL"}`, []string{"422 softkeys[0].value: Not a valid phone number"}},
		"a co-worker":                  {fine, `{"index":0,"function":"BLF","value":"` + strings.ToUpper(string(ext200)) + `"}`, nil},
		"no co-worker":                 {fine, `{"index":0,"function":"BLF"}`, []string{"404 softkeys[0].value: Extension not found"}},
		"a number for a co-worker":     {fine, `{"index":0,"function":"BLF","value":"200"}`, []string{"404 softkeys[0].value: Extension not found"}},
		"somebody else's extension":    {fine, `{"index":0,"function":"BLF","value":"` + string(foreign) + `"}`, []string{"404 softkeys[0].value: Extension not found"}},
		"a URL":                        {fine, `{"index":0,"function":"URL","value":"HTTPS://pbx.example/menu?x=1&n=$remote"}`, nil},
		"no URL":                       {fine, `{"index":0,"function":"URL"}`, []string{"422 softkeys[0].value: URL is invalid, must begin with http: or https:"}},
		"a URL of another scheme":      {fine, `{"index":0,"function":"URL","value":"javascript:alert(1)"}`, []string{"422 softkeys[0].value: URL is invalid, must begin with http: or https:"}},
		"a URL without a host":         {fine, `{"index":0,"function":"URL","value":"http:///menu"}`, []string{"422 softkeys[0].value: URL is invalid, must begin with http: or https:"}},
		"a URL with a blank":           {fine, `{"index":0,"function":"URL","value":"http://a.example/a b"}`, []string{"422 softkeys[0].value: URL is invalid, must begin with http: or https:"}},
		"a URL longer than phones can": {fine, `{"index":0,"function":"URL","value":"http://a.example/` + strings.Repeat("x", 2048) + `"}`, []string{"422 softkeys[0].value: URL is invalid, must begin with http: or https:"}},
		"a group that it controls":     {fine, `{"index":0,"function":"PICKUPGROUP","value":"` + string(team) + `"}`, nil},
		"a group that it is only in":   {fine, `{"index":0,"function":"PICKUPGROUP","value":"` + string(closed) + `"}`, []string{"409 softkeys[0].value: Extension does not have controller rights on group"}},
		"a group without an extension": {unlinked, `{"index":0,"function":"PICKUPGROUP","value":"` + string(team) + `"}`, []string{"409 softkeys[0].value: Extension does not have controller rights on group"}},
		"no group":                     {fine, `{"index":0,"function":"PICKUPGROUP","value":"all"}`, []string{"404 softkeys[0].value: Group not found"}},
		"somebody else's group":        {fine, `{"index":0,"function":"PICKUPGROUP","value":"` + string(foreignTeam) + `"}`, []string{"404 softkeys[0].value: Group not found"}},
		"a queue":                      {fine, `{"index":0,"function":"QUEUE","value":"` + string(support) + `"}`, nil},
		"no queue":                     {fine, `{"index":0,"function":"QUEUE"}`, []string{"404 softkeys[0].value: Queue not found"}},
		"somebody else's queue":        {fine, `{"index":0,"function":"QUEUE","value":"` + string(foreignQueue) + `"}`, []string{"404 softkeys[0].value: Queue not found"}},
		"a switch of the system":       {fine, `{"index":0,"function":"SWITCH","value":"night_Mode-2"}`, nil},
		"a shared switch":              {fine, `{"index":0,"function":"SWITCH","value":"SHARED:night"}`, nil},
		"an employee's own switch":     {fine, `{"index":0,"function":"SWITCH","value":"` + string(nothing) + `:night"}`, nil},
		"a switch of an odd prefix":    {fine, `{"index":0,"function":"SWITCH","value":"MINE:night"}`, []string{"422 softkeys[0].value: Switch name is invalid"}},
		"a switch without a name":      {fine, `{"index":0,"function":"SWITCH"}`, []string{"422 softkeys[0].value: Switch name is invalid"}},
		"a switch of a long name":      {fine, `{"index":0,"function":"SWITCH","value":"` + strings.Repeat("x", 51) + `"}`, []string{"422 softkeys[0].value: Switch name is invalid"}},
		"another phone":                {fine, `{"index":0,"function":"DNDOTHER","value":"` + string(colleague) + `"}`, nil},
		"no other phone":               {fine, `{"index":0,"function":"DNDOTHER"}`, []string{"404 softkeys[0].value: SIP phone not found"}},
		"somebody else's phone":        {fine, `{"index":0,"function":"DNDOTHER","value":"` + string(foreignPhone) + `"}`, []string{"404 softkeys[0].value: SIP phone not found"}},
		"a value of no use":            {fine, `{"index":0,"function":"LINE","value":"x"}`, nil},
		"a value that breaks the line": {fine, `{"index":0,"function":"LINE","value":"x\ny"}`, []string{"422 softkeys[0].value: Value is invalid, must be a String without control characters"}},
		"a label that breaks the line": {fine, `{"index":0,"function":"LINE","label":"x\u2028y"}`, []string{"422 softkeys[0].label: Value is invalid, must be a String without control characters"}},
		"a label that nobody can read": {fine, `{"index":0,"function":"LINE","label":"` + strings.Repeat("x", 129) + `"}`, []string{"422 softkeys[0].label: Value is invalid, must be a String of at most 128 bytes"}},
		"a key of an unknown model":    {`"sipPhoneModel":"` + string(nothing) + `"`, `{"index":0,"function":"BLF"},{"index":1,"function":"HOLD"}`, []string{"404 sipPhoneModel: SIP phone model not found or invalid", "404 softkeys[0].value: Extension not found"}},
		"many things, in the page's order": {fine, `{"index":9,"function":"QUEUE"},{"function":"SWITCH"},{"index":0,"function":"BLF"},{"index":0}`, []string{
			"422 softkeys[1].index: Index is missing",
			"422 softkeys[3].index: Index is being used by another softkey",
			"422 softkeys[3].function: Function is missing",
			"404 softkeys[2].value: Extension not found",
			"404 softkeys[0].value: Queue not found",
			outside("0"),
			"422 softkeys[1].value: Switch name is invalid",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := create(t, world{}, acme, `{`+c.phone+`,"softkeys":[`+c.keys+`]}`)
			if got := told(err); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func TestEveryFunctionIsPossibleSomewhere(t *testing.T) {
	for _, function := range keyFunctions {
		if !(&Model{}).canDo(function) {
			t.Errorf("%s is possible nowhere", function)
		}
	}
	for _, carrier := range carriers {
		m := &Model{SoftkeyCapabilities: []string{carrier}}
		for _, function := range serverFunctions {
			if !m.canDo(function) {
				t.Errorf("%s does not carry %s", carrier, function)
			}
		}
		if m.canDo(KeyHold) {
			t.Errorf("%s carries HOLD", carrier)
		}
	}
}

func TestValuesOfKeysHaveOneForm(t *testing.T) {
	p, err := create(t, world{}, acme, `{`+fine+`,"softkeys":[{"index":0,"function":"SPEEDDIAL","value":"+45 70 30-50.52"},{"index":1,"function":"BLF","value":"`+strings.ToUpper(string(ext200))+`"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if p.Softkeys[0].Value != "+4570305052" || p.Softkeys[1].Value != string(ext200) {
		t.Errorf("kept as %+v", p.Softkeys)
	}
}

// stands is a phone whose key names a group that is gone and is beyond what the
// model has: both were in order once.
func stands() *Phone {
	far := 30
	return &Phone{
		ID: "1", Customer: acme, Model: keyed, MAC: "4EE8A34B56F3", PBXCluster: Production, IP: Fence{Mode: Open}, Extension: ext200,
		Softkeys: []Softkey{{Index: &far, Function: KeyPickupGroup, Value: string(nothing)}},
	}
}

func TestKeysAreJudgedWhenTheyAreTouched(t *testing.T) {
	const gone, far = "404 softkeys[0].value: Group not found", "422 softkeys[0].index: Index is outside the valid range"
	for body, want := range map[string][]string{
		`{"notes":"a note"}`:                        nil,
		`{"extension":"` + string(ext200) + `"}`:    nil, // as it was
		`{"sipPhoneModel":"` + string(keyed) + `"}`: nil, // as it was
		`{"softkeys":[{"index":30,"function":"PICKUPGROUP","value":"` + string(nothing) + `"}]}`: nil, // as they were
		`{"softkeys":null}`:                        nil,
		`{"extension":null}`:                       {gone},
		`{"sidePanelCount":1}`:                     {far},
		`{"sidePanel":"D3","sidePanelCount":2}`:    {far},
		`{"sipPhoneModel":"` + string(desk) + `"}`: {gone}, // whose keys are not known
		`{"softkeys":[{"index":30,"function":"PICKUPGROUP","value":"` + string(nothing) + `","label":"x"}]}`: {gone, far},
	} {
		if got := told(update(t, world{}, stands(), body)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// update applies a body to a phone as a request does.
func update(t *testing.T, w world, p *Phone, body string) error {
	t.Helper()
	patch, err := ParsePatch([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	before := p.Clone()
	faults := patch.Apply(p)
	return append(faults, p.Complete(before, w)...).Err()
}
