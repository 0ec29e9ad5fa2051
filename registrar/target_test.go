package registrar

import (
	"net/netip"
	"testing"

	"ringfence/sip"
)

func TestWhereRequestsForAContactGo(t *testing.T) {
	const source = "192.0.2.1:40000"
	for name, c := range map[string]struct{ transport, via, contact, want string }{
		"a phone that sends from where it listens":  {"udp", "192.0.2.1:40000", "sip:a@192.0.2.1:40000", source},
		"a phone that listens on another port":      {"udp", "192.0.2.1:40000", "sip:a@192.0.2.1:22000", "192.0.2.1:22000"},
		"a phone that listens on the usual port":    {"udp", "192.0.2.1:40000", "sip:a@192.0.2.1", "192.0.2.1:5060"},
		"a phone behind a NAT":                      {"udp", "10.0.0.5:5060", "sip:a@10.0.0.5:5060", source},
		"a phone that guesses its public address":   {"udp", "192.0.2.1:5060;rport", "sip:a@192.0.2.1:5060", source},
		"a phone that sends from any port":          {"udp", "192.0.2.1:5060", "sip:a@192.0.2.1:5060", "192.0.2.1:5060"},
		"a contact that is somebody else's address": {"udp", "192.0.2.1:40000", "sip:a@198.51.100.7:5060", source},
		"a contact with a name":                     {"udp", "192.0.2.1:40000", "sip:a@phone.example.net", source},
		"a connection":                              {"tcp", "192.0.2.1:40000", "sip:a@192.0.2.1:5060", source},
		"a Via with a name":                         {"udp", "phone.example.net:40000", "sip:a@192.0.2.1:22000", source},
	} {
		t.Run(name, func(t *testing.T) {
			uri, ok := sip.SplitURI(c.contact)
			via, ok2 := sip.SplitURI("sip:" + c.via) // host and port, as in a Via
			if !ok || !ok2 {
				t.Fatal(c)
			}
			sender := sip.TopVia{Host: via.Host, Port: via.Port, RPort: via.Rest == ";rport"}
			f := flow(c.transport, source)
			to := contact{parts: uri}
			got := netip.AddrPortFrom(f.Remote.Addr(), to.target(f, straight(&sender, f.Remote)))
			if got.String() != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
