package phone

import (
	"slices"
	"testing"
)

func TestWhatIsWrongWithANetworkSetting(t *testing.T) {
	const (
		address = "422 network.ipAddress: IP address is invalid or missing"
		subnet  = "422 network.subnet: Subnet mask is invalid or missing"
		gateway = "422 network.gateway: Default gateway is invalid or missing"
		dns1    = "422 network.dns1: Primary DNS server is invalid or missing"
		dns2    = "422 network.dns2: Secondary DNS server is invalid"
	)
	yes, no := true, false
	fixed := Network{DHCP: &no, Address: "192.168.1.10", Subnet: "255.255.255.0", Gateway: "192.168.1.1", DNS1: "192.168.1.1"}
	with := func(change func(*Network)) Network {
		n := fixed
		change(&n)
		return n
	}
	for name, c := range map[string]struct {
		network Network
		want    []string
	}{
		"nothing":                          {Network{}, nil},
		"DHCP":                             {Network{DHCP: &yes}, nil},
		"DHCP with an address for later":   {Network{DHCP: &yes, Address: "192.168.1.10", Gateway: "10.0.0.1"}, nil},
		"DHCP with nonsense":               {Network{DHCP: &yes, Address: "a", Subnet: "b", Gateway: "c", DNS1: "d", DNS2: "e"}, []string{address, subnet, gateway, dns1, dns2}},
		"nonsense without DHCP being said": {Network{Subnet: "255.0.255.0", DNS2: "::1"}, []string{subnet, dns2}},

		"a fixed address":               {fixed, nil},
		"two DNS servers":               {with(func(n *Network) { n.DNS2 = "8.8.8.8" }), nil},
		"nothing but a fixed address":   {Network{DHCP: &no}, []string{address, subnet, gateway, dns1}},
		"no address":                    {with(func(n *Network) { n.Address = "" }), []string{address}},
		"no mask":                       {with(func(n *Network) { n.Subnet = "" }), []string{subnet}},
		"no gateway":                    {with(func(n *Network) { n.Gateway = "" }), []string{gateway}},
		"no DNS server":                 {with(func(n *Network) { n.DNS1 = "" }), []string{dns1}},
		"an IPv6 address":               {with(func(n *Network) { n.Address = "2001:db8::1" }), []string{address}},
		"an IPv4 address in IPv6":       {with(func(n *Network) { n.Address = "::ffff:192.168.1.10" }), []string{address}},
		"an address with a zero before": {with(func(n *Network) { n.Address = "192.168.01.10" }), []string{address}},
		"an address with a mask":        {with(func(n *Network) { n.Address = "192.168.1.10/24" }), []string{address}},
		"no particular address":         {with(func(n *Network) { n.Address = "0.0.0.0" }), []string{address}},
		"a loopback address":            {with(func(n *Network) { n.Address = "127.0.0.1" }), []string{address}},
		"a group's address":             {with(func(n *Network) { n.Address = "224.0.0.1" }), []string{address}},
		"everybody's address":           {with(func(n *Network) { n.Address = "255.255.255.255" }), []string{address}},
		"the network's own address":     {with(func(n *Network) { n.Address = "192.168.1.0" }), []string{address}},
		"the broadcast address":         {with(func(n *Network) { n.Address = "192.168.1.255" }), []string{address}},
		"a wide network":                {with(func(n *Network) { n.Address, n.Subnet, n.Gateway = "10.0.0.255", "255.0.0.0", "10.9.9.9" }), nil},
		"a network of two":              {with(func(n *Network) { n.Address, n.Subnet, n.Gateway = "10.0.0.1", "255.255.255.252", "10.0.0.2" }), nil},
		"a network of none":             {with(func(n *Network) { n.Subnet = "255.255.255.254" }), []string{subnet}},
		"a network of one":              {with(func(n *Network) { n.Subnet = "255.255.255.255" }), []string{subnet}},
		"no mask at all":                {with(func(n *Network) { n.Subnet = "0.0.0.0" }), []string{subnet}},
		"a mask with a gap":             {with(func(n *Network) { n.Subnet = "255.0.255.0" }), []string{subnet}},
		"a mask the wrong way round":    {with(func(n *Network) { n.Subnet = "0.0.0.255" }), []string{subnet}},
		"a mask as a length":            {with(func(n *Network) { n.Subnet = "24" }), []string{subnet}},
		"a gateway elsewhere":           {with(func(n *Network) { n.Gateway = "192.168.2.1" }), []string{gateway}},
		"a gateway that is the phone":   {with(func(n *Network) { n.Gateway = n.Address }), []string{gateway}},
		"a gateway that is all":         {with(func(n *Network) { n.Gateway = "192.168.1.255" }), []string{gateway}},
		"a name for a DNS server":       {with(func(n *Network) { n.DNS1 = "dns.example" }), []string{dns1}},
		"a bad second DNS server":       {with(func(n *Network) { n.DNS2 = "8.8.8" }), []string{dns2}},
	} {
		if got := told(c.network.faults().Err()); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestANetworkSettingIsJudgedWhenItIsTouched(t *testing.T) {
	no := false
	stands := Phone{
		ID: "1", Customer: acme, Model: soft, PBXCluster: Production, IP: Fence{Mode: Open},
		Network: Network{DHCP: &no, Address: "192.168.1.10", Subnet: "255.255.255.0", DNS1: "8.8.8.8"},
	}
	const gateway = "422 network.gateway: Default gateway is invalid or missing"
	for body, want := range map[string][]string{
		`{"notes":"x"}`:                       nil,
		`{"network":{"dhcp":false}}`:          nil, // as it was
		`{"network":{"dhcp":true}}`:           nil,
		`{"network":null}`:                    nil,
		`{"network":{"vlanId":7}}`:            {gateway},
		`{"network":{"gateway":"10.0.0.1"}}`:  {gateway},
		`{"network":{"gateway":7}}`:           {gateway},
		`{"network":{"vlanPriority":"high"}}`: {"422 network.vlanPriority: Vlan priority is invalid"},
	} {
		if got := told(update(t, world{}, stands.Clone(), body)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
