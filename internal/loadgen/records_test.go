package main

import (
	"slices"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	at := func(seconds float64) time.Time { return time.Unix(1000, 0).Add(time.Duration(seconds * 1e9)) }
	pair := pairing{"200", "201"}
	talked := outcome{pairing: pair, answered: at(1), parted: at(2), ended: at(2)}
	cut := outcome{pairing: pair, answered: at(1), killed: at(9)}
	during := func(o outcome, killed float64) outcome { o.killed = at(killed); return o }
	kept := func(reason string) record {
		r := record{Started: at(0), Answered: at(1), Ended: at(2), TerminatedReason: reason}
		r.Caller.Number, r.Callee.Number = "200", "201"
		return r
	}
	stranger := kept(hangup)
	stranger.Caller.Number = "999"
	unanswered := kept(hangup)
	unanswered.Answered = time.Time{}
	backwards := kept(hangup)
	backwards.Ended = at(.5)
	for name, c := range map[string]struct {
		call  outcome
		kept  []record
		fault string
	}{
		"a conversation":                            {talked, []record{kept(hangup)}, ""},
		"one without a record":                      {talked, nil, "200 called 201: no record, want [HANGUP]"},
		"one with two":                              {talked, []record{kept(hangup), kept(hangup)}, "200 called 201: 2 records"},
		"one that is said to be interrupted":        {talked, []record{kept(interrupted)}, "200 called 201: its record says INTERRUPTED, want [HANGUP]"},
		"one that ended long before the kill":       {during(talked, 3), []record{kept(interrupted)}, "200 called 201: its record says INTERRUPTED, want [HANGUP]"},
		"one that ended just before the kill":       {during(talked, 2.1), []record{kept(interrupted)}, ""},
		"the same, ended":                           {during(talked, 2.1), []record{kept(hangup)}, ""},
		"the same, lost":                            {during(talked, 2.1), nil, "200 called 201: no record, want [HANGUP INTERRUPTED]"},
		"one with a BYE that was not answered":      {outcome{pairing: pair, answered: at(1), parted: at(2), killed: at(2)}, []record{kept(interrupted)}, ""},
		"one that was cut off":                      {cut, []record{kept(interrupted)}, ""},
		"one that was cut off, said to have ended":  {cut, []record{kept(hangup)}, "200 called 201: its record says HANGUP, want [INTERRUPTED]"},
		"one that was cut off, lost":                {cut, nil, "200 called 201: no record, want [INTERRUPTED]"},
		"declined":                                  {outcome{pairing: pair, refused: 486}, []record{kept(busy)}, ""},
		"declined, lost":                            {outcome{pairing: pair, refused: 486}, nil, "200 called 201: no record, want [BUSY]"},
		"one that nobody had answered, recorded":    {outcome{pairing: pair, killed: at(9)}, []record{kept(interrupted)}, ""},
		"one that nobody had answered, forgotten":   {outcome{pairing: pair, killed: at(9)}, nil, ""},
		"one that nobody had answered, twice":       {outcome{pairing: pair}, []record{kept(interrupted), kept(interrupted)}, "200 called 201: 2 records"},
		"a record of no call":                       {talked, []record{kept(hangup), stranger}, "999 called 201: a record of a call that nobody has made"},
		"an answered call that is said not to be":   {talked, []record{unanswered}, "200 called 201: its record does not say that it was answered"},
		"a record that ends before it has answered": {talked, []record{backwards}, "200 called 201: its record says that it ended before it began"},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			if c.fault != "" {
				want = []string{c.fault}
			}
			v := grace(250*time.Millisecond).judge([]outcome{c.call}, c.kept)
			if !slices.Equal(v.faults, want) {
				t.Errorf("%v, want %v", v.faults, want)
			}
		})
	}
}
