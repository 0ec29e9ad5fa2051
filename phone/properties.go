package phone

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// property is one settable property of the API page.
type property struct {
	path string
	set  func(p *Phone, v any) Faults // v is decoded JSON, nil for null
}

// What a phone may want of SRTP (RFC 3711) in its calls.
const (
	SRTPOff      = "off"
	SRTPOptional = "optional"
	SRTPRequired = "required"
)

var srtpPolicies = []string{SRTPOff, SRTPOptional, SRTPRequired}

// groups are the properties that hold others.
var groups = []string{"ip", "ringer", "volume", "volume.handset", "volume.headset", "volume.handsfree", "codec", "network", "purchaseInfo"}

// properties is the page's request table, in its order. handsetIndex is not in
// it: it is assigned when the phone is created and cannot be changed. The last
// argument is the row that tells of a wrong type, where the page has one.
var properties = []property{
	value("pbxCluster", integer, func(p *Phone) *int { return &p.PBXCluster }, BadCluster),
	value("sipPhoneModel", identifier, func(p *Phone) *ID { return &p.Model }, NoModel),
	value("extension", identifier, func(p *Phone) *ID { return &p.Extension }, NoExtension),
	value("macAddress", macAddress, func(p *Phone) *MAC { return &p.MAC }, BadMAC),
	value("serial", text, func(p *Phone) *string { return &p.Serial }),
	value("product", identifier, func(p *Phone) *ID { return &p.Product }),
	value("handsetAddress", text, func(p *Phone) *string { return &p.HandsetAddress }, NoHandsetAddress),
	value("callWaiting", optional(boolean), func(p *Phone) **bool { return &p.CallWaiting }),
	value("sidePanel", text, func(p *Phone) *string { return &p.SidePanel }),
	value("sidePanelCount", optional(count), func(p *Phone) **int { return &p.SidePanelCount }),
	value("softkeyConfigurationOnDevice", optional(boolean), func(p *Phone) **bool { return &p.SoftkeysOnDevice }),
	value("softkeyBlfBlindTransfer", optional(boolean), func(p *Phone) **bool { return &p.SoftkeyBLFBlindTransfer }),
	value("headsetButton", oneOf("speaker", "headset", "speaker-headset", "headset-speaker"), func(p *Phone) *string { return &p.HeadsetButton }),
	value("dhsg", optional(boolean), func(p *Phone) **bool { return &p.DHSG }),
	value("displayBrightness", optional(between(0, 15)), func(p *Phone) **int { return &p.DisplayBrightness }),
	value("displayBrightnessIdle", optional(between(0, 15)), func(p *Phone) **int { return &p.DisplayBrightnessIdle }),
	value("displayBackground", webAddress, func(p *Phone) *string { return &p.DisplayBackground }),
	value("displayFontColor", oneOf("LIGHT", "DARK"), func(p *Phone) *string { return &p.DisplayFontColor }),
	value("instanceId", text, func(p *Phone) *string { return &p.InstanceID }),
	value("customConfig", lines, func(p *Phone) *string { return &p.CustomConfig }),
	value("notes", lines, func(p *Phone) *string { return &p.Notes }),
	value("srtp", oneOf(srtpPolicies...), func(p *Phone) *string { return &p.SRTP }), // not on the page

	// Security settings
	value("ip.mode", ipMode, func(p *Phone) *IPMode { return &p.IP.Mode }, BadIPMode),
	value("ip.countries", countryList, func(p *Phone) *Countries { return &p.IP.Countries }, BadIPCountry),
	value("ip.address", text, func(p *Phone) *string { return &p.IP.Address }, BadIPAddress),

	// Volume settings
	value("ringer.volume", optional(integer), func(p *Phone) **int { return &p.Ringer.Volume }, BadRingerVolume),
	value("ringer.tone", tone, func(p *Phone) *Tone { return &p.Ringer.Tone }, BadRingerTone),
	value("volume.handset.mic", optional(integer), func(p *Phone) **int { return &p.Volume.Handset.Mic }, BadHandsetMic),
	value("volume.handset.speaker", optional(integer), func(p *Phone) **int { return &p.Volume.Handset.Speaker }, BadHandsetSpeaker),
	value("volume.headset.mic", optional(integer), func(p *Phone) **int { return &p.Volume.Headset.Mic }, BadHeadsetMic),
	value("volume.headset.speaker", optional(integer), func(p *Phone) **int { return &p.Volume.Headset.Speaker }, BadHeadsetSpeaker),
	value("volume.handsfree.mic", optional(integer), func(p *Phone) **int { return &p.Volume.Handsfree.Mic }, BadHandsfreeMic),
	value("volume.handsfree.speaker", optional(integer), func(p *Phone) **int { return &p.Volume.Handsfree.Speaker }, BadHandsfreeSpeaker),

	// Softkey settings
	{"softkeys", setSoftkeys},

	// Codec settings
	value("codec.hdAudio", optional(boolean), func(p *Phone) **bool { return &p.Codec.HDAudio }),
	value("codec.video", optional(boolean), func(p *Phone) **bool { return &p.Codec.Video }),

	// Network settings
	value("network.dhcp", optional(boolean), func(p *Phone) **bool { return &p.Network.DHCP }),
	value("network.ipAddress", text, func(p *Phone) *string { return &p.Network.Address }, BadNetworkAddress),
	value("network.subnet", text, func(p *Phone) *string { return &p.Network.Subnet }, BadNetworkSubnet),
	value("network.gateway", text, func(p *Phone) *string { return &p.Network.Gateway }, BadNetworkGateway),
	value("network.dns1", text, func(p *Phone) *string { return &p.Network.DNS1 }, BadNetworkDNS1),
	value("network.dns2", text, func(p *Phone) *string { return &p.Network.DNS2 }, BadNetworkDNS2),
	value("network.vlanId", optional(between(0, 4094)), func(p *Phone) **int { return &p.Network.VLANID }, BadVLANID),
	value("network.vlanPriority", optional(between(0, 7)), func(p *Phone) **int { return &p.Network.VLANPriority }, BadVLANPriority),

	// Purchase info
	value("purchaseInfo.orderId", text, func(p *Phone) *string { return &p.Purchase.OrderID }),
	value("purchaseInfo.date", date, func(p *Phone) **time.Time { return &p.Purchase.Date }),
	value("purchaseInfo.paymentOption", paymentOption, func(p *Phone) *string { return &p.Purchase.PaymentOption }),
	{"purchaseInfo.sidePanels", setSidePanels},
}

