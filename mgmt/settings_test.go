package mgmt_test

import (
	"net/http"
	"testing"
)

func TestTheFirstSettingsAtOnceAreAllTaken(t *testing.T) {
	w := newWorld(t)
	for _, rec := range w.atOnce(8, func() *http.Request {
		return request("POST", "/pbx/settings/"+string(acme), "manager", `{"voicemailBreakout":true}`)
	}) {
		if rec.Code != http.StatusOK {
			t.Error(rec.Code, rec.Body)
		}
	}
}
