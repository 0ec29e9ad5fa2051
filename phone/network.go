package phone

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// faults judges the phone's own network setting: the form of what is given, and
// that a fixed address is whole. A phone with a fixed address that does not
// work is off the network until somebody stands before it.
func (n Network) faults() (fs Faults) {
	fixed := n.DHCP != nil && !*n.DHCP
	for _, f := range []struct {
		value    string
		required bool
		valid    func(string) bool
		row      Rule
	}{
		{n.Address, fixed, validHost, BadNetworkAddress},
		{n.Subnet, fixed, validMask, BadNetworkSubnet},
		{n.Gateway, fixed, validHost, BadNetworkGateway},
		{n.DNS1, fixed, validHost, BadNetworkDNS1},
		{n.DNS2, false, validHost, BadNetworkDNS2},
	} {
		if f.value == "" && f.required || f.value != "" && !f.valid(f.value) {
			fs = append(fs, Fault(f.row))
		}
	}
	if fixed && validHost(n.Address) && validMask(n.Subnet) {
		fs = append(fs, n.subnetFaults()...)
	}
	return fs
}

// subnetFaults judges address and gateway against the subnet that they are in:
// two hosts of one network.
func (n Network) subnetFaults() (fs Faults) {
	address, mask := parseIPv4(n.Address), parseIPv4(n.Subnet)
	if !isHostOf(address, mask) {
		fs = append(fs, Fault(BadNetworkAddress))
	}
	if !validHost(n.Gateway) {
		return fs
	}
	gateway := parseIPv4(n.Gateway)
	if gateway == address || gateway&mask != address&mask || !isHostOf(gateway, mask) {
		fs = append(fs, Fault(BadNetworkGateway))
	}
	return fs
}

// isHostOf says whether the address is neither that of the network itself nor
// that of its broadcasts.
func isHostOf(address, mask uint32) bool {
	host := address &^ mask
	return host != 0 && host != ^mask
}

// validHost says whether a device can have the IPv4 address.
func validHost(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4() && canConnect(a) && !a.IsLoopback() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// validMask says whether it is a dotted mask, ones before zeros, that leaves
// room for two hosts.
func validMask(s string) bool {
	mask := parseIPv4(s)
	ones := bits.LeadingZeros32(^mask)
	return ones >= 1 && ones <= 30 && mask<<ones == 0
}

// parseIPv4 is the address as a number, 0 when it is none.
func parseIPv4(s string) uint32 {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return 0
	}
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}