// value makes a property out of where it is and how it is read. Null sets the
// zero value; a wrong type is told by the page's row, or in the reader's words.
func value[T any](path string, read reader[T], at func(*Phone) *T, row ...Rule) property {
	return property{path, func(p *Phone, v any) Faults {
		got, err := readOrClear(read, v)
		switch {
		case err == nil:
			*at(p) = got
			return nil
		case len(row) > 0:
			return Faults{Fault(row[0])}
		default:
			return Faults{unlisted(path, mustBe(err.Error()))}
		}
	}}
}

func setSoftkeys(p *Phone, v any) Faults {
	keys, fs := elements("softkeys", v, []field[Softkey]{
		element("index", optional(integer), func(k *Softkey) **int { return &k.Index }),
		element("function", text, func(k *Softkey) *string { return &k.Function }),
		element("value", keyValue, func(k *Softkey) *string { return &k.Value }),
		element("label", keyLabel, func(k *Softkey) *string { return &k.Label }),
	})
	if len(fs) == 0 {
		p.Softkeys = keys
	}
	return fs
}

func setSidePanels(p *Phone, v any) Faults {
	panels, fs := elements("purchaseInfo.sidePanels", v, []field[SidePanel]{
		element("serial", text, func(s *SidePanel) *string { return &s.Serial }),
		element("paymentOption", paymentOption, func(s *SidePanel) *string { return &s.PaymentOption }),
		element("orderId", text, func(s *SidePanel) *string { return &s.OrderID }),
		element("date", date, func(s *SidePanel) **time.Time { return &s.Date }),
		element("product", identifier, func(s *SidePanel) *ID { return &s.Product }),
	})
	if len(fs) == 0 {
		p.Purchase.SidePanels = panels
	}
	return fs
}

// field is one property of an array's element.
type field[E any] struct {
	name string
	set  func(e *E, v any) error
}

func element[E, T any](name string, read reader[T], at func(*E) *T) field[E] {
	return field[E]{name, func(e *E, v any) error {
		got, err := readOrClear(read, v)
		if err == nil {
			*at(e) = got
		}
		return err
	}}
}

// maxElements bounds an array; no phone has as many keys.
const maxElements = 1000

// elements reads an array of objects; null is an empty one.
func elements[E any](path string, v any, fields []field[E]) (list []E, fs Faults) {
	if v == nil {
		return nil, nil
	}
	items, ok := v.([]any)
	switch {
	case !ok:
		return nil, Faults{unlisted(path, mustBe("an array"))}
	case len(items) > maxElements:
		return nil, Faults{unlisted(path, mustBe(fmt.Sprintf("an array of at most %d", maxElements)))}
	}
	for i, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			fs = append(fs, unlisted(at(path, i, ""), mustBe("an object")))
			continue
		}
		var e E
		for _, f := range fields {
			if err := f.set(&e, object[f.name]); err != nil {
				fs = append(fs, unlisted(at(path, i, "."+f.name), mustBe(err.Error())))
			}
		}
		list = append(list, e)
	}
	return list, fs
}

// propertyRank is the place of a property in the page's request table; an
// array's element has that of the array, a group that of its first property, and
// an unknown one comes first.
func propertyRank(path string) int {
	path, _, _ = strings.Cut(path, "[")
	return 1 + slices.IndexFunc(properties, func(p property) bool {
		return p.path == path || strings.HasPrefix(p.path, path+".")
	})
}
