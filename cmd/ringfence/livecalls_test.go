package main

import (
	"testing"

	"ringfence/internal/simphone"
)

// A call is seen over the API while it lasts, and ended from there.
func TestALiveCallIsSeenAndEnded(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	anna, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	bert, _ := o.phone("201", "000413000002", "127.0.0.1", nil)
	for _, p := range []demoPhone{anna, bert} {
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	answered := make(chan *simphone.Call, 1)
	go func() {
		rings := <-bert.Incoming()
		if err := rings.Answer(t.Context()); err != nil {
			t.Error(err)
		}
		answered <- rings
	}()
	call, err := anna.Call(t.Context(), "201")
	if err != nil {
		t.Fatal(err)
	}
	taken := <-answered

	live := o.get("/pbx/calls?phone=" + bert.id).first("calls")
	if live.text("state") != "TALKING" || live.object("caller").text("number") != "200" || live.object("callee").text("number") != "201" {
		t.Errorf("%v", live)
	}
	id := live.text("_id")
	o.refused("GET", "/pbx/app/action/hold?device="+bert.id, nil, "SIP phone model does not support it")
	o.refused("GET", "/pbx/app/action/call?device="+bert.id+"&target=299", nil, "Target cannot be called")
	o.get("/pbx/app/action/hangup?target=" + id)
	<-call.Ended()
	<-taken.Ended()
	waitUntil(t, "the record is not there", func() bool {
		_, err := o.api.get(t.Context(), "/pbx/cdr/"+id)
		return err == nil
	})
	if record := o.get("/pbx/cdr/" + id); record.text("terminatedBy") != "S" || record.text("terminatedReason") != "HANGUP" {
		t.Errorf("%v", record)
	}
	o.refused("GET", "/pbx/app/action/hangup?target="+id, nil, "Call not found")
}
