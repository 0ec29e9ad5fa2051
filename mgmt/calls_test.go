package mgmt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

// switchboard is the calls of a test. It does what it is asked, and notes it.
type switchboard struct {
	calls []*phone.LiveCall
	done  []string
	fails error
}

func (s *switchboard) Live(wanted func(phone.ID) bool) (list []*phone.LiveCall) {
	for _, c := range s.calls {
		if wanted(c.Customer) {
			list = append(list, c)
		}
	}
	return list
}

func (s *switchboard) LiveCall(id phone.ID) *phone.LiveCall {
	for _, c := range s.calls {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *switchboard) note(words ...any) error {
	if s.fails == nil {
		s.done = append(s.done, strings.TrimSpace(fmt.Sprintln(words...)))
	}
	return s.fails
}

func (s *switchboard) Originate(_ context.Context, device phone.ID, number string) (phone.ID, error) {
	return "0000000000000000000000ff", s.note("originate", device, number)
}

func (s *switchboard) Hangup(_ context.Context, call phone.ID) error { return s.note("hangup", call) }

func (s *switchboard) Transfer(_ context.Context, source phone.LegID, number string) error {
	return s.note("transfer", source, number)
}

func (s *switchboard) Join(_ context.Context, a, b phone.LegID) error { return s.note("join", a, b) }

func (s *switchboard) Pickup(_ context.Context, device, call phone.ID) error {
	return s.note("pickup", device, call)
}

func (s *switchboard) Steal(_ context.Context, device phone.ID, leg phone.LegID) error {
	return s.note("steal", device, leg)
}

func (s *switchboard) Hold(_ context.Context, leg phone.LegID) error { return s.note("hold", leg) }

// The calls of the tests: anna (200, who is the employee personal) talks with
// bert (201), who has put her on hold; carl (202) talks with somebody outside,
// dora (203) rings for anna; and birch has one.
const (
	annas   phone.ID = "ca0000000000000000000001"
	carls   phone.ID = "ca0000000000000000000002"
	rings   phone.ID = "ca0000000000000000000003"
	birches phone.ID = "ca0000000000000000000004"
	at      phone.ID = "ca0000000000000000000005" // anna's second call
)

// office is acme with four extensions of a phone each, and its calls.
type office struct {
	*world
	*switchboard
	extension, device map[string]phone.ID
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{switchboard: &switchboard{}, extension: map[string]phone.ID{}, device: map[string]phone.ID{}}
	o.world = newWorld(t, func(c *mgmt.Config) { c.Calls = o.switchboard })
	for i, name := range []string{"anna", "bert", "carl", "dora"} {
		body := fmt.Sprintf(`{"name":"%s","number":"20%d"}`, name, i)
		if name == "anna" {
			body = fmt.Sprintf(`{"name":"%s","number":"20%d","employee":"%s"}`, name, i, roles[0].employee)
		}
		o.extension[name] = o.make("/pbx/extension", "manager", body)
		o.device[name] = o.make("/pbx/sipphone", "manager", fmt.Sprintf(`{"sipPhoneModel":"000000000000000000070002","extension":"%s"}`, o.extension[name]))
	}
	o.device["spare"] = o.make("/pbx/sipphone", "manager", `{"sipPhoneModel":"000000000000000000070002"}`)
	o.device["other"] = o.make("/pbx/sipphone", "stranger", fmt.Sprintf(`{"sipPhoneModel":"000000000000000000070002","extension":"%s"}`,
		o.make("/pbx/extension", "stranger", `{"name":"other","number":"200"}`)))
	o.calls = []*phone.LiveCall{
		o.talk(annas, o.leg("anna", phone.Inbound), o.leg("bert", phone.Outbound)),
		o.talk(carls, o.leg("carl", phone.Inbound), phone.LiveLeg{Direction: phone.Outbound, State: phone.CallTalking, Number: "+4570305052"}),
		o.talk(rings, o.leg("carl", phone.Inbound), o.leg("dora", phone.Outbound)),
		{ID: birches, Customer: birch, State: phone.CallTalking, Legs: []phone.LiveLeg{
			{ID: phone.NewLegID(birches, 0), SIPPhone: o.device["other"], Direction: phone.Inbound, State: phone.CallTalking},
		}},
	}
	o.calls[0].Legs[1].Hold = true
	o.calls[2].State, o.calls[2].Legs[1].State = phone.CallRinging, phone.CallRinging
	return o
}

func (o *office) leg(name string, d phone.Direction) phone.LiveLeg {
	return phone.LiveLeg{Direction: d, State: phone.CallTalking, Extension: o.extension[name], SIPPhone: o.device[name]}
}

func (o *office) talk(id phone.ID, legs ...phone.LiveLeg) *phone.LiveCall {
	c := &phone.LiveCall{ID: id, Customer: acme, State: phone.CallTalking, Started: noon, Legs: legs}
	for i := range legs {
		legs[i].ID, legs[i].Started = phone.NewLegID(id, i), noon
	}
	c.Caller, c.Callee = phone.Party{Extension: legs[0].Extension}, phone.Party{Extension: legs[1].Extension, Number: legs[1].Number}
	return c
}

// in puts ids in the place of the words @anna, a phone, and #anna, an extension.
func (o *office) in(text string) string {
	for name, id := range o.device {
		text = strings.ReplaceAll(text, "@"+name, string(id))
		text = strings.ReplaceAll(text, "!"+name, string(o.extension[name]))
	}
	return text
}

func TestWhatIsAskedOfCalls(t *testing.T) {
	for name, c := range map[string]struct{ as, ask, want string }{
		"a call to an extension":           {"personal", "call?device=@anna&target=!dora", "originate @anna 203"},
		"to a number":                      {"personal", "call?device=@anna&target=%2B4570305052", "originate @anna +4570305052"},
		"by an administrator":              {"manager", "call?device=@bert&target=200", "originate @bert 200"},
		"from another's phone":             {"personal", "call?device=@bert&target=200", "403 access_denied Access denied"},
		"by who may only look":             {"viewer", "call?device=@bert&target=200", "403 access_denied Access denied"},
		"from another customer's phone":    {"manager", "call?device=@other&target=200", "403 access_denied Access denied"},
		"from no phone":                    {"manager", "call?device=" + absent + "&target=200", "422 device SIP phone not found, or of no extension"},
		"from a phone of no extension":     {"manager", "call?device=@spare&target=200", "422 device SIP phone not found, or of no extension"},
		"without a device":                 {"manager", "call?target=200", "422 device SIP phone not found, or of no extension"},
		"without a target":                 {"manager", "call?device=@anna", "422 target Target is invalid or missing"},
		"to what is no number":             {"manager", "call?device=@anna&target=anna", "422 target Target is invalid or missing"},
		"to a number that is too long":     {"manager", "call?device=@anna&target=" + strings.Repeat("1", 25), "422 target Target is invalid or missing"},
		"to no extension":                  {"manager", "call?device=@anna&target=" + absent, "422 target Target is invalid or missing"},
		"hanging up":                       {"personal", "hangup?target=" + string(annas), "hangup " + string(annas)},
		"another's call":                   {"personal", "hangup?target=" + string(carls), "403 access_denied Access denied"},
		"as an administrator":              {"manager", "hangup?target=" + string(carls), "hangup " + string(carls)},
		"another customer's":               {"manager", "hangup?target=" + string(birches), "403 access_denied Access denied"},
		"no call":                          {"manager", "hangup?target=" + absent, "422 target Call not found"},
		"a blind transfer":                 {"personal", "transfer?source=" + string(annas) + ":2&target=203", "transfer " + string(annas) + ":2 203"},
		"to an extension's id":             {"personal", "transfer?source=" + string(annas) + ":2&target=!dora", "transfer " + string(annas) + ":2 203"},
		"of a leg that is not there":       {"personal", "transfer?source=" + string(annas) + ":3&target=203", "422 source Call leg not found"},
		"of no leg":                        {"personal", "transfer?source=" + string(annas) + "&target=203", "422 source Call leg not found"},
		"of another's call":                {"personal", "transfer?source=" + string(carls) + ":2&target=203", "403 access_denied Access denied"},
		"of a call that rings":             {"manager", "transfer?source=" + string(rings) + ":1&target=203", "422 source Call has not been answered"},
		"to nobody":                        {"personal", "transfer?source=" + string(annas) + ":2", "422 target Target is invalid or missing"},
		"an attended transfer":             {"manager", "transfer?source=" + string(annas) + ":1&destination=" + string(carls) + ":2", "join " + string(annas) + ":1 " + string(carls) + ":2"},
		"to a call of another's":           {"personal", "transfer?source=" + string(annas) + ":1&destination=" + string(carls) + ":2", "403 access_denied Access denied"},
		"to no leg":                        {"manager", "transfer?source=" + string(annas) + ":1&destination=" + string(carls) + ":7", "422 destination Call leg not found"},
		"to the same call":                 {"manager", "transfer?source=" + string(annas) + ":1&destination=" + string(annas) + ":2", "422 destination Call leg not found"},
		"to another customer's call":       {"admin", "transfer?source=" + string(annas) + ":1&destination=" + string(birches) + ":1", "422 destination Call leg not found"},
		"picking up as an administrator":   {"manager", "pickup?device=@bert&target=203", "pickup @bert " + string(rings)},
		"by the call":                      {"manager", "pickup?device=@bert&target=" + string(rings), "pickup @bert " + string(rings)},
		"by the extension":                 {"manager", "pickup?device=@bert&target=!dora", "pickup @bert " + string(rings)},
		"without a right":                  {"personal", "pickup?device=@anna&target=203", "403 access_denied Access denied"},
		"where nothing rings":              {"personal", "pickup?device=@anna&target=201", "422 target No call is ringing there"},
		"a call that has been answered":    {"personal", "pickup?device=@anna&target=" + string(annas), "422 target No call is ringing there"},
		"a call that is not there":         {"personal", "pickup?device=@anna&target=" + absent, "422 target Call not found"},
		"another customer's call":          {"admin", "pickup?device=@anna&target=" + string(birches), "422 target No call is ringing there"},
		"stealing as an administrator":     {"manager", "steal?device=@dora&target=" + string(annas), "steal @dora " + string(annas) + ":2"},
		"with a phone that is in the call": {"manager", "steal?device=@bert&target=" + string(annas), "422 device SIP phone is in that call"},
		"what rings":                       {"manager", "steal?device=@bert&target=" + string(rings), "422 target Call has not been answered"},
		"without a right to it":            {"personal", "steal?device=@anna&target=" + string(carls), "403 access_denied Access denied"},
		"from another customer":            {"admin", "steal?device=@anna&target=" + string(birches), "403 access_denied Access denied"},
		"a call of nobody":                 {"personal", "steal?device=@anna&target=" + absent, "422 target Call not found"},
		"holding":                          {"personal", "hold?device=@anna", "hold " + string(annas) + ":1"},
		"a certain call":                   {"personal", "hold?device=@anna&target=" + string(annas), "hold " + string(annas) + ":1"},
		"a call the device is not in":      {"personal", "hold?device=@anna&target=" + string(carls), "404 target SIP phone is in no such call"},
		"without a call":                   {"manager", "hold?device=@dora", "404 target SIP phone is in no such call"},
		"another customer's to hold":       {"personal", "hold?device=@anna&target=" + string(birches), "404 target SIP phone is in no such call"},
		"without a phone":                  {"personal", "hold", "422 device SIP phone not found, or of no extension"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if got := o.ask(c.as, c.ask); got != o.in(c.want) {
				t.Errorf("%s\nwant %s", got, o.in(c.want))
			}
		})
	}
}

