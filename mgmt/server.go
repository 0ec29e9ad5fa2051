package mgmt

import (
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"ringfence/internal/feed"
	"ringfence/phone"
)

// Employees keeps the login users.
type Employees interface {
	Collection[phone.Employee]
	ByLogin(ctx context.Context, emailAddress string) (*phone.Employee, error)
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
	ListCDRs(ctx context.Context, q phone.CDRQuery) ([]*phone.CDR, int, error)
	LatestCDRs(ctx context.Context, q phone.CDRQuery) ([]*phone.CDR, error)
	CDR(ctx context.Context, id phone.ID) (*phone.CDR, error)
}

// Audit tells who has changed what, and seen what.
type Audit interface {
	ListAudit(ctx context.Context, q phone.Query) ([]*phone.AuditEntry, int, error)
	// Viewed writes down, durably, that somebody has seen an object's secrets.
	Viewed(ctx context.Context, entity string, object, customer phone.ID) error
}

// Config is what the API stands on.
type Config struct {
	Phones     Collection[phone.Phone]
	Models     Collection[phone.Model]
	Extensions Collection[phone.Extension]
	Groups     Collection[phone.Group]
	Queues     Collection[phone.Queue]
	Switches   Switches
	Trunks     Collection[phone.Trunk]
	Settings   Collection[phone.Settings]
	Products   Collection[phone.Product]
	Customers  Collection[phone.Customer]
	Employees  Employees
	Sessions   Sessions
	CDRs       CDRs
	Audit      Audit
	Webhooks   Collection[phone.Webhook]
	Deliveries Deliveries
	Bans       Bans

	Actions       Actions
	Registrations Registrations
	Calls         Calls
	Provisioning  Provisioning

	Redirects Redirects // nil: nobody redirects phones

	TestWebhook func(context.Context, *phone.Webhook) (*phone.Delivery, error) // lets an event be delivered

	Book   *phone.Book                 // what lists of phones are answered from
	Status func(phone.ID) phone.Status // the live status of a phone
	Online func(phone.ID) bool         // the part of it that lists ask of every phone; nil is to ask Status
	// TrunkStatus is how a trunk's line is; false when it has none. nil: there are no lines.
	TrunkStatus func(phone.ID) (phone.TrunkStatus, bool)
	Feed        *feed.Feed // the events
	Stats       func() any // counters of all rooms, for /status
	// Ready says in a sentence why requests cannot be answered as they should be, for
	// anybody to read; "" when they can. nil: they always can.
	Ready func(context.Context) string

	WebRTCURL      string         // that WebRTC clients register at
	AdminToken     string         // a bearer token with level ADMIN; "" for none
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Origins        []string       // of the pages that may read answers, besides the console
	Rate           float64        // requests a second with one token; 0 is no limit
	Burst          int            // that come at once
	Now            func() time.Time
	Random         io.Reader
	Log            *slog.Logger
}

// Server is the API as an http.Handler.
type Server struct {
	Config
	adminToken [sha256.Size]byte // hash of AdminToken, for a comparison in constant time
	hashing    chan struct{}     // a place for each password that is being hashed
	throttle   throttle
	streams    streams
	rates      *buckets   // requests, by token
	guesses    *buckets   // tokens that are nobody's, by address
	webRTC     sync.Mutex // held while a WebRTC client is given its phone
	engine     *gin.Engine

	ending context.Context // done when the event streams have to end
	end    context.CancelFunc
}

// New makes the API.
func New(c Config) *Server {
	s := &Server{Config: c, hashing: make(chan struct{}, maxHashing)}
	if s.Redirects == nil {
		s.Redirects = noRedirects{}
	}
	s.throttle = throttle{now: c.Now, tries: map[guesser][]time.Time{}}
	s.streams.open = map[phone.ID]int{}
	s.rates, s.guesses = newBuckets(c.Rate, c.Burst, maxBuckets), newBuckets(c.Rate, c.Burst, maxBuckets)
	s.ending, s.end = context.WithCancel(context.Background())
	s.adminToken = sha256.Sum256([]byte(c.AdminToken))
	s.engine = s.routes()
	return s
}

// ServeHTTP answers one request. No answer is for a cache: most have a secret.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	s.refer(w.Header())
	if s.allowOrigin(w, r) {
		return
	}
	s.engine.ServeHTTP(w, r)
}

// Stats are counters since New.
type Stats struct {
	Streams        int    // event streams that are open
	StreamsRefused uint64 // for being too many
	LoginsRefused  uint64 // after too many wrong passwords
	RateRefused    uint64 // requests of tokens that made too many
	GuessesRefused uint64 // requests from addresses that guessed too many tokens
}

// Stats returns the counters.
func (s *Server) Stats() Stats {
	s.streams.mu.Lock()
	defer s.streams.mu.Unlock()
	s.throttle.mu.Lock()
	defer s.throttle.mu.Unlock()
	return Stats{
		Streams: s.streams.all, StreamsRefused: s.streams.refused, LoginsRefused: s.throttle.refused,
		RateRefused: s.rates.refusals(), GuessesRefused: s.guesses.refusals(),
	}
}

// Close ends the event streams, which would otherwise outlast any shutdown of
// the HTTP server.
func (s *Server) Close() { s.end() }
