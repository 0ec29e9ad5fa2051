package mgmt_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/internal/feed"
	"ringfence/mgmt"
	"ringfence/phone"
	"ringfence/store"
)

// The customers of every test: acme belongs to the reseller rook, birch to the
// reseller crow; idle, of rook too, is blocked.
const (
	rook  phone.ID = "c00000000000000000000001"
	acme  phone.ID = "c00000000000000000000002"
	crow  phone.ID = "c00000000000000000000003"
	birch phone.ID = "c00000000000000000000004"
	idle  phone.ID = "c00000000000000000000005"
)

// absent is an id of nothing.
const absent = "ffffffffffffffffffffffff"

// role is a login that every test has: its token is the name.
type role struct {
	name     string
	employee phone.ID
	level    phone.Level
	customer phone.ID
}

var roles = []role{
	{"personal", "e00000000000000000000001", phone.Personal, acme},
	{"viewer", "e00000000000000000000002", phone.Viewer, acme},
	{"manager", "e00000000000000000000003", phone.Manager, acme},
	{"owner", "e00000000000000000000004", phone.Owner, acme},
	{"reseller", "e00000000000000000000005", phone.Reseller, rook},
	{"reseller-admin", "e00000000000000000000006", phone.ResellerAdmin, ""},
	{"admin", "e00000000000000000000007", phone.Admin, ""},
	{"stranger", "e00000000000000000000008", phone.Manager, birch},
	{"other-reseller", "e00000000000000000000009", phone.Reseller, crow},
}

// adminToken is the token of the server's configuration.
const adminToken = "the admin token"

// password is that of every role; the user name is the role's name.
const password = "correct horse"

var passwordHash = sync.OnceValues(func() (string, error) { return mgmt.HashPassword(password) })

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// random gives the same bytes in every run.
type random struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

func newRandom(seed byte) *random { return &random{r: rand.NewChaCha8([32]byte{seed})} }

func (r *random) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.r.Read(b)
}

// world is the API over a real store, with a clock of its own.
type world struct {
	testing.TB
	clock clock
	store *store.Store
	feed  *feed.Feed
	api   api

	makers *makers
}

func newWorld(t testing.TB, changes ...func(*mgmt.Config)) *world {
	t.Helper()
	w := &world{TB: t, clock: clock{t: noon}, feed: feed.NewAt(16, noon)}
	book := phone.NewBook("ringfence.test", []int{1, 2})
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Book: book, Now: w.clock.now, Random: newRandom(1)})
	if err != nil {
		t.Fatal(err)
	}
	w.store = s
	w.populate()
	c := mgmt.Config{
		Phones: s.Phones, Models: s.Models, Extensions: s.Extensions,
		Groups: s.Groups, Queues: s.Queues, Switches: s.Switches, Trunks: s.Trunks,
		Settings: s.Settings, Products: s.Products, Customers: s.Customers,
		Employees: s.Employees, Sessions: s, CDRs: s, Audit: s, Bans: s.Bans,
		Book: book, Status: w.status, Actions: offline{}, Registrations: offline{}, Calls: &switchboard{}, WebRTCURL: "wss://sip.ringfence.test", Feed: w.feed, Stats: func() any { return map[string]int{"phones": book.Len()} },
		AdminToken: adminToken, Now: w.clock.now, Random: newRandom(2), Log: slog.New(slog.DiscardHandler),
	}
	w.addWebhooks(&c)
	w.addProvisioning(&c)
	w.addMakers(&c)
	for _, change := range changes {
		change(&c)
	}
	server := mgmt.New(c)
	w.api = api{server, t}
	t.Cleanup(func() {
		w.api.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) populate() {
	w.Helper()
	for _, c := range []phone.Customer{
		{ID: rook, Name: "Rook Telecom"}, {ID: acme, Name: "Acme", ParentReseller: rook},
		{ID: crow, Name: "Crow Telecom"}, {ID: birch, Name: "Birch", ParentReseller: crow},
		{ID: idle, Name: "Idle", ParentReseller: rook, State: phone.CustomerBlocked},
	} {
		if c.State == "" {
			c.State = phone.CustomerActive
		}
		if _, err := w.store.Customers.Create(w.Context(), giving(&c)); err != nil {
			w.Fatal(err)
		}
	}
	for _, r := range roles {
		w.employ(r)
	}
}

// employ adds a role with its session, which lasts until logout.
func (w *world) employ(r role) {
	w.Helper()
	hash, err := passwordHash()
	if err != nil {
		w.Fatal(err)
	}
	_, err = w.store.Employees.Create(w.Context(), giving(&phone.Employee{
		ID: r.employee, Customer: r.customer, AccessLevel: r.level, State: phone.EmployeeEnabled,
		Name: r.name, EmailAddress: r.name, PasswordHash: hash,
	}))
	if err != nil {
		w.Fatal(err)
	}
	w.login(r.name, r.employee, time.Time{})
}

// login makes a session with a token of the test's choice.
func (w *world) login(token string, employee phone.ID, expires time.Time) {
	w.Helper()
	hash := sha256.Sum256([]byte(token))
	err := w.store.SaveSession(w.Context(), &phone.Session{
		TokenHash: hex.EncodeToString(hash[:]), Employee: employee, Expires: expires, Extend: 15 * time.Minute,
	})
	if err != nil {
		w.Fatal(err)
	}
}

// status is what the store alone knows of a phone.
func (w *world) status(id phone.ID) phone.Status {
	r := w.store.Record(id)
	s := phone.Status{Expires: -1, LastRejected: r.LastRejected, ConfigStale: w.store.Book.Stale(id)}
	if !r.ConfigSaved.IsZero() {
		s.ConfigSaved = &r.ConfigSaved
	}
	return s
}

// request makes a request of a role or with a token; "" is without.
func request(method, path, token, body string) *http.Request {
	var r io.Reader = http.NoBody
	if body != "" {
		r = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, path, r)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req
}

// do answers a request without a network.
func (w *world) do(method, path, token, body string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, request(method, path, token, body))
	return rec
}

// make is the id of something new.
func (w *world) make(path, as, body string) phone.ID {
	w.Helper()
	var made struct {
		ID phone.ID `json:"_id"`
	}
	rec := w.do("POST", path, as, body)
	if err := json.Unmarshal(rec.Body.Bytes(), &made); err != nil || rec.Code != 200 {
		w.Fatalf("%s %s: %d %s", path, body, rec.Code, rec.Body)
	}
	return made.ID
}

// giving is what Create is handed for an object that is made already.
func giving[T any](object *T) func(phone.References) (*T, error) {
	return func(phone.References) (*T, error) { return object, nil }
}
