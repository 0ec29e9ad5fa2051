package phone

import (
	"slices"
	"testing"
	"time"
)

// edits is another value for every property that a request can set, and whether
// a configuration can hold it.
var edits = map[string]struct {
	body string
	held bool
}{
	"pbxCluster":                   {`{"pbxCluster":1}`, true},
	"sipPhoneModel":                {`{"sipPhoneModel":"bbbbbbbbbbbbbbbbbbbbbbb2"}`, true},
	"extension":                    {`{"extension":null}`, true},
	"macAddress":                   {`{"macAddress":"4EE8A34B56F4"}`, true},
	"serial":                       {`{"serial":"S2"}`, false},
	"product":                      {`{"product":null}`, false},
	"handsetAddress":               {`{"handsetAddress":"0124"}`, true},
	"callWaiting":                  {`{"callWaiting":null}`, true},
	"sidePanel":                    {`{"sidePanel":"D3"}`, true},
	"sidePanelCount":               {`{"sidePanelCount":1}`, true},
	"softkeyConfigurationOnDevice": {`{"softkeyConfigurationOnDevice":false}`, true},
	"softkeyBlfBlindTransfer":      {`{"softkeyBlfBlindTransfer":false}`, true},
	"headsetButton":                {`{"headsetButton":"headset"}`, true},
	"dhsg":                         {`{"dhsg":false}`, true},
	"displayBrightness":            {`{"displayBrightness":14}`, true},
	"displayBrightnessIdle":        {`{"displayBrightnessIdle":1}`, true},
	"displayBackground":            {`{"displayBackground":"https://192.0.2.1/b.png"}`, true},
	"displayFontColor":             {`{"displayFontColor":"LIGHT"}`, true},
	"instanceId":                   {`{"instanceId":"j"}`, false},
	"customConfig":                 {`{"customConfig":"<y/>"}`, true},
	"notes":                        {`{"notes":"another"}`, false},
	"srtp":                         {`{"srtp":"required"}`, true},
	"ip.mode":                      {`{"ip":{"mode":"LOCKED"}}`, false},
	"ip.countries":                 {`{"ip":{"countries":"NO"}}`, false},
	"ip.address":                   {`{"ip":{"address":"192.0.2.2"}}`, false},
	"ringer.volume":                {`{"ringer":{"volume":5}}`, true},
	"ringer.tone":                  {`{"ringer":{"tone":3}}`, true},
	"volume.handset.mic":           {`{"volume":{"handset":{"mic":6}}}`, true},
	"volume.handset.speaker":       {`{"volume":{"handset":{"speaker":6}}}`, true},
	"volume.headset.mic":           {`{"volume":{"headset":{"mic":6}}}`, true},
	"volume.headset.speaker":       {`{"volume":{"headset":{"speaker":6}}}`, true},
	"volume.handsfree.mic":         {`{"volume":{"handsfree":{"mic":6}}}`, true},
	"volume.handsfree.speaker":     {`{"volume":{"handsfree":{"speaker":6}}}`, true},
	"softkeys":                     {`{"softkeys":[{"index":1}]}`, true},
	"codec.hdAudio":                {`{"codec":{"hdAudio":false}}`, true},
	"codec.video":                  {`{"codec":{"video":true}}`, true},
	"network.dhcp":                 {`{"network":{"dhcp":true}}`, true},
	"network.ipAddress":            {`{"network":{"ipAddress":"192.168.1.11"}}`, true},
	"network.subnet":               {`{"network":{"subnet":"255.255.0.0"}}`, true},
	"network.gateway":              {`{"network":{"gateway":"192.168.1.2"}}`, true},
	"network.dns1":                 {`{"network":{"dns1":"192.168.1.2"}}`, true},
	"network.dns2":                 {`{"network":{"dns2":"192.168.1.2"}}`, true},
	"network.vlanId":               {`{"network":{"vlanId":8}}`, true},
	"network.vlanPriority":         {`{"network":{"vlanPriority":6}}`, true},
	"purchaseInfo.orderId":         {`{"purchaseInfo":{"orderId":"1"}}`, false},
	"purchaseInfo.date":            {`{"purchaseInfo":{"date":null}}`, false},
	"purchaseInfo.paymentOption":   {`{"purchaseInfo":{"paymentOption":"NONE"}}`, false},
	"purchaseInfo.sidePanels":      {`{"purchaseInfo":{"sidePanels":null}}`, false},
}

