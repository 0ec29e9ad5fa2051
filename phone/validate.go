package phone

import (
	"reflect"
	"slices"
)

// References finds what a thing refers to, as it stands in the transaction that
// will save it. What does not exist is nil.
type References interface {
	Model(ID) *Model
	Extension(ID) *Extension
	Customer(ID) *Customer
	Employee(ID) *Employee
	Group(ID) *Group
	Queue(ID) *Queue
	Phone(ID) *Phone
	SharingMAC(MAC) []*Phone
	SidePanel(serial string) ID // the phone that has it, "" for none
	TrunkNumber(customer ID, number string) bool
}

// Complete judges a phone that is about to be saved, adds what follows from it
// (the position on a shared device, one form for equal fences and for equal
// values of softkeys) and returns all that is wrong with it. before is the phone
// as it stands, nil for a new one.
func (p *Phone) Complete(before *Phone, refs References) (fs Faults) {
	if p.PBXCluster != Production && p.PBXCluster != Development {
		fs = append(fs, Fault(BadCluster))
	}
	model := refs.Model(p.Model)
	if model == nil {
		fs = append(fs, Fault(NoModel))
	}
	if e := refs.Extension(p.Extension); p.Extension != "" && (e == nil || e.Customer != p.Customer) {
		fs = append(fs, Fault(NoExtension))
	}
	if c := refs.Customer(p.Customer); before == nil && (c == nil || c.State != CustomerActive) {
		fs = append(fs, Fault(NoCustomer))
	}
	if model != nil {
		fs = append(fs, p.hardwareFaults(before, model, refs)...)
	}
	fs = append(fs, p.settingFaults(before, model, refs)...)
	fs = append(fs, p.IP.faults()...)
	p.IP = p.IP.normal()
	return fs
}

// settingFaults judges how the phone is set, as far as that is new: what was
// accepted once stays accepted until it, or the model, is changed. Of a new
// phone and of a new model everything is new. model is nil when it is unknown.
func (p *Phone) settingFaults(before *Phone, model *Model, refs References) (fs Faults) {
	was := before
	if was == nil || was.Model != p.Model {
		was = &Phone{}
	}
	if model == nil {
		fs = append(fs, p.keyFaults(was, &Model{}, refs)...) // what holds for every model
	} else {
		fs = append(fs, p.levelFaults(was, model)...)
		fs = append(fs, p.keyFaults(was, model, refs)...)
		fs = append(fs, p.panelFaults(was, model)...)
	}
	fs = append(fs, p.serialFaults(was, refs)...)
	if !reflect.DeepEqual(p.Network, was.Network) {
		fs = append(fs, p.Network.faults()...)
	}
	return fs
}

// hardwareFaults judges what the model asks of the device's own identity, as far
// as that is new: somebody who changes what a model asks for does not close the
// fence of its phones to changes.
func (p *Phone) hardwareFaults(before *Phone, model *Model, refs References) (fs Faults) {
	fresh := before == nil || before.Model != p.Model
	if sharing := p.macFaults(model, refs); fresh || p.MAC != before.MAC {
		fs = append(fs, sharing...)
	}
	if p.HandsetAddress == "" && model.Capabilities.MultipleHandsets && (fresh || before.HandsetAddress != "") {
		fs = append(fs, Fault(NoHandsetAddress))
	}
	if p.Serial == "" && model.Brand == BrandGrandstream && (fresh || before.Serial != "") {
		fs = append(fs, unlisted("serial", "Serial number is missing"))
	}
	return fs
}

// macFaults judges the MAC address, and gives the phone its position on it.
func (p *Phone) macFaults(model *Model, refs References) Faults {
	switch {
	case p.MAC != "":
		return p.shareMAC(model, refs.SharingMAC(p.MAC))
	case model.Capabilities.Provision:
		return Faults{Fault(BadMAC)} // "required by auto-provisioning"
	}
	return nil
}

// shareMAC judges the MAC address against the phones that have it, and gives
// the phone its position among them. Only phones of one customer and one model
// share a device, as many as the model has slots.
func (p *Phone) shareMAC(model *Model, sharing []*Phone) Faults {
	others := slices.DeleteFunc(slices.Clone(sharing), func(o *Phone) bool { return o.ID == p.ID })
	slots := max(1, model.Extensions)
	foreign := slices.ContainsFunc(others, func(o *Phone) bool { return o.Customer != p.Customer || o.Model != p.Model })
	switch {
	case len(others) > 0 && (slots == 1 || foreign):
		return Faults{Fault(MACTaken)}
	case len(others) >= slots:
		return Faults{Fault(MACFull)}
	case slots == 1:
		p.HandsetIndex = nil
		return nil
	}
	return p.takePosition(slots, others)
}

// takePosition keeps the phone's position, or gives it the lowest free one.
func (p *Phone) takePosition(slots int, others []*Phone) Faults {
	taken := func(i int) bool {
		return slices.ContainsFunc(others, func(o *Phone) bool { return o.HandsetIndex != nil && *o.HandsetIndex == i })
	}
	if p.HandsetIndex == nil || taken(*p.HandsetIndex) {
		free := 0
		for taken(free) {
			free++
		}
		p.HandsetIndex = &free
	}
	if *p.HandsetIndex >= slots {
		return Faults{Fault(NoHandsetPosition)}
	}
	return nil
}
