package redirect

import (
	"context"
	"regexp"

	"ringfence/phone"
)

// gigaset is Gigaset's redirection service by XML-RPC.
type gigaset struct {
	xmlRPC
	provider string // what devices call us
}

var gigasetCases = cases{
	"mac_not_found":      Unknown,
	"mac_not_exist":      Unknown,
	"mac_already_in_use": Owned,
	"mac_invalid":        Malformed,
	"url_invalid":        Malformed,
	"name_invalid":       Malformed,
}

// macID is the check that is printed behind the MAC address, and kept as the
// serial.
var macID = regexp.MustCompile(`^[0-9A-Z]{4}$`)

// Register is for Redirector. A device that is in use may be so by ourselves:
// then it can be taken away.
func (g gigaset) Register(ctx context.Context, mac phone.MAC, serial, url string) error {
	name := string(mac)
	if macID.MatchString(serial) {
		name += "-" + serial
	}
	err := g.do(ctx, "autoprov.registerDevice", name, url, g.provider)
	if !is(err, Owned) || g.do(ctx, "autoprov.deregisterDevice", name) != nil {
		return err
	}
	return g.do(ctx, "autoprov.registerDevice", name, url, g.provider)
}

func (g gigaset) do(ctx context.Context, method string, args ...string) error {
	v, err := g.call(ctx, method, args...)
	if err != nil {
		return err
	}
	return gigasetCases.judge(v)
}

// Unregister is for Redirector.
func (g gigaset) Unregister(ctx context.Context, mac phone.MAC) error {
	return g.do(ctx, "autoprov.deregisterDevice", string(mac))
}

// Status is for Redirector.
func (g gigaset) Status(ctx context.Context, mac phone.MAC) (State, error) {
	err := g.do(ctx, "autoprov.checkDevice", string(mac))
	if is(err, Unknown) {
		return State{}, nil
	}
	return State{Registered: err == nil}, err
}
