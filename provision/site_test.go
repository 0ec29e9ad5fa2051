package provision

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/provision/family"
)

const (
	acme  phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa1"
	beta  phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa2"
	snom  phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb1"
	other phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb2" // cannot be provisioned
	plain phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb3"
	dect  phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb4"
	ext   phone.ID = "ccccccccccccccccccccccc1"

	mac phone.MAC = "000413AABB01"
)

const (
	office = "192.0.2.1"
	away   = "198.51.100.7"
)

// site is a provisioning server over a Book, with a lock that works, at noon.
type site struct {
	*Server
	book   *phone.Book
	now    time.Time
	loaded []phone.Fetched
	events []phone.Event
	spends []phone.MAC
	fates  map[phone.MAC]phone.Device
	fail   error // of the write that notes a delivery

	locking func() // is called before a phone is locked
}

func newSite(t testing.TB, changes ...func(*Config)) *site {
	t.Helper()
	s := &site{
		book: phone.NewBook("example.net", []int{phone.Production}), now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), fates: map[phone.MAC]phone.Device{},
	}
	s.book.PutCustomer(&phone.Customer{ID: acme, State: phone.CustomerActive, Country: "DK"})
	s.book.PutCustomer(&phone.Customer{ID: beta, State: phone.CustomerActive, Country: "DK"})
	can := phone.ModelCapabilities{Provision: true}
	for id, m := range map[phone.ID]phone.Model{
		snom: {Brand: phone.BrandSnom, Model: "D785", Softkeys: 24}, other: {Brand: "NOBODY"}, plain: {Brand: phone.BrandGeneric},
		dect: {Brand: phone.BrandSnom, Model: "M900", Extensions: 1000},
	} {
		m.ID, m.Capabilities = id, can
		m.Capabilities.MultipleHandsets = m.Extensions > 1
		s.book.PutModel(&m)
	}
	s.book.PutExtension(&phone.Extension{ID: ext, Customer: acme, Number: "200", Name: `Anna <"&"> Ø`})
	families, err := family.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := Config{
		Families: families, Book: s.book,
		Gate: policy.NewGate(policy.GateConfig{
			Country: func(netip.Addr) string { return "DK" }, Active: s.book.Active, Locker: s, Now: time.Now,
		}),
		Loaded: func(_ context.Context, _ time.Time, phones ...phone.Fetched) error {
			s.loaded = append(s.loaded, phones...)
			return s.fail
		},
		Publish: func(e phone.Event) { s.events = append(s.events, e) },
		Key:     []byte("a key for tests"), Devices: s, URL: "https://prov.example.net/",
		SIP: SIPServer{Domain: "example.net", Addr: netip.MustParseAddr("192.0.2.10"), Port: 5060, Transport: "udp", Expires: 3600},
		Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler),
	}
	for _, change := range changes {
		change(&c)
	}
	s.Server = New(c)
	return s
}

// Lock is the store's.
func (s *site) Lock(_ context.Context, id phone.ID, addr netip.Addr) (phone.Fence, bool, error) {
	if s.locking != nil {
		s.locking()
	}
	p := s.book.ByID(id).Clone()
	if p.IP.Mode != phone.Open {
		return p.IP, false, nil
	}
	p.IP = phone.Fence{Mode: phone.Locked, Address: addr.String()}
	s.book.PutPhone(p)
	return p.IP, true, nil
}

// SpendToken and RotateToken are the store's, too.
func (s *site) SpendToken(_ context.Context, mac phone.MAC) error {
	s.spends = append(s.spends, mac)
	return s.become(mac, func(d *phone.Device) { d.Known = d.Generation + 1 })
}

func (s *site) RotateToken(_ context.Context, mac phone.MAC) error {
	return s.become(mac, func(d *phone.Device) { d.Generation++ })
}

func (s *site) become(mac phone.MAC, change func(*phone.Device)) error {
	d := s.fates[mac]
	d.MAC = mac
	change(&d)
	s.fates[mac] = d
	s.DeviceChanged(d)
	return nil
}

// put publishes a phone with the defaults of the tests.
func (s *site) put(p phone.Phone) {
	p.PBXCluster = phone.Production
	if p.Customer == "" {
		p.Customer = acme
	}
	if p.Model == "" {
		p.Model = snom
	}
	if p.IP.Mode == "" {
		p.IP.Mode = phone.Open
	}
	if p.Username == "" {
		p.Username, p.Password = "u"+string(p.ID), "p"+string(p.ID)
	}
	s.book.PutPhone(&p)
}

// firstOf and steadyOf are the tokens of a device as they are now.
func (s *site) firstOf(mac phone.MAC) string {
	return s.tokens.first(owned{mac, acme}, s.tokens.fate(mac).generation)
}

func (s *site) steadyOf(mac phone.MAC) string {
	return s.tokens.steady(owned{mac, acme}, s.tokens.fate(mac).generation)
}

// get asks as the phone at the address would.
func (s *site) get(method, path, userAgent, from string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.RemoteAddr = from + ":40000"
	r.Header.Set("User-Agent", userAgent)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// status is that of a plain GET.
func (s *site) status(path, from string) int { return s.get("GET", path, "", from).Code }

func locked(to string) phone.Fence { return phone.Fence{Mode: phone.Locked, Address: to} }
