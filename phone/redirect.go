package phone

import (
	"slices"
	"strings"
	"time"
)

// A maker's redirection service tells a phone that is switched on for the first
// time where its configuration is. It is called as the brand is, in lower case.
const (
	RedirectSnom        = "snom"
	RedirectYealink     = "yealink"
	RedirectGrandstream = "grandstream"
	RedirectGigaset     = "gigaset"
)

// RedirectState is how far the redirection of a phone is.
type RedirectState string

// The states of a redirection.
const (
	RedirectPending    RedirectState = "pending"    // the service is yet to be told, or told again
	RedirectRegistered RedirectState = "registered" // it sends the phone to us
	RedirectFailed     RedirectState = "failed"     // it has refused; it is asked again every day
	RedirectManual     RedirectState = "manual"     // nobody but a person can tell it
)

// Redirect is what a maker's service knows of a phone: the property redirect.
type Redirect struct {
	Service string        `json:"service"`
	State   RedirectState `json:"state"`
	Error   string        `json:"error,omitempty"` // of the last attempt, "" when it went well
	Time    *time.Time    `json:"time,omitempty"`  // of the last attempt or check
}

// RedirectJob is what is to be done about a device at a maker's service, or what
// was done. All handsets of a base are one device.
type RedirectJob struct {
	MAC         MAC
	Service     string
	Wanted      bool // whether it belongs there; one that does not is taken away, and the job with it
	State       RedirectState
	Attempts    int // since it was last wanted otherwise, or went well
	LastAttempt time.Time
	NextAttempt time.Time // of a registered one: the next check
	Error       string
	Fingerprint string // of the URL that was registered
	Version     int    // another one when something else is wanted
}

// RedirectService is the service of the model's maker, "" when its phones are not
// redirected. Cisco's is part of the order, which the list of what a model can do
// does not call a redirection.
func (m *Model) RedirectService() string {
	if m == nil || !m.Capabilities.MACRedirect && m.Brand != BrandCisco {
		return ""
	}
	return strings.ToLower(m.Brand)
}

// Redirects are the devices of which a maker's service may have to be told
// something else, and whether it has to be told again what it knows: of another
// model the maker is another one, and a serial is what some services ask for.
func (c Change) Redirects() (devices []MAC, again bool) {
	var was, is Phone
	if c.Before != nil {
		was = *c.Before
	}
	if c.After != nil {
		is = *c.After
	}
	switch {
	case was.MAC != is.MAC:
		devices = []MAC{was.MAC, is.MAC}
	case was.Model != is.Model || was.Serial != is.Serial:
		devices, again = []MAC{is.MAC}, true
	}
	return slices.DeleteFunc(devices, func(m MAC) bool { return m == "" }), again
}
