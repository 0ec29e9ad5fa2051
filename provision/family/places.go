package family

import "slices"

// places are all keys that the phone and its attached panels have, in the order
// of their index. A phone keeps what it is not told, so that a key which was taken
// away needs to be said as well: it has no function, like one whose function the
// model has no key for. Of a model whose keys nobody has counted, they are those
// that are used.
func places(v *View) []Key {
	if v.Model == nil || v.Model.Softkeys == 0 {
		return slices.Clone(v.Keys)
	}
	all := make([]Key, v.Model.Softkeys+v.Phone.PanelsWithKeys(v.Model)*v.Model.SidePanels.Keys(v.Phone.SidePanel))
	for i := range all {
		all[i].Index = i
		all[i].Panel, all[i].Number = v.Model.KeyPlace(i, v.Phone.SidePanel)
	}
	for _, k := range v.Keys {
		if k.Index < len(all) {
			all[k.Index] = k
		}
	}
	return all
}

// keyRow is the row of its own keys in which the phone has one, and the number of
// the key there; a row without a name for those that come behind all rows.
func (f *Facts) keyRow(number int) (KeyRow, int) {
	for _, row := range f.KeyRows {
		if number <= row.Keys {
			return row, number
		}
		number -= row.Keys
	}
	return KeyRow{}, number
}
