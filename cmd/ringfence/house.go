package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"ringfence/geoip"
	"ringfence/guard"
	"ringfence/internal/feed"
	"ringfence/media"
	"ringfence/mgmt"
	"ringfence/phone"
	"ringfence/policy"
	"ringfence/provision"
	"ringfence/registrar"
	"ringfence/sip"
	"ringfence/sip/b2bua"
	"ringfence/sip/door"
	"ringfence/sip/notify"
	"ringfence/store"
	"ringfence/webhook"
)

// house is every room of one running server, joined.
type house struct {
	log *slog.Logger

	book  *phone.Book
	feed  *feed.Feed
	geo   *geoip.Database
	store *store.Store
	guard *guard.Guard
	gate  *policy.Gate

	stack     *sip.Stack
	door      *door.Door
	registrar *registrar.Registrar
	calls     *b2bua.Switch
	notifier  *notify.Notifier
	ports     *media.Ports
	media     *media.Engine
	lines     *outside

	keepalives keepalives

	api  *mgmt.Server
	prov *provision.Server
	web  []*webServer
	sip  []sipListener

	webhooks *webhook.Dispatcher
	silence  context.CancelFunc // ends the webhooks' work; nil before start

	cdrDays int // that call records are kept, 0 is for ever

	background tasks
}

const (
	feedHistory   = 2500
	mediaPortRest = 2 * time.Second
	geoipInterval = 10 * time.Second
	maxContacts   = 5
	maxCalls      = 4000
)

