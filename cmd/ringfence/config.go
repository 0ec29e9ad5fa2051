package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"ringfence/phone"
	"ringfence/sip/digest"
)

// Config is everything that can be set from outside. Each field is a flag, an
// environment variable and a key of the YAML file, in this order of precedence.
type Config struct {
	Data       string     `default:"./data" env:"RINGFENCE_DATA" help:"Folder of the database and other state; created when missing."`
	SIP        []string   `name:"sip" default:"udp://0.0.0.0:5060,tcp://0.0.0.0:5060" env:"RINGFENCE_SIP" help:"SIP listeners: udp, tcp, tls, ws, wss. May be repeated."`
	WSOrigins  []string   `name:"ws-origins" env:"RINGFENCE_WS_ORIGINS" help:"Origins such as https://phone.example whose pages may open a SIP WebSocket; *: any. Default: pages of the host that they connect to."`
	Domain     string     `default:"ringfence.local" env:"RINGFENCE_DOMAIN" help:"SIP domain and digest realm."`
	ExternalIP netip.Addr `name:"external-ip" env:"RINGFENCE_EXTERNAL_IP" help:"Address written into Contact, Via and SDP (1:1 NAT). Default: the local address that the packet came in on."`
	RTPPorts   portRange  `name:"rtp-ports" default:"30000-39999" env:"RINGFENCE_RTP_PORTS" help:"UDP ports of the media relay."`

	HTTP           string         `name:"http" default:"127.0.0.1:8080" env:"RINGFENCE_HTTP" help:"Management API, events, console, /metrics, /healthz, /readyz. https://HOST:PORT serves TLS."`
	Prov           string         `default:"0.0.0.0:8081" env:"RINGFENCE_PROV" help:"Provisioning server for phones. https://HOST:PORT serves TLS."`
	ProvURL        string         `name:"prov-url" env:"RINGFENCE_PROV_URL" help:"Base URL that phones are told to fetch from. Default: they keep the one that they came by."`
	ProvTLS        string         `name:"prov-tls" env:"RINGFENCE_PROV_TLS" help:"Provisioning server with TLS beside --prov, such as 0.0.0.0:8443."`
	ProvPlain      string         `name:"prov-plain" default:"on" enum:"on,off" env:"RINGFENCE_PROV_PLAIN" help:"on: a phone may fetch by its MAC address alone, as far as its fence lets it. off: only with its token."`
	ProvCanaries   []string       `name:"prov-canaries" env:"RINGFENCE_PROV_CANARIES" help:"MAC addresses that no phone has: whoever asks for one is blocked."`
	ProvClientCA   []string       `name:"prov-client-ca" env:"RINGFENCE_PROV_CLIENT_CA" help:"PEM files with the certificates of phones' makers; a phone that shows one of another phone is refused."`
	ProvFiles      string         `name:"prov-files" env:"RINGFENCE_PROV_FILES" help:"Folder with firmware, ringtones and backgrounds for phones."`
	ProvTFTP       string         `name:"prov-tftp" env:"RINGFENCE_PROV_TFTP" help:"TFTP listener that leads old phones to --prov-url, such as 192.0.2.1:69. Default: none."`
	NTP            string         `name:"ntp" env:"RINGFENCE_NTP" help:"Time server that phones are told of. Default: they keep their own."`
	Resync         string         `name:"resync" default:"auto" enum:"auto,off" env:"RINGFENCE_RESYNC" help:"auto: a phone whose configuration has changed is asked to fetch it. off: it fetches when it does."`
	WebRTCURL      string         `name:"webrtc-url" env:"RINGFENCE_WEBRTC_URL" help:"WebSocket that WebRTC clients are told to register at. Default: wss:// and --domain."`
	TLSCert        string         `name:"tls-cert" env:"RINGFENCE_TLS_CERT" help:"PEM file with the certificate chain of the TLS listeners; re-read when it changes."`
	TLSKey         string         `name:"tls-key" env:"RINGFENCE_TLS_KEY" help:"PEM file with its key."`
	TrustedProxies []netip.Prefix `name:"trusted-proxies" env:"RINGFENCE_TRUSTED_PROXIES" help:"Networks whose X-Forwarded-For is believed (HTTP only)."`
	CORSOrigins    []string       `name:"cors-origins" env:"RINGFENCE_CORS_ORIGINS" help:"Origins such as https://admin.example whose pages may use the API with a token. Default: none."`
	APIRate        float64        `name:"api-rate" default:"200" env:"RINGFENCE_API_RATE" help:"Requests a second that one login may make; what is more gets 429. 0: no limit."`
	APIBurst       int            `name:"api-burst" default:"1000" env:"RINGFENCE_API_BURST" help:"Requests that may come at once before --api-rate limits them."`

	GeoIP        string `name:"geoip" env:"RINGFENCE_GEOIP" help:"A MaxMind-format (.mmdb) Country or City database; re-read when it changes. Default: the built-in country database."`
	GeoIPPrivate string `name:"geoip-private" env:"RINGFENCE_GEOIP_PRIVATE" help:"Two-letter country that private and loopback addresses count as, when the database does not know them."`

	Clusters       []int              `default:"1,2" env:"RINGFENCE_CLUSTERS" help:"The pbxCluster values that this server serves."`
	AdminToken     string             `name:"admin-token" env:"RINGFENCE_ADMIN_TOKEN" help:"A bearer token with level ADMIN."`
	Digest         []digest.Algorithm `default:"SHA-256,MD5" env:"RINGFENCE_DIGEST" help:"Digest algorithms offered to phones, in this order."`
	MD5Agents      []string           `name:"md5-agents" default:"baresip v0.,baresip v1.0.,sipsak,SIPp" env:"RINGFENCE_MD5_AGENTS" help:"Beginnings of the User-Agents that are offered MD5 alone, because they fail at a challenge that they do not know."`
	MinExpires     time.Duration      `name:"min-expires" default:"60s" env:"RINGFENCE_MIN_EXPIRES" help:"Shortest registration."`
	MaxExpires     time.Duration      `name:"max-expires" default:"7200s" env:"RINGFENCE_MAX_EXPIRES" help:"Longest registration."`
	DefaultExpires time.Duration      `name:"default-expires" default:"3600s" env:"RINGFENCE_DEFAULT_EXPIRES" help:"Registration of a phone that does not say."`
	Registrations  string             `default:"durable" enum:"durable,memory" env:"RINGFENCE_REGISTRATIONS" help:"durable: on disk before the phone has its answer. memory: forgotten by a restart."`
	Keepalive      time.Duration      `default:"25s" env:"RINGFENCE_KEEPALIVE" help:"Longest time between two packets to a UDP phone behind a NAT or firewall: 5s to 120s. 0: none."`
	RingTimeout    time.Duration      `name:"ring-timeout" default:"60s" env:"RINGFENCE_RING_TIMEOUT" help:"How long a call rings before nobody has answered."`
	Media          string             `default:"relay" enum:"relay,direct" env:"RINGFENCE_MEDIA" help:"relay: media go through us, and no phone learns where the other is. direct: from phone to phone."`
	PhoneCalls     int                `name:"phone-calls" default:"0" env:"RINGFENCE_PHONE_CALLS" help:"Calls that one phone may have dialled at a time, inside and to the world; one more gets 503. 0: no limit."`
	StopTimeout    time.Duration      `name:"stop-timeout" default:"10s" env:"RINGFENCE_STOP_TIMEOUT" help:"How long calls may go on after SIGTERM."`

	VoicemailNumber string `name:"voicemail-number" env:"RINGFENCE_VOICEMAIL_NUMBER" help:"Number that phones call for voicemail. Default: none."`

	PhoneCallsPerSecond int `name:"phone-calls-per-second" default:"0" env:"RINGFENCE_PHONE_CALLS_PER_SECOND" help:"Calls that one phone may begin in a second. 0: no limit."`

	GuardRate    float64        `name:"guard-rate" default:"1000" env:"RINGFENCE_GUARD_RATE" help:"SIP messages a second from one address, ten seconds of it at once; each phone that has registered from there adds half as many. What is more is dropped. 0: no limit."`
	GuardTrusted []netip.Prefix `name:"guard-trusted" env:"RINGFENCE_GUARD_TRUSTED" help:"Networks that are never limited or banned, such as those of SIP carriers."`

	CDRDays   int `name:"cdr-days" default:"0" env:"RINGFENCE_CDR_DAYS" help:"Days that call records are kept. 0: for ever."`
	AuditDays int `name:"audit-days" default:"400" env:"RINGFENCE_AUDIT_DAYS" help:"Days that the audit log is kept. 0: for ever."`

	WebhookPrivate bool `name:"webhook-private" env:"RINGFENCE_WEBHOOK_PRIVATE" help:"Let webhooks lead to private and loopback addresses."`

	Redirect redirectFlags `embed:""`

	LogLevel  slog.Level `name:"log-level" default:"info" env:"RINGFENCE_LOG_LEVEL" help:"debug, info, warn or error."`
	LogFormat string     `name:"log-format" default:"text" enum:"text,json" env:"RINGFENCE_LOG_FORMAT" help:"text or json."`
}

