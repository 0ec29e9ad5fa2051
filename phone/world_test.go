package phone

import "slices"

const (
	acme    ID = "aaaaaaaaaaaaaaaaaaaaaaa1"
	other   ID = "aaaaaaaaaaaaaaaaaaaaaaa2"
	blocked ID = "aaaaaaaaaaaaaaaaaaaaaaa3"

	desk  ID = "bbbbbbbbbbbbbbbbbbbbbbb1" // of which little is known
	base  ID = "bbbbbbbbbbbbbbbbbbbbbbb2"
	soft  ID = "bbbbbbbbbbbbbbbbbbbbbbb3"
	grand ID = "bbbbbbbbbbbbbbbbbbbbbbb4"
	keyed ID = "bbbbbbbbbbbbbbbbbbbbbbb5" // of which all is known
	lobby ID = "bbbbbbbbbbbbbbbbbbbbbbb6" // its keys only call lines

	ext200  ID = "ccccccccccccccccccccccc1"
	foreign ID = "ccccccccccccccccccccccc2"

	team         ID = "ddddddddddddddddddddddd1" // controlled by ext200
	closed       ID = "ddddddddddddddddddddddd2" // controlled by nobody
	foreignTeam  ID = "ddddddddddddddddddddddd3"
	support      ID = "eeeeeeeeeeeeeeeeeeeeeee1"
	foreignQueue ID = "eeeeeeeeeeeeeeeeeeeeeee2"
	colleague    ID = "fffffffffffffffffffffff1"
	foreignPhone ID = "fffffffffffffffffffffff2"
	nothing      ID = "000000000000000000000001"

	clerk        ID = "999999999999999999999991"
	formerClerk  ID = "999999999999999999999992"
	foreignClerk ID = "999999999999999999999993"
)

// world is a small References.
type world struct{ phones []*Phone }

func (w world) Model(id ID) *Model {
	panels := PanelSupport{Max: 2, Models: []PanelModel{{Model: "D7", Softkeys: 18}, {Model: "D3", Softkeys: 6}}}
	return map[ID]*Model{
		desk:  {ID: desk, Extensions: 1, Capabilities: ModelCapabilities{Provision: true}, SidePanels: panels},
		base:  {ID: base, Extensions: 2, Capabilities: ModelCapabilities{Provision: true, MultipleHandsets: true}},
		soft:  {ID: soft, Extensions: 1},
		grand: {ID: grand, Extensions: 1, Brand: BrandGrandstream, Capabilities: ModelCapabilities{Provision: true}},
		keyed: {
			ID: keyed, Extensions: 1, Softkeys: 4, SidePanels: panels,
			SoftkeyCapabilities: []string{KeyBLF, KeySpeedDial, KeyURL, KeyLine, KeySave},
			Ranges: Ranges{
				Ringer: RingerRanges{Volume: &Range{1, 10}, Tone: &Range{1, 5}},
				Volume: VolumeRanges{
					Handset:   LevelRanges{Mic: &Range{-10, 10}, Speaker: &Range{0, 15}},
					Headset:   LevelRanges{Mic: &Range{1, 8}, Speaker: &Range{0, 15}},
					Handsfree: LevelRanges{Mic: &Range{1, 8}, Speaker: &Range{0, 9}},
				},
			},
		},
		lobby: {ID: lobby, Extensions: 1, Softkeys: 2, SoftkeyCapabilities: []string{KeyLine}},
	}[id]
}

func (w world) Extension(id ID) *Extension {
	return map[ID]*Extension{ext200: {ID: ext200, Customer: acme}, foreign: {ID: foreign, Customer: other}}[id]
}

func (w world) Customer(id ID) *Customer {
	return map[ID]*Customer{
		acme:    {ID: acme, State: CustomerActive, Country: "DK"},
		other:   {ID: other, State: CustomerActive},
		blocked: {ID: blocked, State: CustomerBlocked},
	}[id]
}

func (w world) Employee(id ID) *Employee {
	return map[ID]*Employee{
		clerk:        {ID: clerk, Customer: acme, State: EmployeeEnabled},
		formerClerk:  {ID: formerClerk, Customer: acme, State: EmployeeDeleted},
		foreignClerk: {ID: foreignClerk, Customer: other, State: EmployeeEnabled},
	}[id]
}

func (w world) Group(id ID) *Group {
	return map[ID]*Group{
		team:        {ID: team, Customer: acme, Controllers: []ID{ext200}},
		closed:      {ID: closed, Customer: acme, Members: []ID{ext200}},
		foreignTeam: {ID: foreignTeam, Customer: other, Controllers: []ID{ext200}},
	}[id]
}

func (w world) Queue(id ID) *Queue {
	return map[ID]*Queue{support: {ID: support, Customer: acme}, foreignQueue: {ID: foreignQueue, Customer: other}}[id]
}

func (w world) Phone(id ID) *Phone {
	return map[ID]*Phone{colleague: {ID: colleague, Customer: acme}, foreignPhone: {ID: foreignPhone, Customer: other}}[id]
}

func (w world) SidePanel(serial string) ID {
	return map[string]ID{"SP-COLLEAGUE": colleague, "SP-FOREIGN": foreignPhone}[serial]
}

func (w world) TrunkNumber(customer ID, number string) bool {
	return customer == acme && number == "+4570305000"
}

func (w world) SharingMAC(m MAC) []*Phone {
	return slices.DeleteFunc(slices.Clone(w.phones), func(p *Phone) bool { return p.MAC != m })
}
