package phone

import (
	"encoding/json"
	"reflect"
	"testing"
)

// every property of the API page's request table, with a value of its own.
const everything = `{
  "pbxCluster": 2, "sipPhoneModel": "BBBBBBBBBBBBBBBBBBBBBBB1", "extension": "ccccccccccccccccccccccc1", "macAddress": "4ee8a34b56f3",
  "serial": "S1", "product": "1234567890ABCDEF12345678", "handsetAddress": "0123", "callWaiting": false, "sidePanel": "D7", "sidePanelCount": 2,
  "softkeyConfigurationOnDevice": true, "softkeyBlfBlindTransfer": true, "headsetButton": "speaker-headset", "dhsg": true,
  "displayBrightness": 15, "displayBrightnessIdle": 0, "displayBackground": "http://192.0.2.1/b.png", "displayFontColor": "DARK",
  "instanceId": "i", "customConfig": "<x/>", "notes": "A note about the phone",
  "ip": {"mode": "ROAMING", "countries": "dk, se", "address": "::ffff:192.0.2.1"},
  "ringer": {"volume": 4, "tone": 2},
  "volume": {"handset": {"mic": 5, "speaker": 7}, "headset": {"mic": 5, "speaker": 7}, "handsfree": {"mic": 3, "speaker": 4}},
  "softkeys": [{"index": 0, "function": "SPEEDDIAL", "value": "112", "label": "Emergency"}],
  "codec": {"hdAudio": true, "video": false},
  "network": {"dhcp": false, "ipAddress": "192.168.1.10", "subnet": "255.255.255.0", "gateway": "192.168.1.1", "dns1": "192.168.1.1", "dns2": "8.8.8.8", "vlanId": "7", "vlanPriority": 5},
  "purchaseInfo": {"orderId": "729291", "date": "2020-01-30T00:00:00Z", "paymentOption": "BOUGHT",
    "sidePanels": [{"serial": "1234", "paymentOption": "RENTED", "date": "2015-01-01-T00:00:00Z", "orderId": "1234678", "product": "1234567890ABCDEF12345678"}]}
}`

// the same as the API shows it: one form for each value.
const shown = `{
  "_id": null, "customer": "aaaaaaaaaaaaaaaaaaaaaaa1", "username": "", "password": "",
  "pbxCluster": 2, "sipPhoneModel": "bbbbbbbbbbbbbbbbbbbbbbb1", "extension": "ccccccccccccccccccccccc1", "macAddress": "4EE8A34B56F3",
  "serial": "S1", "product": "1234567890abcdef12345678", "handsetAddress": "0123", "callWaiting": false, "sidePanel": "D7", "sidePanelCount": 2,
  "softkeyConfigurationOnDevice": true, "softkeyBlfBlindTransfer": true, "headsetButton": "speaker-headset", "dhsg": true,
  "displayBrightness": 15, "displayBrightnessIdle": 0, "displayBackground": "http://192.0.2.1/b.png", "displayFontColor": "DARK",
  "instanceId": "i", "customConfig": "<x/>", "notes": "A note about the phone",
  "ip": {"mode": "ROAMING", "countries": "DK,SE", "address": "192.0.2.1"},
  "ringer": {"volume": 4, "tone": 2},
  "volume": {"handset": {"mic": 5, "speaker": 7}, "headset": {"mic": 5, "speaker": 7}, "handsfree": {"mic": 3, "speaker": 4}},
  "softkeys": [{"index": 0, "function": "SPEEDDIAL", "value": "112", "label": "Emergency"}],
  "codec": {"hdAudio": true, "video": false},
  "network": {"dhcp": false, "ipAddress": "192.168.1.10", "subnet": "255.255.255.0", "gateway": "192.168.1.1", "dns1": "192.168.1.1", "dns2": "8.8.8.8", "vlanId": 7, "vlanPriority": 5},
  "purchaseInfo": {"orderId": "729291", "date": "2020-01-30T00:00:00Z", "paymentOption": "BOUGHT",
    "sidePanels": [{"serial": "1234", "paymentOption": "RENTED", "date": "2015-01-01T00:00:00Z", "orderId": "1234678", "product": "1234567890abcdef12345678"}]}
}`

func TestEveryPropertyIsTakenAndShown(t *testing.T) {
	p, err := create(t, world{}, acme, everything)
	if err != nil {
		t.Fatal(err)
	}
	if got := tree(t, marshal(t, p)); !reflect.DeepEqual(got, tree(t, []byte(shown))) {
		t.Errorf("shown as\n%s", marshal(t, p))
	}
	var back Phone
	if err := json.Unmarshal(marshal(t, p), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, p) {
		t.Errorf("read back as\n%+v, was\n%+v", back, *p)
	}
}

func TestAPatchChangesOnlyWhatItNames(t *testing.T) {
	p, err := create(t, world{}, acme, everything)
	if err != nil {
		t.Fatal(err)
	}
	before := p.Clone()
	patch, err := ParsePatch([]byte(`{"ringer":{"tone":"5f5f5f5f5f5f5f5f5f5f5f5f"},"handsetIndex":3,"username":"x","unknown":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if faults := patch.Apply(p); len(faults) > 0 {
		t.Fatal(faults.Err())
	}
	before.Ringer.Tone = "5f5f5f5f5f5f5f5f5f5f5f5f"
	if !reflect.DeepEqual(p, before) {
		t.Errorf("now %+v, want %+v", *p, *before)
	}
}

func TestNullClearsAPropertyAndAGroup(t *testing.T) {
	p, err := create(t, world{}, acme, everything)
	if err != nil {
		t.Fatal(err)
	}
	patch, err := ParsePatch([]byte(`{"notes":null,"callWaiting":null,"softkeys":null,"volume":null,"extension":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if faults := patch.Apply(p); len(faults) > 0 {
		t.Fatal(faults.Err())
	}
	if p.Notes != "" || p.CallWaiting != nil || p.Softkeys != nil || p.Volume != (Volume{}) || p.Extension != "" {
		t.Errorf("not cleared: %+v", *p)
	}
	if p.Ringer.Volume == nil {
		t.Error("ringer was cleared too")
	}
}

func FuzzPatch(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(`{"ip":null,"softkeys":[null,1,{}],"ringer":{"tone":-1}}`))
	f.Add([]byte(`{` + fine + `,"softkeys":[{"index":1,"function":"SPEEDDIAL","value":"+45 70"}],"network":{"dhcp":false,"subnet":"255.0.0.0"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		patch, err := ParsePatch(body)
		if err != nil {
			return
		}
		p := New(acme)
		if patch.Apply(p); p.Complete(nil, world{}).Err() == nil && !json.Valid(marshal(t, p)) {
			t.Error("a phone that is not JSON")
		}
	})
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tree(t *testing.T, b []byte) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
