package mgmt_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"testing"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

// offline is the SIP side of the API when no phone is there.
type offline struct{}

func (offline) Reload(context.Context, phone.ID) error { return errOffline }
func (offline) Reboot(context.Context, phone.ID) error { return errOffline }

func (offline) Bindings(phone.ID) []phone.Binding     { return nil }
func (offline) Unbind(phone.ID, phone.ID, string) int { return 0 }

var errOffline = &phone.Error{Kind: phone.Conflict, Key: "configreload", Text: "SIP phone is offline"}

// line is one phone that is there: it does what it is asked, and notes it.
type line struct {
	bindings []phone.Binding
	done     []string
}

func (l *line) Reload(_ context.Context, id phone.ID) error { return l.do("reload " + string(id)) }
func (l *line) Reboot(_ context.Context, id phone.ID) error { return l.do("reboot " + string(id)) }

func (l *line) do(what string) error {
	l.done = append(l.done, what)
	return nil
}

func (l *line) Bindings(phone.ID) []phone.Binding { return l.bindings }

func (l *line) Unbind(_, binding phone.ID, reason string) int {
	before := len(l.bindings)
	l.bindings = slices.DeleteFunc(l.bindings, func(b phone.Binding) bool { return binding == "" || b.ID() == binding })
	if before > len(l.bindings) {
		l.done = append(l.done, reason)
	}
	return before - len(l.bindings)
}

// online is a world with a phone of acme on the line, and the phone's path.
func online(t *testing.T) (*world, *line, string) {
	t.Helper()
	l := &line{}
	w := newWorld(t, func(c *mgmt.Config) { c.Actions, c.Registrations = l, l })
	return w, l, "/pbx/sipphone/" + string(w.softphone())
}

// softphone makes a phone of acme.
func (w *world) softphone() phone.ID {
	w.Helper()
	var made struct {
		ID phone.ID `json:"_id"`
	}
	rec := w.do("POST", "/pbx/sipphone", "manager", `{"sipPhoneModel":"000000000000000000070002"}`)
	if err := json.Unmarshal(rec.Body.Bytes(), &made); err != nil || rec.Code != 200 {
		w.Fatalf("%d %s", rec.Code, rec.Body)
	}
	return made.ID
}

// wants compares a whole answer; "" is any body.
func (w *world) wants(method, path, body string, code int, answer string) {
	w.Helper()
	if rec := w.do(method, path, "manager", body); rec.Code != code || answer != "" && rec.Body.String() != answer {
		w.Errorf("%s %s: %d %s\nwant %d %s", method, path, rec.Code, rec.Body, code, answer)
	}
}

func TestAnActionReachesThePhone(t *testing.T) {
	w, l, path := online(t)
	for _, method := range []string{"GET", "POST"} {
		w.wants(method, path+"/configreload", "", 200, `{"success":true}`)
		w.wants(method, path+"/reboot", "", 200, `{"success":true}`)
	}
	id := path[len(path)-24:]
	if want := []string{"reload " + id, "reboot " + id, "reload " + id, "reboot " + id}; !slices.Equal(l.done, want) {
		t.Errorf("asked %q, want %q", l.done, want)
	}
}

func TestBindingsOfAPhone(t *testing.T) {
	w, l, path := online(t)
	bind := func(contact string) {
		l.bindings = append(l.bindings, phone.Binding{
			Contact: contact, Instance: "<urn:uuid:1>", Transport: "tcp", Remote: netip.MustParseAddrPort("192.0.2.1:50000"),
			Country: "DK", UserAgent: "snomD865", CallID: "not shown", Registered: noon, Expires: noon.Add(time.Hour),
		})
	}
	bind("sip:a@10.0.0.1")
	one := string(l.bindings[0].ID())
	w.wants("GET", path+"/bindings", "", 200, `{"bindings":[{"_id":"`+one+`","contact":"sip:a@10.0.0.1","instance":"\u003curn:uuid:1\u003e",`+
		`"address":"192.0.2.1","port":50000,"transport":"tcp","country":"DK","userAgent":"snomD865","registered":"2026-03-04T12:00:00Z","expires":3600}]}`)
	bind("sip:b@10.0.0.1")
	w.wants("DELETE", path+"/binding/"+one, "", 200, `{"success":true}`)
	w.wants("DELETE", path+"/binding/"+one, "", 404, `{"code":404,"message":"not_found","description":"Binding not found"}`)
	w.wants("DELETE", path+"/binding/x", "", 404, `{"code":404,"message":"not_found","description":"Binding not found"}`)
	if len(l.bindings) != 1 {
		t.Errorf("left %v", l.bindings)
	}
	w.wants("DELETE", path+"/binding", "", 200, `{"success":true}`)
	w.wants("DELETE", path+"/binding", "", 200, `{"success":true}`)
	if want := []string{"removed", "removed"}; !slices.Equal(l.done, want) || len(l.bindings) > 0 {
		t.Errorf("for the reasons %q, left %v", l.done, l.bindings)
	}
}

func TestAcceptLocksToTheLastRefusal(t *testing.T) {
	const elsewhere = `{"code":409,"message":"address","description":"SIP phone was last refused at another address"}`
	for name, c := range map[string]struct {
		last, body string
		code       int
		fence      string // or the answer
	}{
		"without an address":      {"192.0.2.7", "", 200, "LOCKED 192.0.2.7"},
		"with an empty body":      {"192.0.2.7", `{}`, 200, "LOCKED 192.0.2.7"},
		"with the address":        {"192.0.2.7", `{"address":"192.0.2.7"}`, 200, "LOCKED 192.0.2.7"},
		"in another form of it":   {"192.0.2.7", `{"address":"::ffff:192.0.2.7"}`, 200, "LOCKED 192.0.2.7"},
		"an IPv6 address":         {"2001:db8::7", `{"address":"2001:DB8:0::7"}`, 200, "LOCKED 2001:db8::7"},
		"it came from elsewhere":  {"192.0.2.8", `{"address":"192.0.2.7"}`, 409, elsewhere},
		"what is no address":      {"192.0.2.7", `{"address":"home"}`, 422, `{"code":422,"message":"address","description":"IP address is invalid"}`},
		"what is not even a text": {"192.0.2.7", `{"address":7}`, 422, `{"code":422,"message":"address","description":"Value is invalid"}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			id := w.softphone()
			w.store.Rejected(id, phone.Rejection{Time: noon, Address: netip.MustParseAddr(c.last), Reason: "address", Via: phone.ViaRegister})
			for range 2 { // the second time it is so already
				rec := w.do("POST", "/pbx/sipphone/"+string(id)+"/accept", "manager", c.body)
				got := rec.Body.String()
				if rec.Code == 200 {
					var p phone.Phone
					if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
						t.Fatal(err)
					}
					got = string(p.IP.Mode) + " " + p.IP.Address
				}
				if rec.Code != c.code || got != c.fence {
					t.Errorf("%d %s, want %d %s", rec.Code, got, c.code, c.fence)
				}
			}
		})
	}
}
