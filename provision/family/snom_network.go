package family

import "strconv"

// snomNetwork is how the phone is in its network; "" is left out, but for the
// number of the VLAN, which is empty when there is none.
type snomNetwork struct {
	DHCP                   string
	Static                 bool // the address is fixed
	VLAN                   bool // something is said of it
	VLANID                 string
	VLANPriority           string
	LLDP                   string // "off" where it would change the VLAN
	Address, Mask, Gateway string
	DNS1, DNS2             string
}

// Net is the network of the phone.
func (v *snomView) Net() *snomNetwork {
	n := v.Phone.Network
	s := &snomNetwork{
		DHCP: pick(n.DHCP, "on", "off"), Static: v.Fixed() != nil, VLAN: n.VLANID != nil,
		Address: n.Address, Mask: n.Subnet, Gateway: n.Gateway, DNS1: n.DNS1, DNS2: n.DNS2,
	}
	if n.VLANID == nil || *n.VLANID == 0 {
		return s
	}
	s.VLANID, s.LLDP = strconv.Itoa(*n.VLANID), "off"
	if n.VLANPriority != nil {
		s.VLANPriority = strconv.Itoa(*n.VLANPriority)
	}
	return s
}