func TestTheConfigurationChangesWithWhatItHolds(t *testing.T) {
	for _, property := range properties {
		edit, ok := edits[property.path]
		if !ok {
			t.Errorf("%s: nobody says whether a configuration holds it", property.path)
			continue
		}
		if got := changedBy(t, edit.body); got != edit.held {
			t.Errorf("%s: changed %v, want %v", property.path, got, edit.held)
		}
	}
}

// changedBy says whether the body changes the configuration of a phone of which
// every property is set.
func changedBy(t *testing.T, body string) bool {
	t.Helper()
	p, err := create(t, world{}, acme, everything)
	if err != nil {
		t.Fatal(err)
	}
	after := p.Clone()
	patch, err := ParsePatch([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if faults := patch.Apply(after); len(faults) > 0 {
		t.Fatalf("%s: %v", body, faults.Err())
	}
	return Change{Before: p, After: after}.ConfigChanged()
}

func TestTheConfigurationStaysWhenNothingChanges(t *testing.T) {
	if changedBy(t, everything) {
		t.Error("the same once more is a change")
	}
	none, empty := &Phone{}, &Phone{Softkeys: []Softkey{}, Purchase: PurchaseInfo{SidePanels: []SidePanel{}}}
	if (Change{Before: none, After: empty}).ConfigChanged() {
		t.Error("an empty list of keys is another one than none")
	}
	old := &Phone{Old: []OldCredentials{{Username: "u", Until: time.Unix(1, 0)}}}
	if (Change{Before: none, After: old}).ConfigChanged() {
		t.Error("old credentials are in the configuration")
	}
}

func TestTheConfigurationChangesWithTheCredentials(t *testing.T) {
	p := &Phone{Username: "u", Password: "p"}
	for _, after := range []*Phone{{Username: "v", Password: "p"}, {Username: "u", Password: "q"}, nil} {
		if !(Change{Before: p, After: after}).ConfigChanged() {
			t.Errorf("not with %v", after)
		}
	}
}

func TestTextsThatWouldBreakAConfiguration(t *testing.T) {
	const line, lines = "Value is invalid, must be a String without control characters", "Value is invalid, must be a String without control characters but line feed and tab"
	const url = "422 displayBackground: Value is invalid, must be an http: or https: URL"
	for body, want := range map[string][]string{
		`"instanceId":"a\nb"`:                     {"422 instanceId: " + line},
		`"serial":"a\u0000"`:                      {"422 serial: " + line},
		`"sidePanel":"\u0085"`:                    {"422 sidePanel: " + line},
		`"handsetAddress":"1\t"`:                  {"422 handsetAddress: Handset address is missing"},
		`"customConfig":"a=1\n\tb=2\r\nc=3"`:      nil,
		`"customConfig":"a=1\rb=2"`:               {"422 customConfig: " + lines},
		`"notes":"a\u001b[0m"`:                    {"422 notes: " + lines},
		`"notes":"æøå ✓"`:                         nil,
		`"displayBackground":"https://a.example"`: nil,
		`"displayBackground":""`:                  nil,
		`"displayBackground":"ftp://a.example/b"`: {url},
		`"displayBackground":"b.png"`:             {url},
		`"displayBackground":7`:                   {"422 displayBackground: Value is invalid, must be a String"},
	} {
		p, err := create(t, world{}, acme, `{`+fine+`,`+body+`}`)
		if got := told(err); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
		if err == nil && p.CustomConfig != "" && p.CustomConfig != "a=1\n\tb=2\nc=3" {
			t.Errorf("kept as %q", p.CustomConfig)
		}
	}
}
