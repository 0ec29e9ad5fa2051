package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ringfence/phone"
)

const (
	alice, bob phone.ID = "5a0000000000000000000001", "5a0000000000000000000002"
	elsewhere  phone.ID = "5c0000000000000000000001" // another customer
)

// calls are records a minute apart, numbered from 1: who called whom, why it
// ended, and whether somebody answered.
func calls(t *testing.T, s *Store) {
	t.Helper()
	for i, c := range []struct {
		customer, from, to phone.ID
		reason             string
	}{
		{acme, alice, bob, phone.EndHangup},
		{acme, bob, alice, phone.EndCancel},
		{acme, alice, "", phone.EndNotFound},
		{elsewhere, alice, alice, phone.EndHangup},
		{acme, bob, alice, phone.EndHangup},
	} {
		at := noon.Add(time.Duration(i) * time.Minute)
		r := &phone.CDR{
			ID: phone.ID(fmt.Sprintf("%024d", i+1)), Customer: c.customer, Started: at, Ended: at,
			Caller: phone.Party{Number: "101", Extension: c.from}, Callee: phone.Party{Number: "102", Extension: c.to},
			TerminatedBy: phone.EndedByCaller, TerminatedReason: c.reason,
		}
		if c.reason == phone.EndHangup {
			r.Answered, r.TerminatedBy = at, phone.EndedByCallee
		}
		must(t)(nil, s.SaveCDR(t.Context(), r))
	}
}

func TestCDRsAreNarrowed(t *testing.T) {
	s := world(t)
	calls(t, s)
	of := func(q phone.CDRQuery) phone.CDRQuery { q.Customer = acme; return q }
	for _, c := range []struct {
		name  string
		query phone.CDRQuery
		want  string
	}{
		{"by nothing", phone.CDRQuery{}, "54321"},
		{"to a customer", of(phone.CDRQuery{}), "5321"},
		{"to an extension, whichever way", of(phone.CDRQuery{Extension: bob}), "521"},
		{"to what an extension dialled", of(phone.CDRQuery{Extension: alice, Direction: phone.Outbound}), "31"},
		{"to what reached an extension", of(phone.CDRQuery{Extension: alice, Direction: phone.Inbound}), "52"},
		{"a call of oneself is one call", phone.CDRQuery{Query: phone.Query{Customer: elsewhere}, Extension: alice}, "4"},
		{"to the answered", of(phone.CDRQuery{Answered: new(true)}), "51"},
		{"to the unanswered", of(phone.CDRQuery{Answered: new(false)}), "32"},
		{"by who ended it", of(phone.CDRQuery{TerminatedBy: phone.EndedByCallee}), "51"},
		{"by why", of(phone.CDRQuery{Reasons: []string{phone.EndCancel, phone.EndNotFound}}), "32"},
		{"from a minute on", phone.CDRQuery{From: noon.Add(3 * time.Minute)}, "54"},
		{"before a minute", phone.CDRQuery{To: noon.Add(2 * time.Minute)}, "21"},
		{"by everything", of(phone.CDRQuery{
			Extension: alice, Direction: phone.Inbound, Answered: new(true), TerminatedBy: phone.EndedByCallee,
			Reasons: []string{phone.EndHangup}, From: noon, To: noon.Add(time.Hour),
		}), "5"},
	} {
		list, total, err := s.ListCDRs(t.Context(), c.query)
		must(t)(list, err)
		equal(t, c.name, numbers(list), c.want)
		equal(t, c.name+", total", total, len(c.want))
		c.query.Limit = 2
		list, err = s.LatestCDRs(t.Context(), c.query)
		must(t)(list, err)
		equal(t, c.name+", the latest", numbers(list), c.want[:min(2, len(c.want))])
	}
}

// numbers are the last digits of the ids.
func numbers(list []*phone.CDR) (digits string) {
	for _, c := range list {
		digits += string(c.ID[len(c.ID)-1])
	}
	return digits
}

func TestACDRIsFoundByItsID(t *testing.T) {
	s := world(t)
	calls(t, s)
	c, err := s.CDR(t.Context(), "000000000000000000000002")
	must(t)(c, err)
	equal(t, "reason", c.TerminatedReason, phone.EndCancel)
	_, err = s.CDR(t.Context(), "000000000000000000000099")
	refused(t, err, phone.NotFound, "not_found")
}

func TestCDRsComeFromAnIndexInTheirOrder(t *testing.T) {
	s := world(t)
	day := func(q phone.CDRQuery) phone.CDRQuery {
		q.From, q.To = noon, noon.AddDate(0, 0, 1)
		return q
	}
	ofAcme := phone.Query{Customer: acme}
	for _, c := range []struct {
		name  string
		query phone.CDRQuery
		want  string
	}{
		{"a day of everybody", day(phone.CDRQuery{}), "SEARCH cdrs USING INDEX cdrs_by_time (started>? AND started<?)"},
		{"a day of a customer", day(phone.CDRQuery{Query: ofAcme}),
			"SEARCH cdrs USING INDEX cdrs_by_customer (customer=? AND started>? AND started<?)"},
		{"all of a customer", phone.CDRQuery{Query: ofAcme}, "SEARCH cdrs USING INDEX cdrs_by_customer (customer=?)"},
		{"a day of what an extension dialled", day(phone.CDRQuery{Query: ofAcme, Extension: alice, Direction: phone.Outbound}),
			"SEARCH cdrs USING INDEX cdrs_by_caller (caller=? AND started>? AND started<?)"},
		{"the latest that reached an extension", phone.CDRQuery{Query: ofAcme, Extension: alice, Direction: phone.Inbound},
			"SEARCH cdrs USING INDEX cdrs_by_callee (callee=?)"},
		{"a day of an extension, whichever way", day(phone.CDRQuery{Query: ofAcme, Extension: alice}),
			"MULTI-INDEX OR\n" +
				"INDEX 1\nSEARCH cdrs USING INDEX cdrs_by_caller (caller=? AND started>? AND started<?)\n" +
				"INDEX 2\nSEARCH cdrs USING INDEX cdrs_by_callee (callee=? AND started>? AND started<?)\n" +
				"USE TEMP B-TREE FOR ORDER BY"},
	} {
		l, err := cdrListing(c.query)
		must(t)(l, err)
		equal(t, c.name, plan(t, s, l), c.want)
	}
}

func TestOldCDRsAreForgotten(t *testing.T) {
	s := world(t)
	fillCDRs(t, s, 2*maxForgotten+1, func(i int) *phone.CDR { return callAt(noon.Add(time.Duration(i) * time.Second)) })
	n, err := s.ForgetCDRs(t.Context(), noon.Add(2*maxForgotten*time.Second))
	must(t)(n, err)
	equal(t, "forgotten", n, 2*maxForgotten)
	_, left, err := s.ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(left, err)
	equal(t, "left", left, 1)

	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := s.ForgetCDRs(ended, noon.AddDate(1, 0, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
}

func callAt(at time.Time) *phone.CDR { return &phone.CDR{Customer: acme, Started: at, Ended: at} }

// fillCDRs saves so many records in one job.
func fillCDRs(t testing.TB, s *Store, n int, record func(i int) *phone.CDR) {
	t.Helper()
	must(t)(nil, s.write(t.Context(), "fill", func(ctx context.Context, t *tx) error {
		for i := range n {
			if err := t.insertCDR(ctx, record(i)); err != nil {
				return err
			}
		}
		return nil
	}))
}