// ask opens the URL of an action, and gives what was done, or the error.
func (o *office) ask(as, action string) string {
	rec := o.do("GET", o.in("/pbx/app/action/"+action), as, "")
	var e struct{ Message, Description string }
	if err := json.Unmarshal(rec.Body.Bytes(), &e); err != nil {
		o.Fatal(err)
	}
	if rec.Code != 200 {
		return fmt.Sprint(rec.Code, " ", e.Message, " ", e.Description)
	}
	if len(o.done) != 1 {
		o.Fatalf("done was %q", o.done)
	}
	return o.done[0]
}

func TestControllersOfAGroupReachItsMembersCalls(t *testing.T) {
	for name, c := range map[string]struct{ rights, ask, want string }{
		"pickup with the right":    {`"pickup":true`, "pickup?device=@anna&target=203", "pickup @anna " + string(rings)},
		"pickup without the right": {`"pickup":false,"steal":true`, "pickup?device=@anna&target=203", "403 access_denied Access denied"},
		"steal with the right":     {`"steal":true`, "steal?device=@anna&target=" + string(carls), "steal @anna " + string(carls) + ":1"},
		"steal without the right":  {`"pickup":true`, "steal?device=@anna&target=" + string(carls), "403 access_denied Access denied"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.make("/pbx/group", "manager", o.in(`{"name":"sales","members":["!carl","!dora"],"controllers":["!anna"],`+c.rights+`}`))
			if got := o.ask("personal", c.ask); got != o.in(c.want) {
				t.Errorf("%s\nwant %s", got, o.in(c.want))
			}
		})
	}
}

