package phone

import (
	"slices"
	"time"
)

// Phone is a SIP phone as the management API shows it. Properties that hold no
// value are left out of the JSON. A *Phone that came from the Book or the store
// is shared and must not be changed; Clone it.
type Phone struct {
	ID             ID     `json:"_id"`
	PBXCluster     int    `json:"pbxCluster"`
	Model          ID     `json:"sipPhoneModel"`
	Extension      ID     `json:"extension"` // null when not linked
	Customer       ID     `json:"customer"`
	MAC            MAC    `json:"macAddress,omitempty"`
	Serial         string `json:"serial,omitempty"`
	Product        ID     `json:"product,omitempty"`
	HandsetIndex   *int   `json:"handsetIndex,omitempty"` // position on a shared device, assigned at creation
	HandsetAddress string `json:"handsetAddress,omitempty"`
	CallWaiting    *bool  `json:"callWaiting,omitempty"`

	SidePanel               string `json:"sidePanel,omitempty"`
	SidePanelCount          *int   `json:"sidePanelCount,omitempty"`
	SoftkeysOnDevice        *bool  `json:"softkeyConfigurationOnDevice,omitempty"`
	SoftkeyBLFBlindTransfer *bool  `json:"softkeyBlfBlindTransfer,omitempty"`
	HeadsetButton           string `json:"headsetButton,omitempty"`
	DHSG                    *bool  `json:"dhsg,omitempty"`
	DisplayBrightness       *int   `json:"displayBrightness,omitempty"`     // 0-15
	DisplayBrightnessIdle   *int   `json:"displayBrightnessIdle,omitempty"` // 0-15
	DisplayBackground       string `json:"displayBackground,omitempty"`
	DisplayFontColor        string `json:"displayFontColor,omitempty"`
	InstanceID              string `json:"instanceId,omitempty"`
	CustomConfig            string `json:"customConfig,omitempty"`
	Notes                   string `json:"notes,omitempty"`
	DND                     bool   `json:"dnd,omitempty"`  // set through its extension: it is never called
	SRTP                    string `json:"srtp,omitempty"` // whether its calls are encrypted; "" is off

	IP       Fence            `json:"ip"`
	Username string           `json:"username"`
	Password string           `json:"password"`
	Old      []OldCredentials `json:"-"` // still valid beside these, never shown

	Ringer   Ringer       `json:"ringer,omitzero"`
	Volume   Volume       `json:"volume,omitzero"`
	Softkeys []Softkey    `json:"softkeys,omitempty"`
	Codec    Codec        `json:"codec,omitzero"`
	Network  Network      `json:"network,omitzero"`
	Purchase PurchaseInfo `json:"purchaseInfo,omitzero"`
}

// Ringer is how the phone rings.
type Ringer struct {
	Volume *int `json:"volume,omitempty"`
	Tone   Tone `json:"tone,omitempty"`
}

// Volume holds the levels of the three ways to speak.
type Volume struct {
	Handset   AudioLevels `json:"handset,omitzero"`
	Headset   AudioLevels `json:"headset,omitzero"`
	Handsfree AudioLevels `json:"handsfree,omitzero"`
}

// AudioLevels is the level of a microphone and of a speaker.
type AudioLevels struct {
	Mic     *int `json:"mic,omitempty"`
	Speaker *int `json:"speaker,omitempty"`
}

// Softkey is one configured key.
type Softkey struct {
	Index    *int   `json:"index,omitempty"` // 0-based position
	Function string `json:"function,omitempty"`
	Value    string `json:"value,omitempty"`
	Label    string `json:"label,omitempty"`
}

// Codec says which kinds of codec the phone may use.
type Codec struct {
	HDAudio *bool `json:"hdAudio,omitempty"`
	Video   *bool `json:"video,omitempty"`
}

// Network is the phone's own network setting.
type Network struct {
	DHCP         *bool  `json:"dhcp,omitempty"`
	Address      string `json:"ipAddress,omitempty"`
	Subnet       string `json:"subnet,omitempty"`
	Gateway      string `json:"gateway,omitempty"`
	DNS1         string `json:"dns1,omitempty"`
	DNS2         string `json:"dns2,omitempty"`
	VLANID       *int   `json:"vlanId,omitempty"`       // 0-4094, 0 is off
	VLANPriority *int   `json:"vlanPriority,omitempty"` // 0-7
}

// PurchaseInfo is how the phone was acquired, for the external economic system.
type PurchaseInfo struct {
	OrderID       string      `json:"orderId,omitempty"`
	Date          *time.Time  `json:"date,omitempty"`
	PaymentOption string      `json:"paymentOption,omitempty"`
	SidePanels    []SidePanel `json:"sidePanels,omitempty"`
}

// SidePanel is the purchase of one side panel.
type SidePanel struct {
	Serial        string     `json:"serial,omitempty"`
	PaymentOption string     `json:"paymentOption,omitempty"`
	OrderID       string     `json:"orderId,omitempty"`
	Date          *time.Time `json:"date,omitempty"`
	Product       ID         `json:"product,omitempty"`
}

// New is a phone with the defaults of the API page: production cluster, fence
// open. It has neither id nor credentials yet.
func New(customer ID) *Phone {
	return &Phone{Customer: customer, PBXCluster: Production, IP: Fence{Mode: Open}}
}

// The PBX clusters.
const (
	Production  = 1
	Development = 2
)

// Clone is a copy whose properties can be replaced without touching the
// original. What a pointer points at is never changed in place by anybody.
func (p *Phone) Clone() *Phone {
	c := *p
	c.Old = slices.Clone(p.Old)
	c.Softkeys = slices.Clone(p.Softkeys)
	c.Purchase.SidePanels = slices.Clone(p.Purchase.SidePanels)
	return &c
}

// Handset is the position on a shared device, 0 for a phone of its own.
func (p *Phone) Handset() int {
	if p.HandsetIndex == nil {
		return 0
	}
	return *p.HandsetIndex
}

// Uses are the objects that the phone needs: its model, its extension, what its
// softkeys call. An id may be empty or twice in it.
func (p *Phone) Uses() []ID {
	return keyUses([]ID{p.Model, p.Extension}, p.Softkeys)
}

// Products are those that the phone and its side panels were bought as. Nobody
// looks them up, so an id may be that of something else; it may also be empty or
// twice in it.
func (p *Phone) Products() []ID {
	ids := []ID{p.Product}
	for _, panel := range p.Purchase.SidePanels {
		ids = append(ids, panel.Product)
	}
	return ids
}
