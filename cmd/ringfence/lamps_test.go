package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// dials lets a phone dial a feature code. What it asks for is done when the phone
// is answered; the tone is not waited for.
func (o *office) dials(p demoPhone, number string) {
	o.t.Helper()
	call, err := p.Call(o.t.Context(), number)
	if err != nil {
		o.t.Fatalf("%s: %v", number, err)
	}
	if err := call.Hangup(o.t.Context()); err != nil {
		o.t.Fatalf("%s: %v", number, err)
	}
	<-call.Ended()
}

func TestFeatureCodesTurnSwitches(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	anna, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	stranger := o.create("/employee", object{"customer": o.customer, "name": "Bert", "emailAddress": "bert@example.net", "password": "a-long-password-8", "accessLevel": "PERSONAL"})
	value := func(name string) any {
		t.Helper()
		out, err := o.api.get(t.Context(), "/pbx/switch/"+name+"?customer="+o.customer)
		if err != nil {
			return nil
		}
		return out["value"]
	}
	for _, step := range []struct {
		dialled, name string
		want          any
	}{
		{"*28SHARED.night", "SHARED:night", true},
		{"*28SHARED.night", "SHARED:night", false},
		{"*28closed", "closed", nil}, // there is none, and no key for it
		{"*28" + stranger.text("_id") + ".away", stranger.text("_id") + ":away", nil},
	} {
		o.dials(anna, step.dialled)
		if got := value(step.name); got != step.want {
			t.Errorf("after %s the switch is %v, want %v", step.dialled, got, step.want)
		}
	}
	o.create("/pbx/switch", object{"customer": o.customer, "name": "closed", "value": true})
	o.dials(anna, "*28closed")
	if got := value("closed"); got != false {
		t.Errorf("the switch is %v", got)
	}
}

func TestFeatureCodesOfQueues(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	anna, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	queue := o.create("/pbx/queue", object{"customer": o.customer, "name": "Support", "number": "300", "dynamic": true})
	members := func(want int) {
		t.Helper()
		if got := o.get("/pbx/queue/" + queue.text("_id"))["members"].([]any); len(got) != want {
			t.Errorf("the queue has %v", got)
		}
	}
	o.dials(anna, "*45300")
	members(1)
	o.dials(anna, "*45"+queue.text("_id"))
	members(0)
	o.create("/pbx/queue/"+queue.text("_id"), object{"dynamic": false})
	o.dials(anna, "*45300")
	members(0)
	o.dials(anna, "*45301") // nobody's number: it is answered all the same
}

func TestFeatureCodesOfDND(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	anna, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	bert, made := o.phone("201", "000413000002", "127.0.0.1", nil)
	dnd := func(p demoPhone, want bool) {
		t.Helper()
		if got := o.get("/pbx/sipphone/" + p.id)["dnd"] == true; got != want {
			t.Errorf("do not disturb is %v", got)
		}
	}
	o.dials(anna, "*76")
	dnd(anna, true)
	o.dials(anna, "*76")
	dnd(anna, false)
	o.dials(anna, "*76"+bert.id)
	dnd(bert, false)
	o.create("/pbx/group", object{
		"customer": o.customer, "name": "Office", "setPresence": true, "members": []any{made["extension"]},
		"controllers": []any{o.get("/pbx/sipphone/" + anna.id)["extension"]},
	})
	o.dials(anna, "*76"+bert.id)
	dnd(bert, true)
}

// A customer's server is told who turns switches and who comes to queues and goes,
// by a phone and over the API.
func TestWhatFeatureCodesDoIsTold(t *testing.T) {
	told := make(chan object, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var e object
		if err == nil {
			err = json.Unmarshal(body, &e)
		}
		if err != nil {
			t.Error(err)
		}
		told <- e
	}))
	t.Cleanup(receiver.Close)
	o := newOffice(t, start(t, t.TempDir(), func(c *Config) { c.WebhookPrivate = true }))
	o.create("/pbx/webhook", object{
		"customer": o.customer, "url": receiver.URL, "types": []string{"switch.changed", "queue.memberjoined", "queue.memberleft"},
	})
	anna, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	queue := o.create("/pbx/queue", object{"customer": o.customer, "name": "Support", "number": "300", "dynamic": true})
	expect := func(kind string, want object) {
		t.Helper()
		select {
		case e := <-told:
			want["type"], want["customer"] = kind, o.customer
			for name, value := range want {
				if e[name] != value {
					t.Errorf("%s: told %v, want %s %v", kind, e, name, value)
				}
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s is not told", kind)
		}
	}
	o.dials(anna, "*28SHARED.night")
	expect("switch.changed", object{"name": "SHARED:night", "value": true, "change": "created", "by": "phone", "phone": anna.id})
	o.create("/pbx/switch/SHARED:night", object{"customer": o.customer, "value": false})
	expect("switch.changed", object{"name": "SHARED:night", "value": false, "change": "updated", "by": "api", "phone": nil})
	o.dials(anna, "*45300")
	expect("queue.memberjoined", object{"queue": queue["_id"], "extension": made["extension"], "by": "phone", "phone": anna.id})
	o.dials(anna, "*45300")
	expect("queue.memberleft", object{"queue": queue["_id"], "extension": made["extension"], "by": "phone", "phone": anna.id})
	o.create("/pbx/queue/"+queue.text("_id")+"/member", object{"number": "+4570305052"})
	expect("queue.memberjoined", object{"queue": queue["_id"], "number": "+4570305052", "by": "api", "phone": nil})
}