func TestHoldMeansTheCallThatIsTalkedIn(t *testing.T) {
	o := newOffice(t)
	second := o.talk(at, o.leg("anna", phone.Outbound), o.leg("dora", phone.Inbound))
	o.calls = append(o.calls, second)
	o.calls[0].Legs[0].Hold = true // the first one anna holds
	if got := o.ask("personal", "hold?device=@anna"); got != "hold "+string(at)+":1" {
		t.Errorf("%s is done", got)
	}
	second.Legs[0].Hold, o.done = true, nil
	if got := o.ask("personal", "hold?device=@anna"); got != "hold "+string(at)+":1" {
		t.Errorf("%s is done, of two that she holds", got)
	}
}

func TestWhatThePhonesRefuseIsTold(t *testing.T) {
	o := newOffice(t)
	o.fails = &phone.Error{Kind: phone.Invalid, Key: "device", Text: "SIP phone is offline"}
	for _, action := range []string{
		"call?device=@anna&target=203", "hangup?target=" + string(annas), "transfer?source=" + string(annas) + ":2&target=203",
		"transfer?source=" + string(annas) + ":1&destination=" + string(carls) + ":2",
		"pickup?device=@bert&target=203", "steal?device=@dora&target=" + string(annas), "hold?device=@anna",
	} {
		if got := o.ask("manager", action); got != "422 device SIP phone is offline" {
			t.Errorf("%s: %s", action, got)
		}
	}
}

