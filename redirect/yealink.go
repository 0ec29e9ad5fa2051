package redirect

import (
	"context"
	"net/url"
	"strings"

	"ringfence/phone"
)

// yealink is Yealink's redirection and provisioning service by XML-RPC. A device
// belongs to a server, which is a name within the account; beside it, it has a
// URL of its own.
type yealink struct {
	xmlRPC
	server string
	exists bool // whether the server is known to be there; of the service's goroutine
}

var yealinkCases = cases{
	"registered elsewhere": Owned,
	"unknown":              Unknown,
	"unregistered":         Unknown,
	"invalid mac":          Malformed,
	"invalid mac(s)":       Malformed,
	"invalid url":          Malformed,
	"are you sure you want to override mac addresses": Owned,
}

// ours is how it says that a device is registered already, by ourselves.
const ours = "existing mac(s)"

// Register is for Redirector. Only a device that is ours is registered once more:
// the same word would take one from somebody else.
func (y *yealink) Register(ctx context.Context, mac phone.MAC, _, url string) error {
	if err := y.addServer(ctx, url); err != nil {
		return err
	}
	v, err := y.register(ctx, mac, url, "0")
	if err == nil && !v.ok && strings.Contains(strings.ToLower(v.text()), ours) {
		v, err = y.register(ctx, mac, url, "1")
	}
	if err != nil {
		return err
	}
	if strings.Contains(strings.ToLower(v.text()), "invalid server") {
		y.exists = false // somebody has deleted it
	}
	return yealinkCases.judge(v)
}

func (y *yealink) register(ctx context.Context, mac phone.MAC, url, override string) (verdict, error) {
	return y.call(ctx, "redirect.registerDeviceWithUniqueUrl", strings.ToLower(string(mac)), y.server, url, override)
}

// addServer makes the server that devices are registered with. That there is one
// already is fine; what else is wrong shows when a device is registered. The URL
// of a server has no token: devices that it alone redirects get nothing.
func (y *yealink) addServer(ctx context.Context, device string) error {
	if y.exists {
		return nil
	}
	u, err := url.Parse(device)
	if err != nil {
		return because(Malformed)
	}
	if _, err := y.call(ctx, "redirect.addServer", y.server, u.Scheme+"://"+u.Host+"/"); err != nil {
		return err
	}
	y.exists = true
	return nil
}

// Unregister is for Redirector.
func (y *yealink) Unregister(ctx context.Context, mac phone.MAC) error {
	v, err := y.call(ctx, "redirect.deRegisterDevice", strings.ToLower(string(mac)))
	if err != nil {
		return err
	}
	return yealinkCases.judge(v)
}

// Status is for Redirector.
func (y *yealink) Status(ctx context.Context, mac phone.MAC) (State, error) {
	v, err := y.call(ctx, "redirect.checkDevice", strings.ToLower(string(mac)))
	if err != nil {
		return State{}, err
	}
	if strings.EqualFold(v.text(), "registered") {
		return State{Registered: true}, nil
	}
	v.ok = false // it also says true of a device that is not ours
	if err = yealinkCases.judge(v); is(err, Unknown) {
		err = nil
	}
	return State{}, err
}
