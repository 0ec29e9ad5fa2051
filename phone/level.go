package phone

import "slices"

// Level is how much an employee may do.
type Level string

// The levels, lowest first. PERSONAL to OWNER act within their own customer.
const (
	Personal      Level = "PERSONAL"
	Viewer        Level = "VIEWER"
	Manager       Level = "MANAGER"
	Owner         Level = "OWNER"
	Reseller      Level = "RESELLER"
	ResellerAdmin Level = "RESELLER_ADMIN"
	Admin         Level = "ADMIN"
)

// Levels lists all levels, lowest first.
func Levels() []Level {
	return []Level{Personal, Viewer, Manager, Owner, Reseller, ResellerAdmin, Admin}
}

// Valid says whether it is one of the seven levels.
func (l Level) Valid() bool { return l.rank() >= 0 }

// AtLeast says whether it is as high as min. An unknown level is below all.
func (l Level) AtLeast(min Level) bool { return l.Valid() && l.rank() >= min.rank() }

func (l Level) rank() int { return slices.Index(Levels(), l) }
