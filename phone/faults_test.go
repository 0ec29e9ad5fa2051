package phone

import (
	"fmt"
	"strings"
	"testing"
)

// page is the API page's table of errors, laid down a second time.
const page = `422 multiple Multiple errors
422 pbxCluster PBX cluster id not valid only 1 or 2 is permitted
404 sipPhoneModel SIP phone model not found or invalid
404 extension Extension not found
404 customer Customer not found or not active
422 macAddress MAC address is invalid
409 macAddress A phone with the same MAC address already exists
403 macAddress All available slots has been filled, no more SIP phones can share the MAC address
422 handsetAddress Handset address is missing
409 handsetIndex The SIP phone/device does not have any free positions
422 ip.mode Mode is invalid
422 ip.countries Country code 'XX' is not valid
409 ip.mode ROAMING mode requires countries to be specified
422 ip.address IP address is invalid
422 ringer.volume Ringer volume is invalid
422 ringer.volume Ringer volume is outside the valid range
422 ringer.tone Ringtone is outside the valid range
422 volume.handset.mic Handset microphone level is invalid
422 volume.handset.speaker Handset speaker level is invalid
422 volume.headset.mic Headset microphone level is invalid
422 volume.headset.speaker Headset speaker level is invalid
422 volume.handsfree.mic Handsfree microphone level is invalid
422 volume.handsfree.speaker Handsfree speaker level is invalid
422 softkeys[#].index Index is missing
422 softkeys[#].index Index is being used by another softkey
422 softkeys[#].function Function is missing
422 softkeys[#].function Function type is not valid for this phone model
422 softkeys[#].value Not a valid phone number
404 softkeys[#].value Extension not found
422 softkeys[#].value URL is invalid, must begin with http: or https:
404 softkeys[#].value Group not found
404 softkeys[#].value Queue not found
409 softkeys[#].value Extension does not have controller rights on group
409 purchaseInfo.sidePanels.serial Sidepanel serials need to be unique
422 purchaseInfo.sidePanels More sidepanels configured than possible for the SIP phone model.
422 network.ipAddress IP address is invalid or missing
422 network.subnet Subnet mask is invalid or missing
422 network.gateway Default gateway is invalid or missing
422 network.dns1 Primary DNS server is invalid or missing
422 network.dns2 Secondary DNS server is invalid
422 network.vlanId Vlan ID is invalid
422 network.vlanPriority Vlan priority is invalid
403 access_denied Access denied
404 not_found SIP phone not found
403 access_denied Insufficient access level
500 internal_error <Unspecified>`

func TestTheTableIsThatOfThePage(t *testing.T) {
	rows := strings.Split(page, "\n")
	if len(table) != len(rows)+1 {
		t.Fatalf("%d rows, want %d", len(table)-1, len(rows))
	}
	for i, want := range rows {
		row := Fault(Rule(i + 1))
		if got := fmt.Sprintf("%s %s %s", kindName[row.Kind], row.Key, row.Text); got != want {
			t.Errorf("row %d is\n  %s\nwant\n  %s", i+1, got, want)
		}
	}
}

// fine is a phone of which nothing is wrong, to create or as it stands.
const fine = `"sipPhoneModel":"` + string(keyed) + `","macAddress":"4EE8A34B56F3","extension":"` + string(ext200) + `"`

