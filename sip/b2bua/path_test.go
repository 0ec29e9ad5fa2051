package b2bua

import (
	"strings"
	"testing"

	"ringfence/phone"
)

// A phone that registered through a proxy is called through it (RFC 3327 section
// 5.4). What comes later in the call follows Record-Route alone.
func TestThePathOfAPhoneIsTheRouteOfItsCall(t *testing.T) {
	w := newWorld(t, settings{})
	bob := w.handsets["bob"]
	w.mu.Lock()
	w.online[bob.ID] = append([]phone.Binding(nil), w.online[bob.ID]...)
	w.online[bob.ID][0].Path = "<sip:edge.example.net;lr;ob>, <sip:10.1.1.1;lr>"
	w.mu.Unlock()
	w.lines(answered + over)
	bob.mu.Lock()
	var routes []string
	for _, h := range bob.initial.GetHeaders("Route") {
		routes = append(routes, h.Value())
	}
	bob.mu.Unlock()
	if got, want := strings.Join(routes, " "), "<sip:edge.example.net;lr;ob> <sip:10.1.1.1;lr>"; got != want {
		t.Errorf("route %s, want %s", got, want)
	}
	w.finish()
}
