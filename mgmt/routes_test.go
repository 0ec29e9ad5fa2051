package mgmt_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

// lowest is the level that each call needs, as the API's page tells it; "" is
// no token. It is written down here a second time on purpose.
var lowest = map[string]phone.Level{
	"POST /auth/login":        "",
	"GET /auth/logout":        phone.Personal,
	"GET /auth/validateToken": phone.Personal,

	"GET /customer":        phone.Reseller,
	"POST /customer":       phone.Reseller,
	"GET /customer/:id":    phone.Viewer,
	"POST /customer/:id":   phone.Reseller,
	"DELETE /customer/:id": phone.Reseller,
	"DELETE /customer":     phone.Reseller,

	"GET /employee":        phone.Viewer,
	"POST /employee":       phone.Owner,
	"GET /employee/:id":    phone.Viewer,
	"POST /employee/:id":   phone.Personal,
	"DELETE /employee/:id": phone.Owner,
	"DELETE /employee":     phone.Owner,

	"GET /pbx/sipphonemodels":        phone.Viewer,
	"POST /pbx/sipphonemodels":       phone.Admin,
	"GET /pbx/sipphonemodels/:id":    phone.Viewer,
	"GET /pbx/sipphonemodel/:id":     phone.Viewer,
	"POST /pbx/sipphonemodels/:id":   phone.Admin,
	"DELETE /pbx/sipphonemodels/:id": phone.Admin,
	"DELETE /pbx/sipphonemodels":     phone.Admin,

	"GET /pbx/group":        phone.Viewer,
	"POST /pbx/group":       phone.Manager,
	"GET /pbx/group/:id":    phone.Viewer,
	"POST /pbx/group/:id":   phone.Manager,
	"DELETE /pbx/group/:id": phone.Manager,
	"DELETE /pbx/group":     phone.Manager,

	"GET /pbx/queue":        phone.Viewer,
	"POST /pbx/queue":       phone.Manager,
	"GET /pbx/queue/:id":    phone.Viewer,
	"POST /pbx/queue/:id":   phone.Manager,
	"DELETE /pbx/queue/:id": phone.Manager,
	"DELETE /pbx/queue":     phone.Manager,

	"GET /pbx/queue/:id/member":            phone.Viewer,
	"POST /pbx/queue/:id/member":           phone.Personal,
	"GET /pbx/queue/:id/member/join":       phone.Personal,
	"GET /pbx/queue/:id/member/:member":    phone.Personal,
	"POST /pbx/queue/:id/member/:member":   phone.Personal,
	"DELETE /pbx/queue/:id/member/:member": phone.Personal,

	"GET /pbx/switch":        phone.Viewer,
	"POST /pbx/switch":       phone.Personal,
	"GET /pbx/switch/:id":    phone.Personal,
	"POST /pbx/switch/:id":   phone.Personal,
	"DELETE /pbx/switch/:id": phone.Personal,

	"GET /pbx/settings":      phone.Personal,
	"GET /pbx/settings/:id":  phone.Personal,
	"POST /pbx/settings/:id": phone.Manager,

	"GET /pbx/ban":        phone.Admin,
	"POST /pbx/ban":       phone.Admin,
	"GET /pbx/ban/:id":    phone.Admin,
	"POST /pbx/ban/:id":   phone.Admin,
	"DELETE /pbx/ban/:id": phone.Admin,
	"DELETE /pbx/ban":     phone.Admin,

	"GET /audit": phone.Owner,

	"GET /pbx/trunk":        phone.Viewer,
	"POST /pbx/trunk":       phone.Manager,
	"GET /pbx/trunk/:id":    phone.Viewer,
	"POST /pbx/trunk/:id":   phone.Manager,
	"DELETE /pbx/trunk/:id": phone.Manager,
	"DELETE /pbx/trunk":     phone.Manager,

	"GET /product":        phone.Viewer,
	"POST /product":       phone.Reseller,
	"GET /product/:id":    phone.Viewer,
	"POST /product/:id":   phone.Reseller,
	"DELETE /product/:id": phone.Reseller,
	"DELETE /product":     phone.Reseller,

	"GET /pbx/extension":         phone.Personal,
	"POST /pbx/extension":        phone.Manager,
	"GET /pbx/extension/:id":     phone.Personal,
	"POST /pbx/extension/:id":    phone.Personal,
	"DELETE /pbx/extension/:id":  phone.Manager,
	"DELETE /pbx/extension":      phone.Manager,
	"GET /pbx/extension/:id/dnd": phone.Personal,

	"GET /pbx/sipphone":                         phone.Viewer,
	"POST /pbx/sipphone":                        phone.Manager,
	"GET /pbx/sipphone/:id":                     phone.Viewer,
	"POST /pbx/sipphone/:id":                    phone.Manager,
	"DELETE /pbx/sipphone/:id":                  phone.Manager,
	"DELETE /pbx/sipphone":                      phone.Manager,
	"POST /pbx/sipphone/webrtc":                 phone.Personal,
	"POST /pbx/sipphone/bulk":                   phone.Manager,
	"POST /pbx/sipphone/:id/credentials":        phone.Manager,
	"GET /pbx/sipphone/:id/configreload":        phone.Manager,
	"POST /pbx/sipphone/:id/configreload":       phone.Manager,
	"GET /pbx/sipphone/:id/reboot":              phone.Manager,
	"POST /pbx/sipphone/:id/reboot":             phone.Manager,
	"POST /pbx/sipphone/:id/accept":             phone.Manager,
	"GET /pbx/sipphone/:id/config":              phone.Manager,
	"POST /pbx/sipphone/:id/token":              phone.Manager,
	"POST /pbx/sipphone/:id/redirect":           phone.Manager,
	"GET /provisioning-url":                     phone.Viewer,
	"GET /pbx/sipphone/:id/bindings":            phone.Viewer,
	"DELETE /pbx/sipphone/:id/binding":          phone.Manager,
	"DELETE /pbx/sipphone/:id/binding/:binding": phone.Manager,

	"GET /pbx/webhook":                phone.Owner,
	"POST /pbx/webhook":               phone.Owner,
	"GET /pbx/webhook/:id":            phone.Owner,
	"POST /pbx/webhook/:id":           phone.Owner,
	"DELETE /pbx/webhook/:id":         phone.Owner,
	"DELETE /pbx/webhook":             phone.Owner,
	"GET /pbx/webhook/:id/deliveries": phone.Owner,
	"POST /pbx/webhook/:id/test":      phone.Owner,

	"GET /pbx/events": phone.Viewer,
	"GET /status":     phone.Admin,

	"GET /pbx/cdr":        phone.Personal,
	"POST /pbx/cdr":       phone.Personal,
	"GET /pbx/cdr/latest": phone.Personal,
	"GET /pbx/cdr/:id":    phone.Personal,

	"GET /pbx/calls":               phone.Personal,
	"GET /pbx/calls/:id":           phone.Personal,
	"GET /pbx/app/action/call":     phone.Personal,
	"GET /pbx/app/action/hangup":   phone.Personal,
	"GET /pbx/app/action/transfer": phone.Personal,
	"GET /pbx/app/action/pickup":   phone.Personal,
	"GET /pbx/app/action/steal":    phone.Personal,
	"GET /pbx/app/action/hold":     phone.Personal,
}

