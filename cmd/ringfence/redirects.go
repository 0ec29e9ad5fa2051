package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/redirect"
)

// redirectFlags are the accounts at makers' redirection services. Without a user
// and a password there is none.
type redirectFlags struct {
	SnomURL      string `name:"redirect-snom-url" default:"https://secure-provisioning.snom.com:8083/xmlrpc/" env:"RINGFENCE_REDIRECT_SNOM_URL" help:"Snom's redirection service. With https://api.sraps.snom.com/api/v1/ its newer interface is spoken."`
	SnomUser     string `name:"redirect-snom-user" env:"RINGFENCE_REDIRECT_SNOM_USER" help:"User, or id of the access key, there."`
	SnomPassword secret `name:"redirect-snom-password" env:"RINGFENCE_REDIRECT_SNOM_PASSWORD" help:"Password or key there; @FILE reads it from a file."`

	YealinkURL      string `name:"redirect-yealink-url" default:"https://api-dm.yealink.com:8443/xmlrpc" env:"RINGFENCE_REDIRECT_YEALINK_URL" help:"Yealink's. With https://eu-api.ymcs.yealink.com its management cloud is spoken to."`
	YealinkUser     string `name:"redirect-yealink-user" env:"RINGFENCE_REDIRECT_YEALINK_USER" help:"User, or id of the access key, there."`
	YealinkPassword secret `name:"redirect-yealink-password" env:"RINGFENCE_REDIRECT_YEALINK_PASSWORD" help:"Password or key there; @FILE reads it from a file."`
	YealinkServer   string `name:"redirect-yealink-server" env:"RINGFENCE_REDIRECT_YEALINK_SERVER" help:"Name of the server there that devices are registered with. Default: one of our choice, which is made."`

	GrandstreamURL      string `name:"redirect-grandstream-url" default:"https://fm.grandstream.com/api/provision" env:"RINGFENCE_REDIRECT_GRANDSTREAM_URL" help:"Grandstream's. With https://eu.gdms.cloud/oapi its device management is spoken to."`
	GrandstreamUser     string `name:"redirect-grandstream-user" env:"RINGFENCE_REDIRECT_GRANDSTREAM_USER" help:"Id of the company there, or user of the device management."`
	GrandstreamPassword secret `name:"redirect-grandstream-password" env:"RINGFENCE_REDIRECT_GRANDSTREAM_PASSWORD" help:"Key there, or password; @FILE reads it from a file."`
	GrandstreamID       string `name:"redirect-grandstream-id" env:"RINGFENCE_REDIRECT_GRANDSTREAM_ID" help:"Device management: id of the API's developer."`
	GrandstreamSecret   secret `name:"redirect-grandstream-secret" env:"RINGFENCE_REDIRECT_GRANDSTREAM_SECRET" help:"Device management: secret of the API's developer; @FILE reads it from a file."`
	GrandstreamSite     int    `name:"redirect-grandstream-site" env:"RINGFENCE_REDIRECT_GRANDSTREAM_SITE" help:"Device management: number of the site that devices are put in."`
	GrandstreamOrg      int    `name:"redirect-grandstream-organization" env:"RINGFENCE_REDIRECT_GRANDSTREAM_ORGANIZATION" help:"Device management: number of the organization. Default: that of the user."`

	GigasetURL      string `name:"redirect-gigaset-url" default:"https://prov.gigaset.net/apxml/rpc.do" env:"RINGFENCE_REDIRECT_GIGASET_URL" help:"Gigaset's. With https://api.grape.gigaset.net/api/v1/ that of its newer devices is spoken to."`
	GigasetUser     string `name:"redirect-gigaset-user" env:"RINGFENCE_REDIRECT_GIGASET_USER" help:"User, or id of the access key, there."`
	GigasetPassword secret `name:"redirect-gigaset-password" env:"RINGFENCE_REDIRECT_GIGASET_PASSWORD" help:"Password or key there; @FILE reads it from a file."`
	GigasetProvider string `name:"redirect-gigaset-provider" default:"ringfence" env:"RINGFENCE_REDIRECT_GIGASET_PROVIDER" help:"Name of the provider there."`

	Checks string `name:"redirect-checks" default:"on" enum:"on,off" env:"RINGFENCE_REDIRECT_CHECKS" help:"on: ask the services once a day whether they still redirect what is registered. off: do not."`
}

// secret is a setting that is not shown.
type secret string

// UnmarshalText reads @FILE from the file, and takes all else as it is.
func (s *secret) UnmarshalText(text []byte) error {
	name, file := strings.CutPrefix(string(text), "@")
	if !file {
		*s = secret(text)
		return nil
	}
	b, err := os.ReadFile(name)
	*s = secret(strings.TrimSpace(string(b)))
	return err
}

// String hides it from logs and errors.
func (s secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// accounts are those that somebody has named a user or a password of.
func (f *redirectFlags) accounts() map[string]redirect.Account {
	all := map[string]redirect.Account{
		phone.RedirectSnom:    {URL: f.SnomURL, User: f.SnomUser, Password: string(f.SnomPassword)},
		phone.RedirectYealink: {URL: f.YealinkURL, User: f.YealinkUser, Password: string(f.YealinkPassword), Name: f.YealinkServer},
		phone.RedirectGigaset: {URL: f.GigasetURL, User: f.GigasetUser, Password: string(f.GigasetPassword), Name: f.GigasetProvider},
		phone.RedirectGrandstream: {
			URL: f.GrandstreamURL, User: f.GrandstreamUser, Password: string(f.GrandstreamPassword),
			ID: f.GrandstreamID, Secret: string(f.GrandstreamSecret), Site: f.GrandstreamSite, Organization: f.GrandstreamOrg,
		},
	}
	maps.DeleteFunc(all, func(_ string, a redirect.Account) bool { return a.User == "" && a.Password == "" })
	return all
}

// services opens the accounts. An error names the flags that it is about.
func (f *redirectFlags) services() (map[string]redirect.Redirector, error) {
	opened, accounts := map[string]redirect.Redirector{}, f.accounts()
	for _, name := range slices.Sorted(maps.Keys(accounts)) {
		service, err := redirect.Open(name, accounts[name])
		if err != nil {
			return nil, fmt.Errorf("--redirect-%s-…: %w", name, err)
		}
		opened[name] = service
	}
	return opened, nil
}

func (f *redirectFlags) valid() error {
	_, err := f.services()
	return err
}

// openRedirects lets makers be told where their phones belong.
func (s *house) openRedirects(ctx context.Context, c Config) error {
	services, err := c.Redirect.services()
	if err != nil {
		return err
	}
	d, err := redirect.New(ctx, redirect.Config{
		Services: services, Outbox: s.store, Book: s.book, URL: s.prov.FirstURL, Checks: c.Redirect.Checks == "on",
		Publish: s.feed.Publish, Now: time.Now, Log: s.log,
	})
	if err != nil {
		return err
	}
	s.redirects.Store(d)
	return nil
}

// redirectsChanged follows each committed change that a maker may have to be told
// of, on the store's writer.
func (s *house) redirectsChanged() {
	if d := s.redirects.Load(); d != nil {
		d.Changed()
	}
}
