package mgmt

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"

	"ringfence/internal/feed"
	"ringfence/phone"
)

// Phones keeps the phone objects.
type Phones interface {
	CreatePhone(ctx context.Context, make func(phone.References) (*phone.Phone, error)) (*phone.Phone, error)
	UpdatePhone(ctx context.Context, id phone.ID, edit func(*phone.Phone, phone.References) error) (*phone.Phone, error)
	DeletePhone(ctx context.Context, id phone.ID, check func(*phone.Phone) error) error
	Phone(ctx context.Context, id phone.ID) (*phone.Phone, error)
	ListPhones(ctx context.Context, q phone.Query) ([]*phone.Phone, int, error)
}

// Extensions keeps the extensions.
type Extensions interface {
	CreateExtension(ctx context.Context, make func(phone.References) (*phone.Extension, error)) (*phone.Extension, error)
	UpdateExtension(ctx context.Context, id phone.ID, edit func(*phone.Extension, phone.References) error) (*phone.Extension, error)
	DeleteExtension(ctx context.Context, id phone.ID, check func(*phone.Extension) error) error
	Extension(ctx context.Context, id phone.ID) (*phone.Extension, error)
	ListExtensions(ctx context.Context, q phone.Query) ([]*phone.Extension, int, error)
}

// Customers keeps the customers.
type Customers interface {
	CreateCustomer(ctx context.Context, c *phone.Customer) (*phone.Customer, error)
	UpdateCustomer(ctx context.Context, id phone.ID, edit func(*phone.Customer) error) (*phone.Customer, error)
	Customer(ctx context.Context, id phone.ID) (*phone.Customer, error)
	ListCustomers(ctx context.Context, q phone.Query) ([]*phone.Customer, int, error)
}

// Models keeps the phone models.
type Models interface {
	Model(ctx context.Context, id phone.ID) (*phone.Model, error)
	ListModels(ctx context.Context, q phone.Query) ([]*phone.Model, int, error)
}

// Employees keeps the login users and their sessions.
type Employees interface {
	CreateEmployee(ctx context.Context, e *phone.Employee) (*phone.Employee, error)
	Employee(ctx context.Context, id phone.ID) (*phone.Employee, error)
	EmployeeByLogin(ctx context.Context, emailAddress string) (*phone.Employee, error)
	ListEmployees(ctx context.Context, q phone.Query) ([]*phone.Employee, int, error)
}

// Sessions keeps the logins.
type Sessions interface {
	SaveSession(ctx context.Context, s *phone.Session) error
	Session(ctx context.Context, tokenHash string) (*phone.Session, error)
	TouchSession(ctx context.Context, tokenHash string, expires time.Time) error
	DeleteSessions(ctx context.Context, employee phone.ID) error
}

// CDRs reads the call records.
type CDRs interface {
	ListCDRs(ctx context.Context, q phone.Query) ([]*phone.CDR, int, error)
}

// Config is what the API stands on.
type Config struct {
	Phones     Phones
	Extensions Extensions
	Customers  Customers
	Models     Models
	Employees  Employees
	Sessions   Sessions
	CDRs       CDRs

	Book   *phone.Book                 // for the models and extensions that lists show
	Status func(phone.ID) phone.Status // the live status of a phone
	Feed   *feed.Feed                  // the events
	Stats  func() any                  // counters of all rooms, for /status

	AdminToken     string         // a bearer token with level ADMIN; "" for none
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Now            func() time.Time
	Random         io.Reader
	Log            *slog.Logger
}

// Server is the API as an http.Handler.
type Server struct {
	Config
	adminToken [sha256.Size]byte // hash of AdminToken, for a comparison in constant time
	hashing    chan struct{}     // a place for each password that is being hashed
	nobody     string            // hash that an unknown user's password is compared with
	throttle   throttle
	streams    streams
	engine     *gin.Engine

	ending context.Context // done when the event streams have to end
	end    context.CancelFunc
}

// New makes the API. It fails when there is no randomness.
func New(c Config) (*Server, error) {
	s := &Server{Config: c, hashing: make(chan struct{}, maxHashing)}
	s.throttle = throttle{now: c.Now, tries: map[guesser][]time.Time{}}
	s.streams.open = map[phone.ID]int{}
	s.ending, s.end = context.WithCancel(context.Background())
	s.adminToken = sha256.Sum256([]byte(c.AdminToken))
	nobody, err := HashPassword(rand.Text())
	if err != nil {
		return nil, err
	}
	s.nobody = nobody
	s.engine = s.routes()
	return s, nil
}

// ServeHTTP answers one request. No answer is for a cache: most have a secret.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	s.engine.ServeHTTP(w, r)
}

// Stats are counters since New.
type Stats struct {
	Streams        int    // event streams that are open
	StreamsRefused uint64 // for being too many
	LoginsRefused  uint64 // after too many wrong passwords
}

// Stats returns the counters.
func (s *Server) Stats() Stats {
	s.streams.mu.Lock()
	defer s.streams.mu.Unlock()
	s.throttle.mu.Lock()
	defer s.throttle.mu.Unlock()
	return Stats{Streams: s.streams.all, StreamsRefused: s.streams.refused, LoginsRefused: s.throttle.refused}
}

// Close ends the event streams, which would otherwise outlast any shutdown of
// the HTTP server.
func (s *Server) Close() { s.end() }
