package redirect

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ringfence/phone"
)

// gaps is Grandstream's automated provisioning system. It knows one URL for all
// devices of an account, which is set in its portal: there is nothing that could
// be asked about a device, and no device has a URL of its own.
type gaps struct {
	client  *http.Client
	url     string
	account string // the company's id
	key     string
}

// Register is for Redirector.
func (g gaps) Register(ctx context.Context, mac phone.MAC, _, _ string) error {
	return g.do(ctx, "redirectDefault", mac)
}

// Unregister is for Redirector.
func (g gaps) Unregister(ctx context.Context, mac phone.MAC) error {
	return g.do(ctx, "unDeviceProvision", mac)
}

// Status is for Redirector: to redirect a device once more is the only way to
// learn whether it is.
func (g gaps) Status(ctx context.Context, mac phone.MAC) (State, error) {
	err := g.do(ctx, "redirectDefault", mac)
	return State{Registered: err == nil}, err
}

func (g gaps) do(ctx context.Context, method string, mac phone.MAC) error {
	body, err := json.Marshal(map[string]any{"cid": g.account, "method": method, "params": map[string]any{"macs": []phone.MAC{mac}}})
	if err != nil {
		return because(Malformed)
	}
	at, err := g.time(ctx)
	if err != nil {
		return err
	}
	r, err := request(ctx, http.MethodPost, g.url+"?"+url.Values{"sig": {g.sign(body, at)}, "time": {at}}.Encode(), jsonType, body)
	if err != nil {
		return err
	}
	a, err := send(g.client, r)
	if err != nil {
		return err
	}
	return judgeGAPS(a)
}

// time asks for the service's clock, which is part of what is signed.
func (g gaps) time(ctx context.Context) (string, error) {
	r, err := request(ctx, http.MethodGet, g.url, "", nil)
	if err != nil {
		return "", err
	}
	a, err := send(g.client, r)
	if err == nil {
		err = a.failure()
	}
	var is struct {
		Time anyNumber `json:"time"`
	}
	if err == nil {
		err = a.into(&is)
	}
	return string(is.Time), err
}

func (g gaps) sign(body []byte, at string) string {
	mac := hmac.New(sha1.New, []byte(g.key)) // by the service's choice
	mac.Write(body)
	mac.Write([]byte(at))
	return hex.EncodeToString(mac.Sum(nil))
}

func judgeGAPS(a answer) error {
	if err := a.failure(); err != nil {
		return account(err)
	}
	var is struct {
		Code anyNumber `json:"code"`
		Text string    `json:"desc"`
	}
	if err := a.into(&is); err != nil || is.Code == "0" {
		return err
	}
	return byWords(is.Text)
}

// byWords finds the kind of an error whose codes are in no public document.
func byWords(text string) error {
	t := strings.ToLower(text)
	for _, c := range []struct {
		has  string
		kind Kind
	}{
		{"signature", Credentials}, {"sig ", Credentials}, {"cid", Credentials}, {"token", Credentials}, {"auth", Credentials},
		{"other", Owned}, {"another", Owned}, {"belong", Owned}, {"bound", Owned},
		{"not exist", Unknown}, {"not found", Unknown}, {"no such", Unknown},
		{"invalid mac", Malformed}, {"mac invalid", Malformed}, {"format", Malformed},
	} {
		if strings.Contains(t, c.has) {
			return because(c.kind)
		}
	}
	return refused(text)
}

// anyNumber is a number, as such or as a string.
type anyNumber string

// UnmarshalJSON takes both.
func (n *anyNumber) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	_, err := strconv.ParseInt(text, 10, 64)
	*n = anyNumber(text)
	return err
}
