package blf

import (
	"encoding/xml"
	"testing"

	"ringfence/phone"
)

func TestADocument(t *testing.T) {
	l := lamp{
		state: phone.DialogEarly, known: true, id: "c:1", number: "1#1", name: `A & "B" <c>`,
		callID: "x@y", ourTag: "us", itsTag: "it",
	}
	got := string(l.document(7, "sip:102@ringfence.test", "102", "ringfence.test"))
	want := `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="7" state="full" entity="sip:102@ringfence.test">
<dialog id="102" call-id="x@y" local-tag="us" remote-tag="it" direction="recipient">
<state>early</state>
<local><identity>sip:102@ringfence.test</identity><target uri="sip:102@ringfence.test"/></local>
<remote><identity display="A &amp; &#34;B&#34; &lt;c&gt;">sip:1%231@ringfence.test</identity><target uri="sip:1%231@ringfence.test"/></remote>
</dialog>
</dialog-info>
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestADocumentOfNothing(t *testing.T) {
	got := string((&lamp{}).document(0, "sip:*28night@ringfence.test", "*28night", "ringfence.test"))
	want := `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:*28night@ringfence.test">
<dialog id="*28night">
<state>terminated</state>
</dialog>
</dialog-info>
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// Of several calls of an extension one is shown.
func TestTheCallThatMattersMost(t *testing.T) {
	part := func(id phone.LegID, s phone.DialogState, dials bool) phone.Dialog {
		return phone.Dialog{ID: id, Customer: customer, Extension: extension(102), State: s, Dials: dials, Number: "102", RemoteNumber: "9"}
	}
	for name, c := range map[string]struct {
		calls []phone.Dialog
		want  string
	}{
		"none":                             {nil, "terminated"},
		"it dials":                         {[]phone.Dialog{part("a", phone.DialogTrying, true)}, "trying initiator"},
		"it talks":                         {[]phone.Dialog{part("a", phone.DialogConfirmed, true)}, "confirmed initiator"},
		"it talks, and dials another":      {[]phone.Dialog{part("a", phone.DialogConfirmed, false), part("b", phone.DialogEarly, true)}, "confirmed recipient"},
		"it talks, and another rings":      {[]phone.Dialog{part("a", phone.DialogConfirmed, false), part("b", phone.DialogEarly, false)}, "early recipient"},
		"what rang has ended":              {[]phone.Dialog{part("a", phone.DialogEarly, false), part("a", phone.DialogTerminated, false)}, "terminated"},
		"one of two that rang has ended":   {[]phone.Dialog{part("a", phone.DialogEarly, false), part("b", phone.DialogEarly, false), part("a", phone.DialogTerminated, false)}, "early recipient"},
		"what ended was never seen to be":  {[]phone.Dialog{part("a", phone.DialogTerminated, false)}, "terminated"},
		"two phones ring and one answers":  {[]phone.Dialog{part("a", phone.DialogEarly, false), part("b", phone.DialogEarly, false), part("a", phone.DialogConfirmed, false), part("b", phone.DialogTerminated, false)}, "confirmed recipient"},
		"it is called while it is calling": {[]phone.Dialog{part("a", phone.DialogTrying, true), part("b", phone.DialogEarly, false)}, "early recipient"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Config{})
			for _, d := range c.calls {
				w.Dialog(d)
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			l := w.lampOf(&subscription{topic: topic{customer, line, string(extension(102))}, by: extension(101)})
			got := l.state.String()
			if l.id != "" {
				got += " " + direction(l.dials)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if l.known {
				t.Error("who may not pick up sees with whom it is")
			}
		})
	}
}

func TestWhatANumberNames(t *testing.T) {
	w := newWorld(t, Config{})
	const employee, colleague = phone.ID("dddddddddddddddddddddddd"), phone.ID("cccccccccccccccccccccccc")
	const stranger, others = phone.ID("ffffffffffffffffffffffff"), phone.ID("eeeeeeeeeeeeeeeeeeeeeeee")
	alice := *w.book.Extension(extension(101))
	alice.Employee = employee
	w.book.PutExtension(&alice)
	w.book.PutQueue(&phone.Queue{ID: "000000000000000000000300", Customer: customer, Number: "300"})
	w.book.PutQueue(&phone.Queue{ID: others, Customer: stranger, Number: "301"})
	p := phone.New(stranger)
	p.ID, p.Username = stranger, "stranger"
	w.book.PutPhone(p)
	for number, want := range map[string]any{
		"102":                             topic{customer, line, string(extension(102))},
		"999":                             404,
		"":                                404,
		"*28night":                        topic{customer, turned, "night"},
		"*28SHARED.night":                 topic{customer, turned, "SHARED:night"},
		"*28" + string(employee) + ".me":  topic{customer, turned, string(employee) + ":me"},
		"*28DDDDDDDDDDDDDDDDDDDDDDDD.me":  topic{customer, turned, string(employee) + ":me"},
		"*28" + string(colleague) + ".me": 403,
		"*28":                             404,
		"*28a b":                          404,
		"*45300":                          topic{customer, member, "000000000000000000000300"},
		"*45000000000000000000000300":     topic{customer, member, "000000000000000000000300"},
		"*45301":                          404,
		"*45" + string(others):            404,
		"*45":                             404,
		"*76":                             topic{customer, quiet, string(phoneID("Alice"))},
		"*76" + string(phoneID("Bob")):    topic{customer, quiet, string(phoneID("Bob"))},
		"*76" + string(stranger):          404,
		"*761":                            404,
		"*8":                              topic{customer, pickup, ""},
		"*8200":                           topic{customer, pickup, "200"},
	} {
		got, r := w.topicOf(w.book.ByID(phoneID("Alice")), &alice, number)
		if r != nil {
			if want != r.code {
				t.Errorf("%q: got %d, want %v", number, r.code, want)
			}
		} else if want != got {
			t.Errorf("%q: got %+v, want %v", number, got, want)
		}
	}
}

// Whatever a number, a name or a phone's address is, it is text in the document.
func FuzzDocument(f *testing.F) {
	f.Add("sip:102@ringfence.test", "102", `A & "B" <c>`, "x@y")
	f.Add("sip:\xff@x", "\x00]]>", "\u2028", "' onload='")
	f.Fuzz(func(t *testing.T, entity, number, name, callID string) {
		l := lamp{state: phone.DialogEarly, known: true, id: "c:1", number: number, name: name, callID: callID}
		var got lit
		if err := xml.Unmarshal(l.document(1, entity, number, "ringfence.test"), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Dialog) != 1 || got.Dialog[0].State != "early" || got.Version != 1 {
			t.Fatalf("%+v", got)
		}
	})
}
