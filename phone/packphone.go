package phone

import "time"

// The first slots, which an entry reads without unpacking the phone.
const (
	modeSlot = iota
	countriesSlot
	addressSlot
	oldSlot
)

var ipModes = []IPMode{Open, Locked, Roaming}

// phoneSlots are the properties of a phone but its id, username, model, extension
// and customer, which an entry has beside them.
var phoneSlots = []slot[Phone]{
	modeSlot:      packWord(func(p *Phone) *IPMode { return &p.IP.Mode }, ipModes...),
	countriesSlot: packText(func(p *Phone) *Countries { return &p.IP.Countries }),
	addressSlot:   packText(func(p *Phone) *string { return &p.IP.Address }),
	oldSlot: packList(func(p *Phone) *[]OldCredentials { return &p.Old }, []slot[OldCredentials]{
		packText(func(o *OldCredentials) *string { return &o.Username }),
		packText(func(o *OldCredentials) *string { return &o.Password }),
		packMoment(func(o *OldCredentials) *time.Time { return &o.Until }),
	}),
	packText(func(p *Phone) *string { return &p.Password }),
	packInt(func(p *Phone) *int { return &p.PBXCluster }),
	packText(func(p *Phone) *MAC { return &p.MAC }),
	packText(func(p *Phone) *string { return &p.Serial }),
	packText(func(p *Phone) *ID { return &p.Product }),
	packOptional(func(p *Phone) **int { return &p.HandsetIndex }),
	packText(func(p *Phone) *string { return &p.HandsetAddress }),
	packSwitch(func(p *Phone) **bool { return &p.CallWaiting }),

	packText(func(p *Phone) *string { return &p.SidePanel }),
	packOptional(func(p *Phone) **int { return &p.SidePanelCount }),
	packSwitch(func(p *Phone) **bool { return &p.SoftkeysOnDevice }),
	packSwitch(func(p *Phone) **bool { return &p.SoftkeyBLFBlindTransfer }),
	packText(func(p *Phone) *string { return &p.HeadsetButton }),
	packSwitch(func(p *Phone) **bool { return &p.DHSG }),
	packOptional(func(p *Phone) **int { return &p.DisplayBrightness }),
	packOptional(func(p *Phone) **int { return &p.DisplayBrightnessIdle }),
	packText(func(p *Phone) *string { return &p.DisplayBackground }),
	packText(func(p *Phone) *string { return &p.DisplayFontColor }),
	packText(func(p *Phone) *string { return &p.InstanceID }),
	packText(func(p *Phone) *string { return &p.CustomConfig }),
	packText(func(p *Phone) *string { return &p.Notes }),
	packBool(func(p *Phone) *bool { return &p.DND }),
	packWord(func(p *Phone) *string { return &p.SRTP }, srtpPolicies...),

	packOptional(func(p *Phone) **int { return &p.Ringer.Volume }),
	packText(func(p *Phone) *Tone { return &p.Ringer.Tone }),
	packOptional(func(p *Phone) **int { return &p.Volume.Handset.Mic }),
	packOptional(func(p *Phone) **int { return &p.Volume.Handset.Speaker }),
	packOptional(func(p *Phone) **int { return &p.Volume.Headset.Mic }),
	packOptional(func(p *Phone) **int { return &p.Volume.Headset.Speaker }),
	packOptional(func(p *Phone) **int { return &p.Volume.Handsfree.Mic }),
	packOptional(func(p *Phone) **int { return &p.Volume.Handsfree.Speaker }),
	packList(func(p *Phone) *[]Softkey { return &p.Softkeys }, []slot[Softkey]{
		packOptional(func(k *Softkey) **int { return &k.Index }),
		packWord(func(k *Softkey) *string { return &k.Function }, keyFunctions...),
		packText(func(k *Softkey) *string { return &k.Value }),
		packText(func(k *Softkey) *string { return &k.Label }),
	}),
	packSwitch(func(p *Phone) **bool { return &p.Codec.HDAudio }),
	packSwitch(func(p *Phone) **bool { return &p.Codec.Video }),

	packSwitch(func(p *Phone) **bool { return &p.Network.DHCP }),
	packText(func(p *Phone) *string { return &p.Network.Address }),
	packText(func(p *Phone) *string { return &p.Network.Subnet }),
	packText(func(p *Phone) *string { return &p.Network.Gateway }),
	packText(func(p *Phone) *string { return &p.Network.DNS1 }),
	packText(func(p *Phone) *string { return &p.Network.DNS2 }),
	packOptional(func(p *Phone) **int { return &p.Network.VLANID }),
	packOptional(func(p *Phone) **int { return &p.Network.VLANPriority }),

	packText(func(p *Phone) *string { return &p.Purchase.OrderID }),
	packDate(func(p *Phone) **time.Time { return &p.Purchase.Date }),
	packText(func(p *Phone) *string { return &p.Purchase.PaymentOption }),
	packList(func(p *Phone) *[]SidePanel { return &p.Purchase.SidePanels }, []slot[SidePanel]{
		packText(func(s *SidePanel) *string { return &s.Serial }),
		packText(func(s *SidePanel) *string { return &s.PaymentOption }),
		packText(func(s *SidePanel) *string { return &s.OrderID }),
		packDate(func(s *SidePanel) **time.Time { return &s.Date }),
		packText(func(s *SidePanel) *ID { return &s.Product }),
	}),
}

// extensionSlots are the properties of an extension but its id, customer and
// employee, which its line has beside them.
var extensionSlots = []slot[Extension]{
	packWord(func(e *Extension) *string { return &e.Type }, "EXTENSION"),
	packText(func(e *Extension) *string { return &e.Number }),
	packText(func(e *Extension) *string { return &e.Name }),
	packText(func(e *Extension) *string { return &e.Direct }),
	packText(func(e *Extension) *string { return &e.Notes }),

	packText(func(e *Extension) *string { return &e.Forward.Unconditional }),
	packText(func(e *Extension) *string { return &e.Forward.Busy }),
	packText(func(e *Extension) *string { return &e.Forward.NoAnswer }),
	packText(func(e *Extension) *string { return &e.Forward.Unregistered }),
	packInt(func(e *Extension) *int { return &e.NoAnswerTime }),
	packBool(func(e *Extension) *bool { return &e.CallWaiting }),
	packText(func(e *Extension) *string { return &e.CallerID }),
	packBool(func(e *Extension) *bool { return &e.Anonymous }),
}