// serveCommand is "ringfence serve".
type serveCommand struct {
	File configFile `name:"config" placeholder:"FILE" env:"RINGFENCE_CONFIG" help:"YAML file with any of these settings, without the dashes."`
	Config
}

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, stdout io.Writer) error {
	slacken()
	signal.Ignore(syscall.SIGHUP) // what may change while it runs is read again without it
	enough := func() {}
	defer func() { enough() }()
	return run(ctx, c.Config, hooks{stdout: stdout, log: os.Stderr, ready: func(addresses) {
		returnMemory() // that of the start, which was in a hurry
		enough = tendMemory()
	}})
}

// Validate is called by kong when all sources are read. What it returns is one
// line that names the flag.
func (c *Config) Validate() error {
	switch {
	case c.MinExpires < time.Second || c.MinExpires > c.MaxExpires:
		return errors.New("--min-expires must be at least 1s and at most --max-expires")
	case c.DefaultExpires < c.MinExpires || c.DefaultExpires > c.MaxExpires:
		return errors.New("--default-expires must be from --min-expires to --max-expires")
	case c.Keepalive != 0 && (c.Keepalive < 5*time.Second || c.Keepalive > 2*time.Minute):
		return errors.New("--keepalive must be 0 or from 5s to 120s")
	case c.RingTimeout < time.Second:
		return errors.New("--ring-timeout must be at least 1s")
	case c.StopTimeout < 0:
		return errors.New("--stop-timeout is not below 0")
	case c.Domain == "" || strings.ContainsAny(c.Domain, " \t\r\n\"<>@;"):
		return fmt.Errorf("--domain %q is not a domain", c.Domain)
	case len(c.SIP) == 0:
		return errors.New("--sip needs a listener")
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case c.TLSCert == "" && (isHTTPS(c.HTTP) || isHTTPS(c.Prov)):
		return errors.New("https:// listeners need --tls-cert and --tls-key")
	case c.PhoneCalls < 0 || c.PhoneCallsPerSecond < 0:
		return errors.New("--phone-calls, --phone-calls-per-second: a limit is not below 0")
	case c.CDRDays < 0 || c.CDRDays > 36500:
		return fmt.Errorf("--cdr-days: %d is not a number of days from 0 to 36500", c.CDRDays)
	case c.AuditDays < 0 || c.AuditDays > 36500:
		return fmt.Errorf("--audit-days: %d is not a number of days from 0 to 36500", c.AuditDays)
	}
	if c.GeoIPPrivate != "" && !phone.KnownCountry(c.GeoIPPrivate) {
		return fmt.Errorf("--geoip-private: %q is not the code of a country, such as DK", c.GeoIPPrivate)
	}
	return errors.Join(c.validSIP(), validWeb("--http", c.HTTP), validWeb("--prov", c.Prov), c.validGuard(), c.validDigest(), c.validClusters(), c.validAPI(), c.validProvision(), c.Redirect.valid())
}

