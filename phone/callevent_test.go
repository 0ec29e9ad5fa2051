package phone

import (
	"encoding/json"
	"testing"
	"time"
)

func TestACallsEventIsOneFlatObject(t *testing.T) {
	call := &CallEvent{
		Call: "c1", Caller: CallEventParty{"101", "Ann"}, Callee: CallEventParty{"102", "Bob"},
		AnsweredBy: "p2", Reason: EndHangup, By: EndedByCaller, Duration: 7, SIPCode: 200,
	}
	const who = `"call":"c1","callee":{"name":"Bob","number":"102"},"caller":{"name":"Ann","number":"101"},"customer":"a1"`
	const device, when = `"phone":"p1"`, `"time":"1970-01-01T00:00:01Z"`
	for of, want := range map[EventType]string{
		CallStarted:  `{` + who + `,` + device + `,` + when + `,"type":"call.started"}`,
		CallAnswered: `{"answeredBy":"p2",` + who + `,` + device + `,` + when + `,"type":"call.answered"}`,
		CallEnded:    `{"by":"A",` + who + `,"duration":7,` + device + `,"reason":"HANGUP","sipCode":200,` + when + `,"type":"call.ended"}`,
	} {
		e := Event{Type: of, Time: time.Unix(1, 0).UTC(), Customer: "a1", Phone: "p1", Call: call}
		if b, err := json.Marshal(e); err != nil || string(b) != want {
			t.Errorf("%s, %v; want %s", b, err, want)
		}
	}
}
