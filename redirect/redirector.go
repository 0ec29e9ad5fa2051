package redirect

import (
	"context"
	"errors"

	"ringfence/phone"
)

// Redirector is an account at a maker's service. Its errors are *Error, or come
// from ctx.
type Redirector interface {
	// Register lets the service send a device to a URL, whatever it did with it
	// before. Some services want the serial, too.
	Register(ctx context.Context, mac phone.MAC, serial, url string) error
	// Unregister takes a device away; Unknown or Owned where it was not ours.
	Unregister(ctx context.Context, mac phone.MAC) error
	// Status asks what the service does with a device; Owned where that is
	// somebody else's affair.
	Status(ctx context.Context, mac phone.MAC) (State, error)
}

// State is what a service does with a device.
type State struct {
	Registered bool   // it is ours
	URL        string // that it is sent to; "" where the service does not say
}

// Kind is why a service has not done what it was asked for.
type Kind int

// The kinds of errors. Only a temporary one may be another one soon; Credentials
// is the account's, not the device's; Absent is no service's answer.
const (
	Temporary Kind = iota
	Credentials
	Owned
	Unknown
	Malformed
	Refused
	Absent
)

var texts = map[Kind]string{
	Temporary:   "the service fails",
	Credentials: "the service refuses our credentials",
	Owned:       "registered elsewhere: the device belongs to somebody else",
	Unknown:     "the service does not know the MAC address",
	Malformed:   "the service finds the MAC address, the serial or the URL malformed",
	Refused:     "the service refuses",
	Absent:      "the SIP phone is not served here",
}

// Error is what a service has answered, in our words. It has neither URLs nor
// secrets in it.
type Error struct {
	Kind Kind
	Text string // "" is that of the kind
}

func (e *Error) Error() string {
	if e.Text == "" {
		return texts[e.Kind]
	}
	return e.Text
}

// because is an error of a kind.
func because(k Kind) error { return &Error{Kind: k} }

// errSerial is for services that do not believe a MAC address alone.
var errSerial = &Error{Kind: Malformed, Text: "the service wants the serial number, too"}

// kindOf is the kind of an error of a Redirector. What no Redirector has
// explained may pass.
func kindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Temporary
}

// is says whether an error is of one of these kinds.
func is(err error, kinds ...Kind) bool {
	for _, k := range kinds {
		if err != nil && kindOf(err) == k {
			return true
		}
	}
	return false
}
