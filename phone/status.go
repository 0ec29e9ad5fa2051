package phone

import (
	"net/netip"
	"time"
)

// Via is the door that a phone came to.
type Via string

// The three doors.
const (
	ViaRegister Via = "register"
	ViaCall     Via = "call"
	ViaConfig   Via = "config"
)

// Status is what is known of a phone while it runs: the property status.
type Status struct {
	ConfigLoaded    *time.Time `json:"configLoaded,omitempty"`
	ConfigSaved     *time.Time `json:"configSaved,omitempty"`
	ConfigStale     bool       `json:"configStale"` // it has not fetched what was saved last
	Online          bool       `json:"online"`
	Expires         int        `json:"expires"` // seconds, -1 when not online
	LocalIPAddress  string     `json:"localIpAddress,omitempty"`
	PublicIPAddress string     `json:"publicIpAddress,omitempty"`
	UserAgent       string     `json:"userAgent,omitempty"`
	Country         string     `json:"country,omitempty"`
	Transport       string     `json:"transport,omitempty"`
	RoundTrip       float64    `json:"roundTrip,omitempty"` // milliseconds in tenths, 0 is not known
	Reachable       *bool      `json:"reachable,omitempty"` // nil is not known
	LastRejected    *Rejection `json:"lastRejected,omitempty"`
}

// Rejection is one refusal of a phone by its fence.
type Rejection struct {
	Time    time.Time  `json:"time"`
	Address netip.Addr `json:"address"`
	Country string     `json:"country,omitempty"`
	Reason  string     `json:"reason"`
	Via     Via        `json:"via"`
}

// Record is the part of a phone's status that outlives the process.
type Record struct {
	ConfigLoaded time.Time // zero: never
	ConfigSaved  time.Time
	LastRejected *Rejection
}
