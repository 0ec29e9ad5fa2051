package phone

import (
	"encoding/json"
	"testing"
	"time"
)

func written(t *testing.T, events ...Event) (text string) {
	t.Helper()
	for _, e := range events {
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		text += string(b) + "\n"
	}
	return text
}

var eventTime = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestEventsOfSwitches(t *testing.T) {
	off := &Switch{Customer: "c", Name: "night"}
	on := &Switch{Customer: "c", Name: "night", Value: true}
	for _, tt := range []struct {
		name          string
		before, after *Switch
		by            Origin
		want          string
	}{
		{"made over the API", nil, on, Origin{Employee: "e"}, `{"by":"api","change":"created","customer":"c","name":"night","time":"2026-03-04T12:00:00Z","type":"switch.changed","value":true}`},
		{"turned by a phone", on, off, Origin{Phone: "p"}, `{"by":"phone","change":"updated","customer":"c","name":"night","phone":"p","time":"2026-03-04T12:00:00Z","type":"switch.changed","value":false}`},
		{"deleted", on, nil, Origin{}, `{"by":"api","change":"deleted","customer":"c","name":"night","time":"2026-03-04T12:00:00Z","type":"switch.changed","value":false}`},
	} {
		if got := written(t, SwitchEvent(tt.before, tt.after, &tt.by, eventTime)); got != tt.want+"\n" {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
	if !on.Value {
		t.Error("the switch itself was changed")
	}
}

func TestEventsOfQueues(t *testing.T) {
	q := func(members ...QueueMember) *Queue {
		return &Queue{ID: "q", Customer: "c", Name: "Support", Members: members}
	}
	anna, outside := QueueMember{ID: "m1", Extension: "e1"}, QueueMember{ID: "m2", Number: "+4570305052"}
	busier := anna
	busier.Calls, busier.Priority = 1, 2
	for _, tt := range []struct {
		name          string
		before, after *Queue
		by            Origin
		want          string
	}{
		{"a new queue", nil, q(), Origin{}, ""},
		{"somebody joins by phone", q(outside), q(outside, anna), Origin{Phone: "p"}, `{"by":"phone","customer":"c","extension":"e1","member":"m1","name":"Support","phone":"p","queue":"q","time":"2026-03-04T12:00:00Z","type":"queue.memberjoined"}` + "\n"},
		{"one leaves and one joins", q(outside), q(anna), Origin{Employee: "e"}, `{"by":"api","customer":"c","member":"m2","name":"Support","number":"+4570305052","queue":"q","time":"2026-03-04T12:00:00Z","type":"queue.memberleft"}` + "\n" +
			`{"by":"api","customer":"c","extension":"e1","member":"m1","name":"Support","queue":"q","time":"2026-03-04T12:00:00Z","type":"queue.memberjoined"}` + "\n"},
		{"a member changes", q(anna), q(busier), Origin{}, ""},
		{"the queue is deleted", q(anna), nil, Origin{}, ""},
	} {
		if got := written(t, QueueEvents(tt.before, tt.after, &tt.by, eventTime)...); got != tt.want {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
}
