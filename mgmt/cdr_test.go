package mgmt_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// ended plays the step "call NAME {…}": a call of acme's that has begun now.
func (p *player) ended(name, text string) {
	p.Helper()
	called, record, _ := strings.Cut(p.expand(name, text), " ")
	r := phone.CDR{
		ID: phone.ID(fmt.Sprintf("cd%022d", len(p.names))), Customer: acme, Started: p.clock.now(),
		TerminatedBy: phone.EndedByCaller, TerminatedReason: phone.EndHangup, SIPCode: 200,
	}
	r.Ended = r.Started.Add(time.Minute)
	if err := json.Unmarshal([]byte(record), &r); err != nil {
		p.Fatalf("%s: %v", name, err)
	}
	if r.TerminatedReason == phone.EndHangup {
		r.Answered = r.Started.Add(5 * time.Second)
	}
	p.names[called] = string(r.ID)
	if err := p.store.SaveCDR(p.Context(), &r); err != nil {
		p.Fatalf("%s: %v", name, err)
	}
}

func TestCallRecordsAsCSV(t *testing.T) {
	w := newWorld(t)
	for i, r := range []phone.CDR{
		{Caller: phone.Party{Number: "+4512345678", Name: `=HYPERLINK("http://x")`}, Callee: phone.Party{Number: "207", Name: "Reception, \"A\""}},
		{Caller: phone.Party{Number: "207", Name: "@home", Extension: absent, SIPPhone: absent}, Callee: phone.Party{Number: "-1"}, Answered: noon.Add(1500 * time.Millisecond),
			ReasonText: "Normal call clearing", Trunk: absent, Legs: []phone.CDRLeg{
				{Media: phone.LegMedia{MOS: 4.2}}, {Codec: "opus", Media: phone.LegMedia{MOS: 3.9}}, {Codec: "PCMA"},
			}},
	} {
		r.ID, r.Customer, r.Started, r.Ended = phone.ID(fmt.Sprintf("%024d", i)), acme, noon, noon.Add(time.Minute)
		r.TerminatedBy, r.TerminatedReason, r.SIPCode = "A", "HANGUP", 200
		if err := w.store.SaveCDR(t.Context(), &r); err != nil {
			t.Fatal(err)
		}
	}
	rec := w.do("GET", "/pbx/cdr?format=CSV", "viewer", "")
	want := strings.ReplaceAll(`_id,customer,started,answered,ended,duration,caller.number,caller.name,caller.extension,caller.sipPhone,`+
		`callee.number,callee.name,callee.extension,callee.sipPhone,terminatedBy,terminatedReason,sipCode,reasonText,trunk,codec,mos
000000000000000000000001,c00000000000000000000002,2026-03-04T12:00:00Z,2026-03-04T12:00:01.5Z,2026-03-04T12:01:00Z,58,`+
		`207,'@home,ffffffffffffffffffffffff,ffffffffffffffffffffffff,'-1,,,,A,HANGUP,200,Normal call clearing,ffffffffffffffffffffffff,opus,3.9
000000000000000000000000,c00000000000000000000002,2026-03-04T12:00:00Z,,2026-03-04T12:01:00Z,0,`+
		`'+4512345678,"'=HYPERLINK(""http://x"")",,,207,"Reception, ""A""",,,A,HANGUP,200,,,,
`, "\n", "\r\n")
	if got := rec.Body.String(); rec.Code != 200 || got != want {
		t.Errorf("%d\n%s\nwant\n%s", rec.Code, got, want)
	}
	for name, want := range map[string]string{
		"Content-Type":        "text/csv; charset=utf-8",
		"Content-Disposition": "attachment; filename=cdr-2026-03-04.csv",
	} {
		if got := rec.Header().Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