func TestTheTableOfRoutesIsTheOneWrittenHere(t *testing.T) {
	want := map[string]string{}
	for route, level := range lowest {
		want[route] = string(level)
	}
	if got := newWorld(t).api.Rows(); !maps.Equal(got, want) {
		t.Errorf("routes.go has\n%v, here is\n%v", got, want)
	}
}

func TestEveryRouteByLevel(t *testing.T) {
	w := newWorld(t)
	for route, level := range lowest {
		t.Run(route, func(t *testing.T) {
			for _, r := range roles {
				w.login(r.name+" "+route, r.employee, time.Time{}) // a logout ends the one before
				got := w.knock(route, r.name+" "+route)
				if tooLow := got == "403 Insufficient access level"; tooLow == r.level.AtLeast(level) && level != "" {
					t.Errorf("%s gets %s", r.name, got)
				}
				if strings.HasPrefix(got, "5") || strings.HasPrefix(got, "401") && level != "" {
					t.Errorf("%s gets %s", r.name, got)
				}
			}
		})
	}
}

// In a query no customer is every customer.
func TestWhoBelongsToNobodySeesNothing(t *testing.T) {
	w := newWorld(t)
	for i, level := range []phone.Level{phone.Viewer, phone.Owner, phone.Reseller} {
		who := "nobody's " + string(level)
		w.employ(role{who, phone.ID(fmt.Sprintf("e%023d", 100+i)), level, ""})
		for route, lowest := range lowest {
			path, list := strings.CutPrefix(route, "GET /")
			if !list || strings.Contains(path, ":") || !level.AtLeast(lowest) || !lowest.AtLeast(phone.Viewer) || path == "pbx/sipphonemodels" {
				continue
			}
			if got := w.knock(route, who); got != "403 Access denied" {
				t.Errorf("%s gets %s from %s", who, got, route)
			}
		}
	}
}

func TestEveryRouteNeedsAGoodToken(t *testing.T) {
	w := newWorld(t)
	w.login("expired", roles[0].employee, noon.Add(time.Second))
	w.clock.advance(time.Second)
	for route, level := range lowest {
		if level == "" {
			continue
		}
		for token, want := range map[string]string{
			"":         "401 Login required",
			"made up":  "401 Token is invalid",
			"expired":  "401 Session expired",
			adminToken: "",
		} {
			got := w.knock(route, token)
			if want != "" && got != want || want == "" && strings.HasPrefix(got, "401") {
				t.Errorf("%s with token %q gets %s, want %s", route, token, got, want)
			}
		}
	}
}

// knock makes a request without a body for a thing that does not exist, and
// returns its status and the error's description. A stream to a recorder ends at
// once.
func (w *world) knock(route, token string) string {
	method, path, _ := strings.Cut(route, " ")
	return told(w.do(method, strings.ReplaceAll(path, ":id", absent), token, ""))
}

// told is the status of an answer and the description of its error.
func told(rec *httptest.ResponseRecorder) string {
	var e struct{ Description string }
	// What is no error has no description, and may be no JSON.
	_ = json.Unmarshal(rec.Body.Bytes(), &e)
	return strings.TrimSpace(strings.Join([]string{strconv.Itoa(rec.Code), e.Description}, " "))
}