func (c *Config) validSIP() error {
	all, err := c.sipListeners()
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.secure() && c.TLSCert == "" {
			return fmt.Errorf("--sip %s needs --tls-cert and --tls-key", l)
		}
	}
	for _, origin := range c.WSOrigins {
		if origin != "*" && !isOrigin(origin) {
			return fmt.Errorf("--ws-origins: %q is neither * nor an origin such as https://phone.example", origin)
		}
	}
	return nil
}

func (c *Config) validGuard() error {
	if c.GuardRate < 0 || c.GuardRate > 1e6 || math.IsNaN(c.GuardRate) {
		return fmt.Errorf("--guard-rate: %v is not a number of messages a second, from 0 to 1000000", c.GuardRate)
	}
	return nil
}

// isOrigin tells what a browser would send as one.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && text == strings.ToLower(u.Scheme+"://"+u.Host) && (u.Scheme == "http" || u.Scheme == "https")
}

// validDigest also brings the algorithms into their own case.
func (c *Config) validDigest() error {
	if len(c.Digest) == 0 {
		return errors.New("--digest needs an algorithm")
	}
	for i, name := range c.Digest {
		known, err := digest.ParseAlgorithm(string(name))
		if name == "" || err != nil {
			return fmt.Errorf("--digest: %q is neither SHA-256 nor MD5", name)
		}
		c.Digest[i] = known
	}
	return nil
}

