package store

import (
	"testing"
	"time"

	"ringfence/phone"
)

func TestCDRs(t *testing.T) {
	s := world(t)
	answered := &phone.CDR{
		ID: "000000000000000000000001", Customer: acme,
		Started: noon, Answered: noon.Add(time.Second), Ended: noon.Add(time.Minute),
		Caller:       phone.Party{Number: "101", Name: "Alice", Type: "SIPPHONE", Extension: "e1", SIPPhone: "p1"},
		Callee:       phone.Party{Number: "102", Name: "Bob"},
		TerminatedBy: phone.EndedByCallee, TerminatedReason: phone.EndHangup, SIPCode: 200,
		Legs: []phone.CDRLeg{{
			ID: "000000000000000000000011", Direction: phone.Inbound, Started: noon, Answered: noon.Add(time.Second),
			SIPCode: 200, Codec: "PCMA", SRTP: true, Media: phone.LegMedia{PacketsIn: 50, OctetsIn: 8600, Lost: 1<<64 - 1, MOS: 4.3},
		}},
	}
	missed := &phone.CDR{
		ID: "000000000000000000000002", Started: noon.Add(time.Hour), Ended: noon.Add(time.Hour),
		Callee: phone.Party{Number: "999"},
	}
	for _, c := range []*phone.CDR{answered, missed} {
		must(t)(nil, s.SaveCDR(t.Context(), c))
	}
	for _, c := range []struct {
		name  string
		query phone.CDRQuery
		want  []*phone.CDR
	}{
		{"newest first", phone.CDRQuery{}, []*phone.CDR{missed, answered}},
		{"of a customer", phone.CDRQuery{Query: phone.Query{Customer: acme}}, []*phone.CDR{answered}},
		{"by a name", phone.CDRQuery{Query: phone.Query{Filter: "BOB"}}, []*phone.CDR{answered}},
		{"by a number", phone.CDRQuery{Query: phone.Query{Filter: "99"}}, []*phone.CDR{missed}},
	} {
		list, total, err := s.ListCDRs(t.Context(), c.query)
		must(t)(list, err)
		equal(t, c.name, list, c.want)
		equal(t, c.name+", total", total, len(c.want))
	}
	refused(t, s.SaveCDR(t.Context(), missed), phone.Conflict, "_id")
	must(t)(nil, s.SaveCDR(t.Context(), &phone.CDR{Started: noon, Ended: noon})) // gets an id
	_, total, err := s.ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	equal(t, "total", total, 3)
}
