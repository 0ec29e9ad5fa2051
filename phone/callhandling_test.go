package phone

import "testing"

func TestCallHandling(t *testing.T) {
	extension := func(change func(*Extension)) *Extension {
		return changed(changed(NewExtension(acme), func(e *Extension) { e.Number, e.Name, e.Direct = "200", "Alice", "+4570305001" }), change)
	}
	judge(t, []judged{
		{"what nobody has set", extension(func(*Extension) {}), nil},
		{"all forwards", extension(func(e *Extension) {
			e.Forward = Forward{Unconditional: "201", Busy: "+4512345678", NoAnswer: "*98", Unregistered: "004512345678"}
		}), nil},
		{"the shortest time", extension(func(e *Extension) { e.NoAnswerTime = 5 }), nil},
		{"the longest time", extension(func(e *Extension) { e.NoAnswerTime = 120 }), nil},
		{"a longer one", extension(func(e *Extension) { e.NoAnswerTime = 121 }), []string{"noAnswerTime: "}},
		{"no time", extension(func(e *Extension) { e.NoAnswerTime = 0 }), []string{"noAnswerTime: "}},
		{"forwards to itself", extension(func(e *Extension) {
			e.Forward = Forward{Unconditional: "200", Busy: "+4570305001", NoAnswer: "200", Unregistered: "200"}
		}), []string{
			"forward.unconditional: Number is the extension's own", "forward.busy: Number is the", "forward.noAnswer: Number is the",
			"forward.unregistered: Number is the",
		}},
		{"forwards to what is no number", extension(func(e *Extension) {
			e.Forward = Forward{Unconditional: "Bob", Busy: "+", NoAnswer: "1234567890123456", Unregistered: "sip:bob@example.net"}
		}), []string{"forward.unconditional: ", "forward.busy: ", "forward.noAnswer: ", "forward.unregistered: "}},
		{"its direct number shown", extension(func(e *Extension) { e.CallerID = "+4570305001" }), nil},
		{"a trunk's number shown", extension(func(e *Extension) { e.CallerID = "+4570305000" }), nil},
		{"anybody's number shown", extension(func(e *Extension) { e.CallerID = "+4512345678" }), []string{"callerId: Number is none of"}},
		{"what is no number of the world shown", extension(func(e *Extension) { e.CallerID = "200" }), []string{"callerId: Number is invalid"}},
	})
}
