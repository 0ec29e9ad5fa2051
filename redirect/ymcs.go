package redirect

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ringfence/phone"
)

// ymcs is Yealink's management cloud, version 2, by JSON.
type ymcs struct {
	client     *http.Client
	base       string // without a slash at the end
	id, secret string
	now        func() time.Time
	nonce      func() string
	token      token
}

// token is what a service gives out for credentials, for a while. It is its
// goroutine's.
type token struct {
	text string
	ends time.Time
}

// keep takes over a token that lasts so many seconds, less some time for a
// request to arrive.
func (t *token) keep(text string, seconds int, now time.Time) {
	t.text, t.ends = text, now.Add(time.Duration(seconds)*time.Second-time.Minute)
}

func (t *token) good(now time.Time) bool { return t.text != "" && now.Before(t.ends) }

// The codes of its errors.
const (
	ymcsExists    = "800003"
	ymcsForbidden = "900403"
)

var ymcsCases = map[string]Kind{
	"800001": Malformed, "800002": Malformed, "800007": Malformed, "900400": Malformed,
	"800004": Owned,
	"900401": Credentials, "900440": Credentials, "500401": Credentials,
	"900404": Unknown,
	"900408": Temporary, "900412": Temporary, "900429": Temporary,
	"900500": Temporary, "900502": Temporary, "900503": Temporary, "900504": Temporary, "900511": Temporary, "900599": Temporary,
}

// ymcsError is an error by its code.
type ymcsError struct{ code string }

func (e ymcsError) Error() string { return "code " + e.code }

// normal is the same error in our words.
func normal(err error) error {
	var e ymcsError
	if !errors.As(err, &e) {
		return err
	}
	if kind, ok := ymcsCases[e.code]; ok {
		return because(kind)
	}
	return refused(e.code)
}

// Register is for Redirector. There is no call to change a device, so one that is
// ours is taken away first.
func (y *ymcs) Register(ctx context.Context, mac phone.MAC, serial, url string) error {
	err := y.add(ctx, mac, serial, url)
	if errors.Is(err, ymcsError{ymcsExists}) {
		if err := y.Unregister(ctx, mac); err != nil {
			return err
		}
		err = y.add(ctx, mac, serial, url)
	}
	return normal(err)
}

// add adds a device: by its serial or, where the account may do that, by its MAC
// address alone.
func (y *ymcs) add(ctx context.Context, mac phone.MAC, serial, url string) error {
	device := map[string]string{"mac": strings.ToLower(string(mac)), "uniqueServerUrl": url}
	if serial != "" {
		device["sn"] = serial
		return y.do(ctx, "/v2/rps/devices", device, nil)
	}
	var added struct {
		Successes int `json:"successCount"`
		Errors    []struct {
			Info string `json:"errorInfo"`
		} `json:"errors"`
	}
	err := y.do(ctx, "/v2/rps/addDevicesByMac", []any{device}, &added)
	switch {
	case errors.Is(err, ymcsError{ymcsForbidden}):
		return errSerial
	case err != nil || added.Successes > 0:
		return err
	case len(added.Errors) > 0 && strings.Contains(strings.ToLower(added.Errors[0].Info), "already exist"):
		return ymcsError{ymcsExists}
	case len(added.Errors) > 0:
		return refused(added.Errors[0].Info)
	}
	return because(Refused)
}

// Unregister is for Redirector.
func (y *ymcs) Unregister(ctx context.Context, mac phone.MAC) error {
	var deleted struct {
		Successes int `json:"successCount"`
	}
	err := y.do(ctx, "/v2/rps/delDevices", map[string]any{"deviceIdType": "mac", "deviceIds": []string{strings.ToLower(string(mac))}}, &deleted)
	if err == nil && deleted.Successes == 0 {
		return because(Unknown)
	}
	return normal(err)
}

// Status is for Redirector. It shows no device but ours.
func (y *ymcs) Status(ctx context.Context, mac phone.MAC) (State, error) {
	var found struct {
		Data []struct {
			MAC string `json:"mac"`
			Own string `json:"uniqueServerUrl"`
			URL string `json:"serverUrl"`
		} `json:"data"`
	}
	name := strings.ToLower(string(mac))
	err := y.do(ctx, "/v2/rps/listDevices", map[string]any{"skip": 0, "limit": 10, "autoCount": false, "filter": map[string]string{"mac": name}}, &found)
	for _, d := range found.Data {
		if plainMAC(d.MAC) != string(mac) {
			continue
		}
		if d.Own != "" {
			d.URL = d.Own
		}
		return State{Registered: true, URL: d.URL}, nil
	}
	return State{}, normal(err)
}

// plainMAC is a MAC address as services write it in ours.
func plainMAC(text string) string {
	return strings.ToUpper(strings.NewReplacer(":", "", "-", "", ".", "").Replace(text))
}

// do makes a request with a token. One that is refused is another one the next
// time.
func (y *ymcs) do(ctx context.Context, path string, in, out any) error {
	if !y.token.good(y.now()) {
		if err := y.login(ctx); err != nil {
			return err
		}
	}
	err := y.post(ctx, path, in, out, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+y.token.text) })
	if is(normal(err), Credentials) {
		y.token = token{}
	}
	return err
}

func (y *ymcs) login(ctx context.Context) error {
	var is struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
	}
	err := y.post(ctx, "/v2/token", map[string]string{"grant_type": "client_credentials"}, &is, func(r *http.Request) { r.SetBasicAuth(y.id, y.secret) })
	if err != nil {
		return account(normal(err))
	}
	y.token.keep(is.Token, is.Seconds, y.now())
	return nil
}

func (y *ymcs) post(ctx context.Context, path string, in, out any, authorize func(*http.Request)) error {
	body, err := json.Marshal(in)
	if err != nil {
		return because(Malformed)
	}
	r, err := request(ctx, http.MethodPost, y.base+path, jsonType, body)
	if err != nil {
		return err
	}
	r.Header.Set("Timestamp", strconv.FormatInt(y.now().UnixMilli(), 10))
	r.Header.Set("Nonce", y.nonce())
	authorize(r)
	a, err := send(y.client, r)
	if err != nil {
		return err
	}
	if a.ok() && out != nil {
		return a.into(out)
	}
	var says struct {
		Code string `json:"code"`
	}
	if err := a.failure(); err == nil || json.Unmarshal(a.body, &says) != nil || says.Code == "" {
		return err
	}
	return ymcsError{says.Code}
}