// open builds the rooms from the bottom up. Nothing listens yet; on an error
// nothing is left open.
func open(ctx context.Context, c Config, log *slog.Logger) (_ *house, err error) {
	s := &house{log: log, cdrDays: c.CDRDays}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(context.Background()))
		}
	}()
	s.book = phone.NewBook(c.Domain, c.Clusters)
	s.feed = feed.New(feedHistory)
	if s.geo, err = geoip.Open(c.GeoIP, c.GeoIPPrivate); err != nil {
		return nil, fmt.Errorf("--geoip: %w", err)
	}
	s.store, err = store.Open(ctx, store.Config{
		Dir: c.Data, Book: s.book, Changed: s.phoneChanged, TrunkChanged: s.trunkChanged, Told: s.together, WebhookChanged: s.webhookChanged, BanChanged: s.banChanged,
		KeepAudit: time.Duration(c.AuditDays) * 24 * time.Hour, Now: time.Now, Random: rand.Reader, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	if err := s.openWebhooks(ctx, c); err != nil {
		return nil, err
	}
	if err := s.openGuard(ctx, c); err != nil {
		return nil, err
	}
	if err := s.openSIP(ctx, c); err != nil {
		return nil, err
	}
	return s, s.openWeb(c)
}

// openSIP joins the doors of registration and call.
func (s *house) openSIP(ctx context.Context, c Config) error {
	s.gate = policy.NewGate(policy.GateConfig{
		Country: s.geo.Country, Active: s.book.Active, Locker: s.store,
		Rejected: s.phoneRejected, Locked: s.phoneLocked, Now: time.Now,
	})
	if err := s.openDoor(c); err != nil {
		return err
	}
	s.openKeepalives(c)
	s.registrar = registrar.New(registrar.Config{
		Door: s.door, Journal: c.journal(s.store), Domain: c.Domain,
		MinExpires: c.MinExpires, MaxExpires: c.MaxExpires, DefaultExpires: c.DefaultExpires, MaxContacts: maxContacts,
		Country: s.geo.Country, Publish: s.feed.Publish, Wanted: s.feed.Wanted, Bound: s.keepalives.bound(), Now: time.Now, Log: s.log,
	})
	err := s.registrar.Restore(func(take func([]byte) error) error { return s.store.ReplayBindings(ctx, take) })
	if err != nil {
		return fmt.Errorf("restore the registrations: %w", err)
	}
	s.registrar.Sources(s.guard.Right)
	certificate, err := c.sipTLS()
	if err != nil {
		return err
	}
	s.stack = sip.New(sip.Config{
		TLS: certificate, Origins: c.WSOrigins, Connections: sipConns(openFiles(), s.log), ExternalIP: c.ExternalIP,
		Admit: s.guard.Admit, Broken: s.guard.Broken,
		Express: s.guarded(s.express), Overloaded: s.overloaded, Answered: s.keepalives.answered(), Handler: s.serveSIP, Inline: true,
		Closed: s.flowClosed, Logger: s.log,
	})
	s.ports = media.NewPorts(int(c.RTPPorts.lo), int(c.RTPPorts.hi), mediaPortRest, time.Now)
	if s.media, err = media.NewEngine(media.EngineConfig{Ports: s.ports, External: c.ExternalIP, Now: time.Now}); err != nil {
		return fmt.Errorf("open the media engine: %w", err)
	}
	s.notifier = notify.New(notify.Config{Stack: s.stack, Book: s.book, Bindings: s.registrar.Targets, Domain: c.Domain})
	s.openLines(c)
	s.calls = b2bua.New(b2bua.Config{
		Stack: s.stack, Door: s.door, Book: s.book, Bindings: s.registrar.Targets,
		Media: s.media, Direct: c.Media == "direct", Domain: c.Domain, Ledger: s.store, Lines: s.lines, Publish: s.feed.Publish,
		NewID:       func() (phone.ID, error) { return phone.NewID(time.Now(), rand.Reader) },
		RingTimeout: c.RingTimeout, MaxCalls: maxCalls, Now: time.Now, Log: s.log,
	})
	return nil
}

// openWeb joins the API and the configuration door.
func (s *house) openWeb(c Config) (err error) {
	s.api, err = mgmt.New(mgmt.Config{
		Phones: s.store.Phones, Models: s.store.Models, Extensions: s.store.Extensions,
		Groups: s.store.Groups, Queues: s.store.Queues, Switches: s.store.Switches, Trunks: s.store.Trunks,
		Settings: s.store.Settings, Products: s.store.Products, Customers: s.store.Customers,
		Employees: s.store.Employees, Sessions: s.store, CDRs: s.store, Audit: s.store, Bans: s.store.Bans,
		Webhooks: s.store.Webhooks, Deliveries: s.store, TestWebhook: s.webhooks.Test,
		Book: s.book, Status: s.status, Online: s.registrar.Online,
		Actions: s.notifier, Registrations: s.registrar, Calls: s.calls, TrunkStatus: s.lines.Status, WebRTCURL: c.webRTCURL(),
		Feed: s.feed, Stats: func() any { return s.stats() },
		AdminToken: c.AdminToken, TrustedProxies: c.TrustedProxies, Origins: c.CORSOrigins, Rate: c.APIRate, Burst: c.APIBurst,
		Now: time.Now, Random: rand.Reader, Log: s.log,
	})
	if err != nil {
		return fmt.Errorf("open the management API: %w", err)
	}
	all, err := c.sipListeners()
	if err != nil {
		return err
	}
	listener := forPhones(all)
	s.prov, err = provision.New(provision.Config{
		Book: s.book, Gate: s.gate, Loaded: s.store.ConfigLoaded, Publish: s.feed.Publish,
		SIP: provision.SIPServer{Domain: c.Domain, Addr: c.ExternalIP, Port: listener.port, Transport: listener.network, Expires: c.DefaultExpires},
		URL: c.ProvURL, TrustedProxies: c.TrustedProxies, Now: time.Now, Log: s.log,
	})
	return err
}

// firstEmployee creates the employee admin when there is none at all, and
// returns the password that it made up, "" when there is somebody.
func (s *house) firstEmployee(ctx context.Context) (string, error) {
	n, err := s.store.Employees.Count(ctx)
	if err != nil || n > 0 {
		return "", err
	}
	password := rand.Text()
	hash, err := mgmt.HashPassword(password)
	if err != nil {
		return "", err
	}
	_, err = s.store.Employees.Create(ctx, func(phone.References) (*phone.Employee, error) {
		return &phone.Employee{
			AccessLevel: phone.Admin, State: phone.EmployeeEnabled, Name: "Administrator", EmailAddress: "admin", PasswordHash: hash,
		}, nil
	})
	if err != nil {
		return "", fmt.Errorf("create the first employee: %w", err)
	}
	return password, nil
}

// addresses are where it listens.
func (s *house) addresses() addresses {
	a := addresses{sip: map[string]netip.AddrPort{}, http: s.web[0].addr(), prov: s.web[1].addr()}
	for _, l := range s.sip {
		if _, ok := a.sip[l.network]; !ok {
			a.sip[l.network] = l.addr
		}
	}
	return a
}
