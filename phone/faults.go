package phone

import (
	"fmt"
	"strconv"
	"strings"
)

// Rule names a row of the API page's table of errors.
type Rule int

// The rows, in the page's order, which is the order in which several faults of
// one request are told.
const (
	unlistedRow Rule = iota // a fault for which the page has no row
	Multiple
	BadCluster
	NoModel
	NoExtension
	NoCustomer
	BadMAC
	MACTaken
	MACFull
	NoHandsetAddress
	NoHandsetPosition
	BadIPMode
	BadIPCountry
	NoIPCountries
	BadIPAddress
	BadRingerVolume
	RingerVolumeRange
	BadRingerTone
	BadHandsetMic
	BadHandsetSpeaker
	BadHeadsetMic
	BadHeadsetSpeaker
	BadHandsfreeMic
	BadHandsfreeSpeaker
	NoKeyIndex
	KeyIndexTaken
	NoKeyFunction
	BadKeyFunction
	BadKeyNumber
	NoKeyExtension
	BadKeyURL
	NoKeyGroup
	NoKeyQueue
	NoKeyRights
	PanelSerialTaken
	TooManyPanels
	BadNetworkAddress
	BadNetworkSubnet
	BadNetworkGateway
	BadNetworkDNS1
	BadNetworkDNS2
	BadVLANID
	BadVLANPriority
	AccessDenied
	NoPhone
	LevelTooLow
	Failure
)

