package mgmt_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

func TestAListOfPhonesKnowsWhoIsOnline(t *testing.T) {
	var online phone.ID
	registered := func(id phone.ID) bool { return id == online }
	for name, change := range map[string]func(*mgmt.Config){
		"from the status": func(c *mgmt.Config) {
			c.Status = func(id phone.ID) phone.Status { return phone.Status{Online: registered(id)} }
		},
		"from what is made for it": func(c *mgmt.Config) { c.Online = registered },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, change)
			var ids []phone.ID
			for i := range 3 {
				ids = append(ids, w.addPhone(fmt.Sprintf("0004130000A%d", i)))
			}
			online = ids[1]
			for query, want := range map[string][]phone.ID{
				"online=true": ids[1:2], "online=1&sort=-_id": ids[1:2], "online=false": {ids[0], ids[2]}, "": ids,
			} {
				if got := w.listed(query); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s: %v, want %v", query, got, want)
				}
			}
		})
	}
}

// addPhone makes a phone of acme.
func (w *world) addPhone(mac string) phone.ID {
	w.Helper()
	w.clock.advance(time.Microsecond) // so that ids are in the order of creation
	var made struct {
		ID phone.ID `json:"_id"`
	}
	rec := w.do("POST", "/pbx/sipphone", "manager", fmt.Sprintf(`{"sipPhoneModel": %q, "macAddress": %q}`, w.model("D865"), mac))
	if err := json.Unmarshal(rec.Body.Bytes(), &made); err != nil || rec.Code != http.StatusOK {
		w.Fatal(rec.Code, rec.Body, err)
	}
	return made.ID
}

// model is the id of a built-in model.
func (w *world) model(name string) phone.ID {
	w.Helper()
	models, err := phone.BuiltInModels()
	if err != nil {
		w.Fatal(err)
	}
	for _, m := range models {
		if m.Model == name {
			return m.ID
		}
	}
	w.Fatal("no model ", name)
	return ""
}

// listed are the phones that a viewer finds.
func (w *world) listed(query string) (ids []phone.ID) {
	w.Helper()
	var list struct {
		SIPPhones []struct {
			ID phone.ID `json:"_id"`
		} `json:"sipPhones"`
	}
	rec := w.do("GET", "/pbx/sipphone?"+query, "viewer", "")
	if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil || rec.Code != http.StatusOK {
		w.Fatal(rec.Code, rec.Body, err)
	}
	for _, p := range list.SIPPhones {
		ids = append(ids, p.ID)
	}
	return ids
}
