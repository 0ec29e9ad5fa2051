package redirect

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringfence/phone"
)

// Account is what the operator has at a service. Its URL says which of the
// service's interfaces is spoken.
type Account struct {
	URL, User, Password string

	Name         string // what we are called there: at yealink the server, "" for one of our choice; at gigaset the provider
	ID, Secret   string // grandstream, device management: those of the API's developer
	Site         int    // grandstream, device management: where devices are put
	Organization int    // grandstream, device management: 0 is the default one
}

// Open makes the Redirector of an account at a service of phone. It fails when
// the account is not complete; its errors have no secrets.
func Open(service string, a Account) (Redirector, error) {
	u, err := url.Parse(a.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return nil, fmt.Errorf("the URL of the account at %s is not one such as https://service.example/", service)
	}
	if a.User == "" || a.Password == "" {
		return nil, fmt.Errorf("the account at %s needs a user and a password", service)
	}
	open, ok := openers[service]
	if !ok {
		return nil, fmt.Errorf("nothing is known of a service %q", service)
	}
	return open(newClient(), a)
}

var openers = map[string]func(*http.Client, Account) (Redirector, error){
	phone.RedirectSnom: func(c *http.Client, a Account) (Redirector, error) {
		if a.speaksXMLRPC() {
			return snom{a.xmlRPC(c)}, nil
		}
		return a.sraps(c, srapsSetting), nil
	},
	phone.RedirectYealink: func(c *http.Client, a Account) (Redirector, error) {
		if !a.speaksXMLRPC() {
			return &ymcs{client: c, base: strings.TrimSuffix(a.URL, "/"), id: a.User, secret: a.Password, now: time.Now, nonce: rand.Text}, nil
		}
		name := cmp.Or(a.Name, "ringfence-"+fingerprint(a.User)[:8]) // another account's server may not have the same
		if !serverName(name) {
			return nil, errors.New("the name at yealink is not 1 to 20 characters of A-Z, a-z, 0-9, - _ and the dot")
		}
		return &yealink{xmlRPC: a.xmlRPC(c), server: name}, nil
	},
	phone.RedirectGigaset: func(c *http.Client, a Account) (Redirector, error) {
		if strings.Contains(a.URL, "/api/") {
			return a.sraps(c, grapeSetting), nil
		}
		if a.Name == "" {
			return nil, errors.New("the account at gigaset needs the name of the provider")
		}
		return gigaset{a.xmlRPC(c), a.Name}, nil
	},
	phone.RedirectGrandstream: func(c *http.Client, a Account) (Redirector, error) {
		if !strings.Contains(a.URL, "/oapi") {
			return gaps{client: c, url: a.URL, account: a.User, key: a.Password}, nil
		}
		if a.ID == "" || a.Secret == "" || a.Site < 1 {
			return nil, errors.New("the account at grandstream needs the id and the secret of the API's developer, and a site")
		}
		return &gdms{
			client: c, base: strings.TrimSuffix(a.URL, "/"), user: a.User, password: a.Password, id: a.ID, secret: a.Secret,
			site: a.Site, organization: a.Organization, now: time.Now,
		}, nil
	},
}

func (a Account) speaksXMLRPC() bool { return strings.Contains(a.URL, "/xmlrpc") }

func (a Account) xmlRPC(c *http.Client) xmlRPC { return xmlRPC{c, a.URL, a.User, a.Password} }

func (a Account) sraps(c *http.Client, setting string) *sraps {
	return &sraps{
		client: c, base: strings.TrimSuffix(a.URL, "/") + "/", setting: setting,
		hawk: hawk{id: a.User, key: a.Password, now: time.Now, nonce: rand.Text},
	}
}

// serverName says whether Yealink takes a name.
func serverName(name string) bool {
	return len(name) > 0 && len(name) <= 20 && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("-_.", r))
	})
}