// table is the page's table of errors, word for word. A # in a key stands for
// the position in the array, 0-based. What the page says of "multiple" beyond
// its first two words explains the answer, and what went wrong inside is never
// told: the page leaves that text to us.
var table = [...]Error{
	Multiple:            {Kind: Invalid, Key: "multiple", Text: "Multiple errors"},
	BadCluster:          {Kind: Invalid, Key: "pbxCluster", Text: "PBX cluster id not valid only 1 or 2 is permitted"},
	NoModel:             {Kind: NotFound, Key: "sipPhoneModel", Text: "SIP phone model not found or invalid"},
	NoExtension:         {Kind: NotFound, Key: "extension", Text: "Extension not found"},
	NoCustomer:          {Kind: NotFound, Key: "customer", Text: "Customer not found or not active"},
	BadMAC:              {Kind: Invalid, Key: "macAddress", Text: "MAC address is invalid"},
	MACTaken:            {Kind: Conflict, Key: "macAddress", Text: "A phone with the same MAC address already exists"},
	MACFull:             {Kind: Denied, Key: "macAddress", Text: "All available slots has been filled, no more SIP phones can share the MAC address"},
	NoHandsetAddress:    {Kind: Invalid, Key: "handsetAddress", Text: "Handset address is missing"},
	NoHandsetPosition:   {Kind: Conflict, Key: "handsetIndex", Text: "The SIP phone/device does not have any free positions"},
	BadIPMode:           {Kind: Invalid, Key: "ip.mode", Text: "Mode is invalid"},
	BadIPCountry:        {Kind: Invalid, Key: "ip.countries", Text: "Country code 'XX' is not valid"},
	NoIPCountries:       {Kind: Conflict, Key: "ip.mode", Text: "ROAMING mode requires countries to be specified"},
	BadIPAddress:        {Kind: Invalid, Key: "ip.address", Text: "IP address is invalid"},
	BadRingerVolume:     {Kind: Invalid, Key: "ringer.volume", Text: "Ringer volume is invalid"},
	RingerVolumeRange:   {Kind: Invalid, Key: "ringer.volume", Text: "Ringer volume is outside the valid range"},
	BadRingerTone:       {Kind: Invalid, Key: "ringer.tone", Text: "Ringtone is outside the valid range"},
	BadHandsetMic:       {Kind: Invalid, Key: "volume.handset.mic", Text: "Handset microphone level is invalid"},
	BadHandsetSpeaker:   {Kind: Invalid, Key: "volume.handset.speaker", Text: "Handset speaker level is invalid"},
	BadHeadsetMic:       {Kind: Invalid, Key: "volume.headset.mic", Text: "Headset microphone level is invalid"},
	BadHeadsetSpeaker:   {Kind: Invalid, Key: "volume.headset.speaker", Text: "Headset speaker level is invalid"},
	BadHandsfreeMic:     {Kind: Invalid, Key: "volume.handsfree.mic", Text: "Handsfree microphone level is invalid"},
	BadHandsfreeSpeaker: {Kind: Invalid, Key: "volume.handsfree.speaker", Text: "Handsfree speaker level is invalid"},
	NoKeyIndex:          {Kind: Invalid, Key: "softkeys[#].index", Text: "Index is missing"},
	KeyIndexTaken:       {Kind: Invalid, Key: "softkeys[#].index", Text: "Index is being used by another softkey"},
	NoKeyFunction:       {Kind: Invalid, Key: "softkeys[#].function", Text: "Function is missing"},
	BadKeyFunction:      {Kind: Invalid, Key: "softkeys[#].function", Text: "Function type is not valid for this phone model"},
	BadKeyNumber:        {Kind: Invalid, Key: "softkeys[#].value", Text: "Not a valid phone number"},
	NoKeyExtension:      {Kind: NotFound, Key: "softkeys[#].value", Text: "Extension not found"},
	BadKeyURL:           {Kind: Invalid, Key: "softkeys[#].value", Text: "URL is invalid, must begin with http: or https:"},
	NoKeyGroup:          {Kind: NotFound, Key: "softkeys[#].value", Text: "Group not found"},
	NoKeyQueue:          {Kind: NotFound, Key: "softkeys[#].value", Text: "Queue not found"},
	NoKeyRights:         {Kind: Conflict, Key: "softkeys[#].value", Text: "Extension does not have controller rights on group"},
	PanelSerialTaken:    {Kind: Conflict, Key: "purchaseInfo.sidePanels.serial", Text: "Sidepanel serials need to be unique"},
	TooManyPanels:       {Kind: Invalid, Key: "purchaseInfo.sidePanels", Text: "More sidepanels configured than possible for the SIP phone model."},
	BadNetworkAddress:   {Kind: Invalid, Key: "network.ipAddress", Text: "IP address is invalid or missing"},
	BadNetworkSubnet:    {Kind: Invalid, Key: "network.subnet", Text: "Subnet mask is invalid or missing"},
	BadNetworkGateway:   {Kind: Invalid, Key: "network.gateway", Text: "Default gateway is invalid or missing"},
	BadNetworkDNS1:      {Kind: Invalid, Key: "network.dns1", Text: "Primary DNS server is invalid or missing"},
	BadNetworkDNS2:      {Kind: Invalid, Key: "network.dns2", Text: "Secondary DNS server is invalid"},
	BadVLANID:           {Kind: Invalid, Key: "network.vlanId", Text: "Vlan ID is invalid"},
	BadVLANPriority:     {Kind: Invalid, Key: "network.vlanPriority", Text: "Vlan priority is invalid"},
	AccessDenied:        {Kind: Denied, Key: "access_denied", Text: "Access denied"},
	NoPhone:             {Kind: NotFound, Key: "not_found", Text: "SIP phone not found"},
	LevelTooLow:         {Kind: Denied, Key: "access_denied", Text: "Insufficient access level"},
	Failure:             {Kind: Internal, Key: "internal_error", Text: "<Unspecified>"},
}

// Fault makes the error of a row.
func Fault(r Rule) *Error {
	e := table[r]
	e.row = r
	return &e
}

// faultAt makes the error of a row that tells of an array's element.
func faultAt(r Rule, i int) *Error {
	e := Fault(r)
	e.Key = strings.Replace(e.Key, "#", strconv.Itoa(i), 1)
	return e
}

// badCountry is the row of ip.countries with the offending code in its text;
// of something that is not a code at all, its first characters.
func badCountry(code string) *Error {
	e := Fault(BadIPCountry)
	e.Text = strings.Replace(e.Text, "XX", fmt.Sprintf("%.20s", code), 1)
	return e
}

// unlisted is a fault of a property for which the page has no row: it is told
// after those that have one, in the order of the properties.
func unlisted(key, text string) *Error {
	return &Error{Kind: Invalid, Key: key, Text: text}
}

// at puts the position of an array's element in a key: softkeys[2].index.
func at(array string, i int, rest string) string {
	return array + "[" + strconv.Itoa(i) + "]" + rest
}