func TestWhoSeesWhichCalls(t *testing.T) {
	o := newOffice(t)
	for name, c := range map[string]struct{ as, query, want string }{
		"one's own":                     {"personal", "", "1"},
		"of one's own extension":        {"personal", "extension=!anna", "1"},
		"of another extension":          {"personal", "extension=!bert", "403 Access denied"},
		"of the customer":               {"viewer", "", "321"},
		"of an extension":               {"viewer", "extension=!carl", "32"},
		"that a phone rings for":        {"viewer", "phone=@dora", "3"},
		"of no phone":                   {"viewer", "phone=" + absent, "404 SIP phone not found"},
		"of no extension":               {"viewer", "extension=x", "404 Extension not found"},
		"of another customer":           {"viewer", "customer=" + string(birch), "403 Access denied"},
		"of a reseller's customers":     {"reseller", "", "321"},
		"of another reseller's":         {"other-reseller", "", "4"},
		"of all":                        {"admin", "", "4321"},
		"of one of all":                 {"admin", "customer=" + string(birch), "4"},
		"a page":                        {"admin", "offset=1&limit=2", "32"},
		"what is behind the last":       {"admin", "offset=9", ""},
		"more than there is on a page":  {"admin", "limit=1001", "422 Value is invalid, must be a Number from 1 to 1000"},
		"another customer's phone":      {"viewer", "phone=@other", ""},
		"another customer's extension":  {"stranger", "extension=!anna", "403 Access denied"},
		"a phone that is in no call":    {"viewer", "phone=@spare", ""},
		"of a customer that is not one": {"admin", "customer=" + absent, "404 Customer not found or not active"},
	} {
		t.Run(name, func(t *testing.T) {
			rec := o.do("GET", o.in("/pbx/calls?"+c.query), c.as, "")
			got := told(rec)
			if rec.Code == 200 {
				got = places(t, rec.Body.Bytes())
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// places are the last digits of the ids of the calls in a list.
func places(t *testing.T, answer []byte) (text string) {
	var list struct{ Calls []phone.LiveCall }
	if err := json.Unmarshal(answer, &list); err != nil {
		t.Fatal(err)
	}
	for i := range list.Calls {
		text += string(list.Calls[i].ID[23:])
	}
	return text
}

func TestALiveCallIsShownWhole(t *testing.T) {
	o := newOffice(t)
	c := o.calls[0]
	c.Answered = noon.Add(time.Second)
	c.Legs = slices.Clone(c.Legs[:1])
	c.Legs[0] = phone.LiveLeg{
		ID: phone.NewLegID(annas, 0), Direction: phone.Inbound, State: phone.CallTalking, Hold: true, SIPPhone: o.device["anna"], Number: "200",
		Transport: "tls", Started: noon, Answered: c.Answered, Codec: "PCMA", SRTP: true,
		Media: &phone.LegMedia{PacketsIn: 1, PacketsOut: 2, OctetsIn: 3, OctetsOut: 4, Lost: 5, Jitter: 1.5, MOS: 4.2},
	}
	for as, want := range map[string]string{
		"personal": o.in(`{"_id":"ca0000000000000000000001","customer":"c00000000000000000000002","state":"TALKING","started":"2026-03-04T12:00:00Z",` +
			`"answered":"2026-03-04T12:00:01Z","caller":{"number":"","extension":"!anna"},"callee":{"number":"","extension":"!bert"},` +
			`"legs":[{"_id":"ca0000000000000000000001:1","direction":"IN","state":"TALKING","hold":true,"sipPhone":"@anna","number":"200",` +
			`"transport":"tls","started":"2026-03-04T12:00:00Z","answered":"2026-03-04T12:00:01Z","codec":"PCMA","srtp":true,` +
			`"media":{"packetsIn":1,"packetsOut":2,"octetsIn":3,"octetsOut":4,"lost":5,"jitterMs":1.5,"mos":4.2}}]}`),
		"stranger": `{"code":403,"message":"access_denied","description":"Access denied"}`,
	} {
		if got := o.do("GET", "/pbx/calls/"+string(annas), as, "").Body.String(); got != want {
			t.Errorf("%s sees\n%s, want\n%s", as, got, want)
		}
	}
	if got := told(o.do("GET", "/pbx/calls/"+string(carls), "personal", "")); got != "403 Access denied" {
		t.Error("of another's call:", got)
	}
	for _, id := range []string{absent, "x"} {
		if got := told(o.do("GET", "/pbx/calls/"+id, "admin", "")); got != "404 Call not found" {
			t.Error(id, got)
		}
	}
}