func (c *Config) validClusters() error {
	if len(c.Clusters) == 0 {
		return errors.New("--clusters needs a cluster")
	}
	for _, n := range c.Clusters {
		if n != 1 && n != 2 {
			return fmt.Errorf("--clusters: %d is not a cluster, only 1 and 2 are", n)
		}
	}
	return nil
}

func (c *Config) validAPI() error {
	if c.APIRate < 0 || c.APIRate > 1e6 || math.IsNaN(c.APIRate) {
		return fmt.Errorf("--api-rate: %v is not a number of requests a second, from 0 to 1000000", c.APIRate)
	}
	if c.APIRate > 0 && c.APIBurst < 1 {
		return errors.New("--api-burst must be at least 1")
	}
	if u, err := url.Parse(c.WebRTCURL); c.WebRTCURL != "" && (err != nil || u.Host == "" || u.Scheme != "wss" && u.Scheme != "ws") {
		return fmt.Errorf("--webrtc-url: %q is not the URL of a WebSocket such as wss://sip.example", c.WebRTCURL)
	}
	for _, origin := range c.CORSOrigins {
		if !isOrigin(origin) {
			return fmt.Errorf("--cors-origins: %q is not an origin such as https://admin.example", origin)
		}
	}
	return nil
}

// webRTCURL is where WebRTC clients register.
func (c *Config) webRTCURL() string {
	return cmp.Or(c.WebRTCURL, "wss://"+c.Domain)
}

// portRange is LOW-HIGH.
type portRange struct{ lo, hi uint16 }

// UnmarshalText reads LOW-HIGH; it must have room for one call.
func (p *portRange) UnmarshalText(text []byte) error {
	var rest string
	n, _ := fmt.Sscanf(string(text)+" ", "%d-%d%s", &p.lo, &p.hi, &rest)
	if n != 2 || p.lo < 1024 || int(p.hi)-int(p.lo) < 3 {
		return fmt.Errorf("%q is not a range of ports from 1024 on, such as 30000-39999", text)
	}
	return nil
}

func (p portRange) String() string { return fmt.Sprintf("%d-%d", p.lo, p.hi) }
