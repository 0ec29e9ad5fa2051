package phone

import "time"

// TrunkStatus is how a line is now.
type TrunkStatus struct {
	Registered bool       `json:"registered"`
	Expires    *time.Time `json:"expires,omitempty"`   // of the registration
	LastError  string     `json:"lastError,omitempty"` // why it is not registered, or not reached
	Target     string     `json:"target,omitempty"`    // where it was reached last, as udp:192.0.2.1:5060
	Reachable  *bool      `json:"reachable,omitempty"` // by the last probe, or registration
	RoundTrip  float64    `json:"rtt,omitempty"`       // milliseconds
	Calls      int        `json:"calls"`               // that it carries
}