// provoked is a body for each row that a body can provoke. Of the others two are
// told of the caller, one of the phone, one of our own failure, and multiple is
// what two rows make.
var provoked = map[Rule]string{
	Multiple:            `{` + fine + `,"pbxCluster":3,"ip":{"mode":"x"}}`,
	BadCluster:          `{` + fine + `,"pbxCluster":3}`,
	NoModel:             `{"sipPhoneModel":"` + string(nothing) + `"}`,
	NoExtension:         `{` + fine + `,"extension":"` + string(nothing) + `"}`,
	BadMAC:              `{` + fine + `,"macAddress":"4E"}`,
	MACTaken:            `{` + fine + `,"macAddress":"000413000001"}`,
	MACFull:             `{"sipPhoneModel":"` + string(base) + `","macAddress":"000413000002","handsetAddress":"1"}`,
	NoHandsetAddress:    `{"sipPhoneModel":"` + string(base) + `","macAddress":"000413000003"}`,
	BadIPMode:           `{` + fine + `,"ip":{"mode":"x"}}`,
	BadIPCountry:        `{` + fine + `,"ip":{"mode":"ROAMING","countries":"XX"}}`,
	NoIPCountries:       `{` + fine + `,"ip":{"mode":"ROAMING"}}`,
	BadIPAddress:        `{` + fine + `,"ip":{"address":"x"}}`,
	BadRingerVolume:     `{` + fine + `,"ringer":{"volume":"loud"}}`,
	RingerVolumeRange:   `{` + fine + `,"ringer":{"volume":11}}`,
	BadRingerTone:       `{` + fine + `,"ringer":{"tone":6}}`,
	BadHandsetMic:       `{` + fine + `,"volume":{"handset":{"mic":-11}}}`,
	BadHandsetSpeaker:   `{` + fine + `,"volume":{"handset":{"speaker":16}}}`,
	BadHeadsetMic:       `{` + fine + `,"volume":{"headset":{"mic":0}}}`,
	BadHeadsetSpeaker:   `{` + fine + `,"volume":{"headset":{"speaker":16}}}`,
	BadHandsfreeMic:     `{` + fine + `,"volume":{"handsfree":{"mic":9}}}`,
	BadHandsfreeSpeaker: `{` + fine + `,"volume":{"handsfree":{"speaker":10}}}`,
	NoKeyIndex:          `{` + fine + `,"softkeys":[{"function":"LINE"}]}`,
	KeyIndexTaken:       `{` + fine + `,"softkeys":[{"index":0,"function":"LINE"},{"index":0,"function":"LINE"}]}`,
	NoKeyFunction:       `{` + fine + `,"softkeys":[{"index":0}]}`,
	BadKeyFunction:      `{` + fine + `,"softkeys":[{"index":0,"function":"HOLD"}]}`,
	BadKeyNumber:        `{` + fine + `,"softkeys":[{"index":0,"function":"SPEEDDIAL","value":"x"}]}`,
	NoKeyExtension:      `{` + fine + `,"softkeys":[{"index":0,"function":"BLF","value":"` + string(foreign) + `"}]}`,
	BadKeyURL:           `{` + fine + `,"softkeys":[{"index":0,"function":"URL","value":"ftp://a.example"}]}`,
	NoKeyGroup:          `{` + fine + `,"softkeys":[{"index":0,"function":"PICKUPGROUP","value":"` + string(foreignTeam) + `"}]}`,
	NoKeyQueue:          `{` + fine + `,"softkeys":[{"index":0,"function":"QUEUE","value":"` + string(foreignQueue) + `"}]}`,
	NoKeyRights:         `{` + fine + `,"softkeys":[{"index":0,"function":"PICKUPGROUP","value":"` + string(closed) + `"}]}`,
	PanelSerialTaken:    `{` + fine + `,"purchaseInfo":{"sidePanels":[{"serial":"SP-FOREIGN"}]}}`,
	TooManyPanels:       `{` + fine + `,"sidePanelCount":3}`,
	BadNetworkAddress:   `{` + fine + `,"network":{"ipAddress":"x"}}`,
	BadNetworkSubnet:    `{` + fine + `,"network":{"subnet":"x"}}`,
	BadNetworkGateway:   `{` + fine + `,"network":{"gateway":"x"}}`,
	BadNetworkDNS1:      `{` + fine + `,"network":{"dns1":"x"}}`,
	BadNetworkDNS2:      `{` + fine + `,"network":{"dns2":"x"}}`,
	BadVLANID:           `{` + fine + `,"network":{"vlanId":4095}}`,
	BadVLANPriority:     `{` + fine + `,"network":{"vlanPriority":8}}`,
}

func TestEveryRowIsToldOfABody(t *testing.T) {
	zero, one, five := 0, 1, 5
	w := world{phones: []*Phone{
		{ID: "1", Customer: acme, Model: keyed, MAC: "000413000001"},
		{ID: "2", Customer: acme, Model: base, MAC: "000413000002", HandsetIndex: &zero},
		{ID: "3", Customer: acme, Model: base, MAC: "000413000002", HandsetIndex: &one},
	}}
	told := func(rule Rule) *Error {
		switch rule {
		case AccessDenied, NoPhone, LevelTooLow, Failure:
			return Fault(rule) // no body is at fault
		case NoCustomer:
			_, err := create(t, w, blocked, `{"sipPhoneModel":"`+string(soft)+`"}`)
			return single(t, err)
		case NoHandsetPosition: // of which a body says nothing
			p := &Phone{ID: "4", Customer: acme, Model: base, HandsetAddress: "1", HandsetIndex: &five, MAC: "000413000003", PBXCluster: 1, IP: Fence{Mode: Open}}
			return single(t, p.Complete(&Phone{ID: "4", Customer: acme, Model: desk}, w).Err())
		}
		_, err := create(t, w, acme, provoked[rule])
		return single(t, err)
	}
	for rule := Multiple; int(rule) < len(table); rule++ {
		if got := told(rule); got == nil || got.row != rule {
			t.Errorf("%s: %s is told as %v", table[rule].Key, table[rule].Text, got)
		}
	}
}

func single(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := err.(*Error)
	if !ok {
		t.Errorf("no refusal: %v", err)
	}
	return e
}

func TestFaultsOfArraysAreToldInTheOrderOfTheProperties(t *testing.T) {
	_, err := create(t, world{}, acme, `{`+fine+`,"displayBackground":"x","softkeys":[{"index":0,"function":"LINE","label":1}],"codec":{"video":1},"network":7,"purchaseInfo":{"sidePanels":[{"date":"x"}]},"serial":1}`)
	var keys []string
	for _, e := range single(t, err).Inner {
		keys = append(keys, e.Key)
	}
	const want = "serial displayBackground softkeys[0].label codec.video network purchaseInfo.sidePanels[0].date"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("told of %s, want %s", got, want)
	}
}
