package webhook

import (
	"net/netip"
	"testing"
)

func TestWhereAWebhookMayLead(t *testing.T) {
	const (
		yes    = "yes"
		opened = "when private addresses are allowed"
		no     = "no"
	)
	for _, c := range []struct{ what, address, may string }{
		{"a public address", "8.8.8.8", yes},
		{"a public IPv6 address", "2606:4700::1111", yes},
		{"a public address in IPv6 clothes", "::ffff:8.8.8.8", yes},
		{"a public address behind NAT64", "64:ff9b::808:808", yes},
		{"a public address in 6to4", "2002:808:808::1", yes},
		{"just below a private network", "172.15.255.255", yes},
		{"just above it", "172.32.0.0", yes},
		{"just above the carrier's NAT", "100.128.0.0", yes},

		{"loopback", "127.0.0.1", opened},
		{"another address of loopback", "127.255.255.254", opened},
		{"loopback in IPv6 clothes", "::ffff:127.0.0.1", opened},
		{"loopback of IPv6", "::1", opened},
		{"ten", "10.1.2.3", opened},
		{"172.16", "172.16.0.1", opened},
		{"the end of 172.16/12", "172.31.255.255", opened},
		{"192.168", "192.168.1.1", opened},
		{"behind a carrier's NAT", "100.64.0.1", opened},
		{"unique local", "fd00::1", opened},
		{"unique local with a zone", "fd00::1%eth0", opened},
		{"private behind NAT64", "64:ff9b::a00:1", opened},
		{"loopback behind NAT64", "64:ff9b::7f00:1", opened},
		{"private in 6to4", "2002:c0a8:101::1", opened},

		{"the cloud's metadata", "169.254.169.254", no},
		{"the same in IPv6 clothes", "::ffff:169.254.169.254", no},
		{"the same behind NAT64", "64:ff9b::a9fe:a9fe", no},
		{"link-local of IPv6", "fe80::1%eth0", no},
		{"unspecified", "0.0.0.0", no},
		{"this network", "0.1.2.3", no},
		{"unspecified of IPv6", "::", no},
		{"multicast", "224.0.0.1", no},
		{"multicast of IPv6", "ff02::1", no},
		{"broadcast", "255.255.255.255", no},
		{"reserved", "240.0.0.1", no},
		{"documentation", "203.0.113.7", no},
		{"documentation of IPv6", "2001:db8::1", no},
		{"for measurements", "198.18.0.1", no},
		{"the old way to embed IPv4", "::127.0.0.1", no},
		{"Teredo", "2001:0:a00:1::1", no},
		{"NAT64 of some network's own", "64:ff9b:1::a00:1", no},
		{"site-local", "fec0::1", no},
	} {
		got := no
		switch a := netip.MustParseAddr(c.address); {
		case allowed(a, false) && allowed(a, true):
			got = yes
		case allowed(a, true):
			got = opened
		}
		if got != c.may {
			t.Errorf("%s, %s: %s, want %s", c.what, c.address, got, c.may)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, address := range []string{"", "localhost:80", "8.8.8.8", "[::1"} {
		if err := guard(true)("tcp", address, nil); err == nil {
			t.Errorf("%q may be connected to", address)
		}
	}
	if err := guard(false)("tcp4", "8.8.8.8:443", nil); err != nil {
		t.Errorf("a public address: %v", err)
	}
	if allowed(netip.Addr{}, true) {
		t.Error("no address at all is allowed")
	}
}
