package fuzz_test

import (
	"encoding/json"
	"testing"
)

// FuzzBody posts bodies to /pbx/sipphone. Whatever they are, the answer is JSON
// and no internal error, and what was stored can be read and written back: an
// update with what is shown changes nothing.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"sipPhoneModel": "000000000000000000010012", "customer": "c00000000000000000000002", "macAddress": "4EE8A34B56F3", "ip": {"mode": "ROAMING", "countries": "dk"}}`,
		`{"sipPhoneModel": "000000000000000000070002", "customer": "c00000000000000000000002", "softkeys": [{"index": 0, "function": "DND"}], "ringer": {"tone": "2"}}`,
		`{"sipPhoneModel": "000000000000000000070002", "customer": "c00000000000000000000002", "ringer": {"tone": 1e400}, "notes": "\u0000\ud800", "network": {"vlanId": "07"}}`,
		`{"sipPhoneModel": "000000000000000000070002", "customer": "c00000000000000000000002", "purchaseInfo": {"date": "2015-01-01-T00:00:00Z"}}`,
		`{"_id": "ffffffffffffffffffffffff"}`, `{"customer": 5}`, `[]`, `null`, `{"ip": {"ip": {}}}`, "\xff",
		`{"sipPhoneModel":"000000000000000000070002","purchaseInfo":{"date":"0000-01-01T00:00:00+23:59"}}`,
	} {
		f.Add([]byte(body))
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		made := post(t, w, "/pbx/sipphone", string(body))
		id, ok := made["_id"].(string)
		if !ok {
			return
		}
		shown, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		again := post(t, w, "/pbx/sipphone/"+id, string(shown))
		if back, err := json.Marshal(again); err != nil || string(back) != string(shown) {
			t.Errorf("updated with what is shown, %s became %s (%v)", shown, back, err)
		}
		if got := w.do("DELETE", "/pbx/sipphone/"+id, ""); got.Code != 200 {
			t.Errorf("delete: %s", got.Body)
		}
	})
}

// post returns the answer, which has to be an object and no internal error.
func post(t *testing.T, w *world, path, body string) map[string]any {
	t.Helper()
	rec := w.do("POST", path, body)
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || rec.Code >= 500 {
		t.Fatalf("%d %s: %v", rec.Code, rec.Body, err)
	}
	return out
}
