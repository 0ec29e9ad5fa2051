package registrar

import "testing"

// RFC 5626 section 4.4: with Flow-Timer a phone may be silent for as long. A NAT
// bears that with connections; for UDP a phone that is told nothing keeps to 24
// to 29 s, which is what NATs bear.
func TestFlowTimerIsForConnections(t *testing.T) {
	const outbound = `REGISTER sip:example.net
Supported: path, outbound
Contact: <sip:x@random.invalid;transport=ws>;reg-id=1;+sip.instance="<urn:uuid:1>"`
	for network, want := range map[string]string{"udp": "", "tcp": "120", "tls": "120", "ws": "120", "wss": "120"} {
		w := newWorld(nil)
		res := w.ask(t, "desk", flow(network, "127.0.0.1:40000"), 1, outbound)
		wants(t, res, 200)
		got := ""
		if h := res.GetHeader("Flow-Timer"); h != nil {
			got = h.Value()
		}
		if got != want || res.GetHeader("Require").Value() != "outbound" {
			t.Errorf("%s: Flow-Timer %q, want %q; Require %v", network, got, want, res.GetHeader("Require"))
		}
	}
}
