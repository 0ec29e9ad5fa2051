package redirect

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringfence/phone"
)

// gdms is Grandstream's device management system. A device gets its URL from the
// site that it is put in, where it is set in the portal.
type gdms struct {
	client             *http.Client
	base               string // without a slash at the end
	user, password     string
	id, secret         string // of the API's developer
	site, organization int    // 0 is the default one
	now                func() time.Time
	token              token
}

// Register is for Redirector. A device that is there already is fine when it is in
// our site.
func (g *gdms) Register(ctx context.Context, mac phone.MAC, serial, _ string) error {
	if serial == "" {
		return errSerial
	}
	device := map[string]any{"mac": colons(mac), "sn": serial, "siteId": g.site, "deviceName": string(mac)}
	if g.organization != 0 {
		device["orgId"] = g.organization
	}
	var added struct {
		Errors []struct {
			Code anyNumber `json:"errorMsg"`
		} `json:"errorDeviceList"`
	}
	err := g.do(ctx, "/v1.0.0/device/add", []any{device}, &added)
	if err == nil && len(added.Errors) == 0 {
		return nil
	}
	state, wrong := g.Status(ctx, mac)
	switch {
	case wrong == nil && state.Registered:
		return nil
	case err != nil:
		return err
	case added.Errors[0].Code == "30010":
		return &Error{Kind: Malformed, Text: "the serial is not that of the MAC address"}
	}
	return refused(string(added.Errors[0].Code))
}

// Unregister is for Redirector.
func (g *gdms) Unregister(ctx context.Context, mac phone.MAC) error {
	return g.do(ctx, "/v1.0.0/device/delete", map[string]any{"macList": []string{colons(mac)}}, nil)
}

// Status is for Redirector.
func (g *gdms) Status(ctx context.Context, mac phone.MAC) (State, error) {
	var found struct {
		Result []struct {
			MAC  string    `json:"mac"`
			Site anyNumber `json:"siteId"`
		} `json:"result"`
	}
	err := g.do(ctx, "/v1.0.0/device/list", map[string]any{"mac": colons(mac), "pageNum": 1, "pageSize": 10}, &found)
	for _, d := range found.Result {
		if plainMAC(d.MAC) == string(mac) && string(d.Site) == strconv.Itoa(g.site) {
			return State{Registered: true}, nil
		}
	}
	return State{}, err
}

// colons is a MAC address as the service writes it.
func colons(mac phone.MAC) string {
	var pairs []string
	for pair := range slices.Chunk([]byte(mac), 2) {
		pairs = append(pairs, string(pair))
	}
	return strings.Join(pairs, ":")
}

// do makes a request with a token and a signature.
func (g *gdms) do(ctx context.Context, path string, in, out any) error {
	if !g.token.good(g.now()) {
		if err := g.login(ctx); err != nil {
			return err
		}
	}
	body, err := json.Marshal(in)
	if err != nil {
		return because(Malformed)
	}
	r, err := request(ctx, http.MethodPost, g.base+path+"?"+g.signed(body).Encode(), jsonType, body)
	if err != nil {
		return err
	}
	a, err := send(g.client, r)
	if err == nil {
		err = judgeGDMS(a, out)
	}
	if is(err, Credentials) {
		g.token = token{}
	}
	return err
}

// signed are the parameters of a request. The client's own are signed and not
// sent.
func (g *gdms) signed(body []byte) url.Values {
	at := strconv.FormatInt(g.now().UnixMilli(), 10)
	text := "&access_token=" + g.token.text + "&client_id=" + g.id + "&client_secret=" + g.secret + "&timestamp=" + at + "&" + hexSHA256(body) + "&"
	return url.Values{"access_token": {g.token.text}, "timestamp": {at}, "signature": {hexSHA256([]byte(text))}}
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (g *gdms) login(ctx context.Context) error {
	sum := md5.Sum([]byte(g.password)) // by the service's choice
	form := url.Values{
		"grant_type": {"password"}, "username": {g.user}, "password": {hexSHA256([]byte(hex.EncodeToString(sum[:])))},
		"client_id": {g.id}, "client_secret": {g.secret},
	}
	r, err := request(ctx, http.MethodPost, g.base+"/oauth/token", "application/x-www-form-urlencoded", []byte(form.Encode()))
	if err != nil {
		return err
	}
	a, err := send(g.client, r)
	if err == nil {
		err = account(a.failure())
	}
	var is struct {
		Token   string    `json:"access_token"`
		Seconds anyNumber `json:"expires_in"`
	}
	if err == nil {
		err = a.into(&is)
	}
	if err == nil && is.Token == "" {
		err = because(Credentials)
	}
	if err != nil {
		return err
	}
	seconds, _ := strconv.Atoi(string(is.Seconds)) // one that does not say how long it lasts serves once
	g.token.keep(is.Token, seconds, g.now())
	return nil
}

// judgeGDMS reads what stands around every answer.
func judgeGDMS(a answer, out any) error {
	if err := a.failure(); err != nil {
		return account(err)
	}
	var is struct {
		Code anyNumber       `json:"retCode"`
		Text string          `json:"msg"`
		Data json.RawMessage `json:"data"`
	}
	err := a.into(&is)
	switch {
	case err != nil:
		return err
	case is.Code != "0":
		return byWords(is.Text)
	case out == nil || len(is.Data) == 0 || string(is.Data) == "null":
		return nil
	}
	return answer{body: is.Data}.into(out)
}
