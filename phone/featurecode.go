package phone

// Feature codes are numbers that do something instead of calling somebody. What
// follows one says what it is done to. A key dials them; those that have a state
// can also be watched, so that its lamp shows it.
const (
	CodePickup = "*8"  // alone: what rings in one's own groups; before a number: what rings there
	CodeSwitch = "*28" // before the name of a switch, with a dot for its colon: turns it
	CodeQueue  = "*45" // before the number or the id of a queue: joins or leaves it
	CodeDND    = "*76" // alone: do not disturb on this phone; before the id of a phone: on that one
)
