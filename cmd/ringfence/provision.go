package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/provision"
	"ringfence/provision/family"
)

// refuseAfter hides how long it took to find out why.
const refuseAfter = 10 * time.Millisecond

// validProvision judges the settings of the configuration door.
func (c *Config) validProvision() error {
	u, err := url.Parse(c.ProvURL)
	tftp, tftpErr := netip.ParseAddrPort(c.ProvTFTP)
	switch {
	case c.ProvURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != ""):
		return fmt.Errorf("--prov-url: %q is not a URL such as https://prov.example", c.ProvURL)
	case c.TLSCert == "" && c.ProvTLS != "":
		return errors.New("--prov-tls needs --tls-cert and --tls-key")
	case c.ProvTFTP != "" && (tftpErr != nil || !tftp.IsValid()):
		return fmt.Errorf("--prov-tftp: %q is not an address such as 192.0.2.1:69", c.ProvTFTP)
	case c.ProvTFTP != "" && c.ProvURL == "":
		return errors.New("--prov-tftp has nothing to say without --prov-url")
	case strings.Trim(c.VoicemailNumber, "0123456789*#+") != "":
		return fmt.Errorf("--voicemail-number: %q is not a number", c.VoicemailNumber)
	}
	if c.ProvTLS != "" {
		if err := validWeb("--prov-tls", c.ProvTLS); err != nil {
			return err
		}
	}
	_, err = c.canaries()
	return err
}

// canaries are MAC addresses without a phone.
func (c *Config) canaries() (list []phone.MAC, err error) {
	for _, text := range c.ProvCanaries {
		mac, ok := phone.ParseMAC(strings.NewReplacer(":", "", "-", "").Replace(text))
		if !ok {
			return nil, fmt.Errorf("--prov-canaries: %q is not a MAC address", text)
		}
		list = append(list, mac)
	}
	return list, nil
}

// openProvision joins the configuration door.
func (s *house) openProvision(ctx context.Context, c Config) error {
	listeners, err := c.sipListeners()
	if err != nil {
		return err
	}
	families, err := family.Load()
	if err != nil {
		return err
	}
	key, err := s.store.Secret(ctx, "provisioning")
	if err != nil {
		return err
	}
	known, err := s.store.Devices(ctx)
	if err != nil {
		return err
	}
	canaries, err := c.canaries()
	if err != nil {
		return err
	}
	if c.ProvFiles != "" {
		if s.provFiles, err = provision.OpenFolder(c.ProvFiles); err != nil {
			return fmt.Errorf("--prov-files: %w", err)
		}
	}
	authorities, err := readAuthorities(c.ProvClientCA)
	if err != nil {
		return fmt.Errorf("--prov-client-ca: %w", err)
	}
	listener := forPhones(listeners)
	s.prov = provision.New(provision.Config{
		Families: families, Book: s.book, Gate: s.gate, Loaded: s.store.ConfigLoaded, Publish: s.feed.Publish,
		Key: key, Devices: s.store, Known: known,
		SIP: provision.SIPServer{Domain: c.Domain, Addr: c.ExternalIP, Port: listener.port, Transport: listener.network, Expires: int(c.DefaultExpires.Seconds())},
		NTP: c.NTP, Voicemail: c.VoicemailNumber,
		URL: c.ProvURL, NoPlainPath: c.ProvPlain == "off", Canaries: canaries, ClientCAs: authorities, Folder: s.provFiles,
		TrustedProxies: c.TrustedProxies, RefuseAfter: refuseAfter, Now: time.Now, Log: s.log,
	})
	return nil
}

// deviceChanged follows each committed change of a device's tokens.
func (s *house) deviceChanged(d phone.Device) {
	if s.prov != nil {
		s.prov.DeviceChanged(d)
	}
}

// readAuthorities reads the certificates that phones' makers sign with, nil for
// none.
func readAuthorities(files []string) (*x509.CertPool, error) {
	if len(files) == 0 {
		return nil, nil
	}
	pool := x509.NewCertPool()
	for _, name := range files {
		pem, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate in PEM", name)
		}
	}
	return pool, nil
}

// listenProvision opens the sockets that phones fetch their configuration from.
func (s *house) listenProvision(ctx context.Context, c Config) error {
	for _, l := range []struct{ flag, addr string }{{"--prov", c.Prov}, {"--prov-tls", c.ProvTLS}} {
		if l.addr == "" {
			continue
		}
		if l.flag == "--prov-tls" && !isHTTPS(l.addr) {
			l.addr = "https://" + l.addr
		}
		w := newWebServer(s.prov, c.TrustedProxies, s.log)
		if err := w.listen(ctx, l.addr, s.tls); err != nil {
			return fmt.Errorf("%s %s: %w", l.flag, l.addr, err)
		}
		if w.server.TLSConfig != nil && len(c.ProvClientCA) > 0 {
			w.server.TLSConfig.ClientAuth = tls.RequestClientCert
		}
		s.web = append(s.web, w)
	}
	if c.ProvTFTP == "" {
		return nil
	}
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", c.ProvTFTP)
	if err != nil {
		return fmt.Errorf("--prov-tftp %s: %w", c.ProvTFTP, err)
	}
	s.tftp = provision.NewTFTP(s.prov, conn.(*net.UDPConn)) // as "udp" always is
	return nil
}
