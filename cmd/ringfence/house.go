package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/geoip"
	"ringfence/guard"
	"ringfence/internal/feed"
	"ringfence/internal/pace"
	"ringfence/media"
	"ringfence/mgmt"
	"ringfence/phone"
	"ringfence/policy"
	"ringfence/provision"
	"ringfence/redirect"
	"ringfence/registrar"
	"ringfence/resync"
	"ringfence/sip"
	"ringfence/sip/b2bua"
	"ringfence/sip/blf"
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
	lamps     atomic.Pointer[blf.Notifier] // the store tells it of changes, and is open before it
	watched   sync.WaitGroup               // until those who watch have been let go

	keepalives keepalives
	resync     *resync.Pacer // nil with --resync off

	api  *mgmt.Server
	prov *provision.Server
	tftp *provision.TFTP // nil for none
	web  []*webServer    // the API's, and then those of the configuration door

	provFiles *provision.Folder // nil for none

	seed       maphash.Seed // of the keys of rejections
	rejections *pace.Table  // that are told, of phones' configurations

	sip []sipListener

	redirects atomic.Pointer[redirect.Dispatcher] // the store tells it of changes, and is open before it

	webhooks *webhook.Dispatcher
	silence  context.CancelFunc // ends the webhooks' work; nil before start

	tls      *tls.Config // of all listeners; nil without a certificate
	stopping atomic.Bool // calls are refused by now

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
	s := &house{log: log, cdrDays: c.CDRDays, seed: maphash.MakeSeed(), rejections: pace.New(12, rejectionsAtOnce, rejectionTakes)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(context.Background()))
		}
	}()
	if s.tls, err = openTLS(c.TLSCert, c.TLSKey, log); err != nil {
		return nil, fmt.Errorf("--tls-cert: %w", err)
	}
	s.book = phone.NewBook(c.Domain, c.Clusters)
	s.feed = feed.New(feedHistory)
	if s.geo, err = geoip.Open(c.GeoIP, c.GeoIPPrivate); err != nil {
		return nil, fmt.Errorf("--geoip: %w", err)
	}
	s.openResync(c)
	s.store, err = store.Open(ctx, store.Config{
		Dir: c.Data, Book: s.book, Changed: s.phoneChanged, TrunkChanged: s.trunkChanged, Told: s.together, WebhookChanged: s.webhookChanged, BanChanged: s.banChanged, DeviceChanged: s.deviceChanged, ConfigSaved: s.configSaved,
		SwitchChanged: s.switchChanged, QueueChanged: s.queueChanged, RedirectsChanged: s.redirectsChanged,
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
	if err := s.openProvision(ctx, c); err != nil {
		return nil, err
	}
	if err := s.openRedirects(ctx, c); err != nil {
		return nil, err
	}
	s.openWeb(c)
	return s, nil
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
		Country: s.geo.Country, Publish: s.feed.Publish, Wanted: s.feed.Wanted, Bound: s.keepalives.bound(), Came: s.phoneCame, Now: time.Now, Log: s.log,
	})
	err := s.registrar.Restore(func(take func([]byte) error) error { return s.store.ReplayBindings(ctx, take) })
	if err != nil {
		return fmt.Errorf("restore the registrations: %w", err)
	}
	s.registrar.Sources(s.guard.Right)
	s.stack = sip.New(sip.Config{
		TLS: s.tls, Origins: c.WSOrigins, Connections: sipConns(openFiles(), s.log), ExternalIP: c.ExternalIP,
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
	s.openLamps(c)
	s.calls = b2bua.New(b2bua.Config{
		Stack: s.stack, Door: s.door, Book: s.book, Bindings: s.registrar.Targets,
		Media: s.media, Direct: c.Media == "direct", Domain: c.Domain, Ledger: s.store, Lines: s.lines, Publish: s.feed.Publish,
		Dialogs: s.lamps.Load().Dialog, Feature: s.feature,
		NewID:       func() (phone.ID, error) { return phone.NewID(time.Now(), rand.Reader) },
		RingTimeout: c.RingTimeout, MaxCalls: maxCalls, Now: time.Now, Log: s.log,
	})
	return nil
}

// openWeb joins the API.
func (s *house) openWeb(c Config) {
	s.api = mgmt.New(mgmt.Config{
		Phones: s.store.Phones, Models: s.store.Models, Extensions: s.store.Extensions,
		Groups: s.store.Groups, Queues: s.store.Queues, Switches: s.store.Switches, Trunks: s.store.Trunks,
		Settings: s.store.Settings, Products: s.store.Products, Customers: s.store.Customers,
		Employees: s.store.Employees, Sessions: s.store, CDRs: s.store, Audit: s.store, Bans: s.store.Bans,
		Webhooks: s.store.Webhooks, Deliveries: s.store, TestWebhook: s.webhooks.Test,
		Book: s.book, Status: s.status, Online: s.registrar.Online, Redirects: s.redirects.Load(),
		Actions: s.notifier, Registrations: s.registrar, Calls: s.calls, TrunkStatus: s.lines.Status, Provisioning: s.prov, WebRTCURL: c.webRTCURL(),
		Feed: s.feed, Stats: func() any { return s.stats() }, Ready: s.ready,
		AdminToken: c.AdminToken, TrustedProxies: c.TrustedProxies, Origins: c.CORSOrigins, Rate: c.APIRate, Burst: c.APIBurst,
		Now: time.Now, Random: rand.Reader, Log: s.log,
	})
}

// firstEmployee creates the employee admin when there is none at all, and tells
// the password that it made up before that is kept: when nobody hears it, the next
// start makes up another one.
func (s *house) firstEmployee(ctx context.Context, tell func(password string) error) error {
	n, err := s.store.Employees.Count(ctx)
	if err != nil || n > 0 {
		return err
	}
	password := rand.Text()
	hash, err := mgmt.HashPassword(password)
	if err != nil {
		return err
	}
	_, err = s.store.Employees.Create(ctx, func(phone.References) (*phone.Employee, error) {
		return &phone.Employee{
			AccessLevel: phone.Admin, State: phone.EmployeeEnabled, Name: "Administrator", EmailAddress: "admin", PasswordHash: hash,
		}, tell(password)
	})
	if err != nil {
		return fmt.Errorf("create the first employee: %w", err)
	}
	return nil
}

// addresses are where it listens.
func (s *house) addresses() addresses {
	a := addresses{sip: map[string]netip.AddrPort{}, http: s.web[0].addr(), prov: s.web[1].addr()}
	if len(s.web) > 2 {
		a.provTLS = s.web[2].addr()
	}
	if s.tftp != nil {
		a.tftp = s.tftp.Addr().(*net.UDPAddr).AddrPort() // as that of a UDP socket always is
	}
	for _, l := range s.sip {
		if _, ok := a.sip[l.network]; !ok {
			a.sip[l.network] = l.addr
		}
	}
	return a
}
