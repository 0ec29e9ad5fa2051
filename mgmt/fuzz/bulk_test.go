package fuzz_test

import (
	"encoding/json"
	"testing"
)

// report is what a bulk creation answers.
type report struct {
	Created, Failed int
	Lines           []json.RawMessage
}

// FuzzBulk posts what may be a CSV. Whatever it is, the answer is a report that
// adds up, or a refusal, and no internal error.
func FuzzBulk(f *testing.F) {
	for _, body := range []string{
		"macAddress,sipPhoneModel\n000413AA0001,Snom D865\n", "macAddress;notes\r\n;\"a\nb\"\r\n", "\uFEFFnotes\nx", "notes\n\xff",
		"ip.mode,ip.countries\nROAMING,\"DK,SE\"\n", "a\"b\n", "\"", ",\n,", "sidePanelCount,codec.video\n1,TRUE\n", "notes\n\x00\n", "\n\n",
	} {
		f.Add(body)
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body string) {
		rec := w.do("POST", "/pbx/sipphone/bulk?dryRun=1&customer="+string(w.customer), body)
		if rec.Code >= 500 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		var r report
		if err := json.Unmarshal(rec.Body.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", rec.Body, err)
		}
		if rec.Code == 200 && (r.Created+r.Failed != len(r.Lines) || len(r.Lines) == 0) {
			t.Errorf("%s does not add up", rec.Body)
		}
	})
}
