package simphone

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// FetchError is an answer of the provisioning server other than 200.
type FetchError struct {
	Status int // of HTTP
}

func (e *FetchError) Error() string {
	return fmt.Sprintf("provisioning server answered %d", e.Status)
}

// Fetch gets the configuration below provURL as this model does, and puts it to
// use: a Snom asks for snom<MODEL>-<MAC>.htm and gives MAC and firmware in its
// User-Agent, a generic phone asks for <mac>.cfg. Errors: *FetchError, those of
// ParseSnom and ParseGeneric, or the connection's. After an error the phone
// keeps the settings it had.
func (p *Phone) Fetch(ctx context.Context, provURL string) (Settings, error) {
	s, err := p.fetch(ctx, strings.TrimSuffix(provURL, "/")+"/"+p.kind.file)
	if err != nil {
		return Settings{}, fmt.Errorf("fetch configuration: %w", err)
	}
	p.Use(s)
	return s, nil
}

func (p *Phone) fetch(ctx context.Context, url string) (Settings, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Settings{}, err
	}
	req.Header.Set("User-Agent", p.kind.browser)
	res, err := p.config.HTTP.Do(req)
	if err != nil {
		return Settings{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Settings{}, &FetchError{Status: res.StatusCode}
	}
	return p.kind.parse(res.Body)
}

// kind is what differs between the phones that we play.
type kind struct {
	file    string // of its configuration
	browser string // User-Agent in HTTP
	agent   string // User-Agent in SIP
	parse   func(io.Reader) (Settings, error)
}

const snomFirmware = "10.1.33.33"

// kindOf knows the Snom models ("D785", with or without "snom") and calls all
// without a model generic. The MAC has twelve lower-case digits.
func kindOf(model, mac string) kind {
	if model == "" {
		agent := "simphone/1.0"
		return kind{file: mac + ".cfg", browser: agent, agent: agent, parse: ParseGeneric}
	}
	model, mac = "snom"+strings.TrimPrefix(model, "snom"), strings.ToUpper(mac)
	return kind{
		file: model + "-" + mac + ".htm",
		browser: fmt.Sprintf("Mozilla/4.0 (compatible; %s-SIP %s 2010.12-00004-g9ba52f5 %s SXM:0 UXM:0)",
			model, snomFirmware, mac),
		agent: model + "/" + snomFirmware,
		parse: ParseSnom,
	}
}

// browser is an HTTP client that speaks from the phone's own address, since the
// server judges phones by it, and that keeps no connection open: a thousand
// idle phones shall cost nothing.
func browser(from netip.Addr) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: from.AsSlice()}}
	return &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
	}
}
