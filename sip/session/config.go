package session

import (
	"cmp"
	"net/netip"
	"strings"
	"time"

	"ringfence/sip"
)

// The values of Config's header fields when it has none.
const (
	DefaultAllow     = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY, MESSAGE"
	DefaultSupported = "100rel, timer, replaces"
)

// Config is what all legs of an owner share; it is not changed after the first
// of them. All but Stack may be left zero.
type Config struct {
	Stack *sip.Stack
	Table *Table // where legs are found by their tags; nil: nobody delivers

	Allow, Supported string // values of the header fields; DefaultAllow, DefaultSupported
	UserAgent        string // of Server and User-Agent; none when empty

	// SessionExpires is the interval of RFC 4028 that we ask for, 30 min; below
	// zero we neither ask for session timers nor refresh by ourselves.
	SessionExpires time.Duration
	MinSE          time.Duration // the shortest that we take, 90 s

	// Elsewhere says where the peer of a leg is by now, when that is not its flow any
	// more: such as one that it has registered anew on. It is asked within the mailbox,
	// before each request. nil knows of nothing.
	Elsewhere func(l *Leg) (p Place, moved bool)

	Timers sip.Timers // those of the stack
	Now    func() time.Time

	second time.Duration // how long a second of a header field is; only tests set it
}

// Place is where a peer can be reached.
type Place struct {
	Network       string
	Local, Remote netip.AddrPort
}

// Mailbox runs functions one after another. Do returns at once when another
// function is running: then f runs after it.
type Mailbox interface{ Do(f func()) }

func (c *Config) allow() string { return cmp.Or(c.Allow, DefaultAllow) }

// supported leaves out what is switched off.
func (c *Config) supported() string {
	s := cmp.Or(c.Supported, DefaultSupported)
	if c.timed() {
		return s
	}
	return without(s, "timer")
}

func without(list, token string) string {
	var left []string
	for t := range tokens(list) {
		if t != token {
			left = append(left, t)
		}
	}
	return strings.Join(left, ", ")
}

func (c *Config) timed() bool { return c.SessionExpires >= 0 }

func (c *Config) interval() time.Duration { return cmp.Or(c.SessionExpires, 30*time.Minute) }

func (c *Config) minSE() time.Duration { return cmp.Or(c.MinSE, 90*time.Second) }

// lasting is how long we really wait for what a header field has in seconds.
func (c *Config) lasting(d time.Duration) time.Duration {
	if c.second == 0 {
		return d
	}
	return time.Duration(d.Seconds() * float64(c.second))
}

func (c *Config) t1() time.Duration { return cmp.Or(c.Timers.T1, 500*time.Millisecond) }

func (c *Config) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// server and agent name us in responses and requests, if we have a name.
func (c *Config) server(ts []sip.Text) []sip.Text {
	if c.UserAgent == "" {
		return ts
	}
	return append(ts, sip.Text{Name: "Server", Value: c.UserAgent})
}

func (c *Config) agent(hs []sip.Header) []sip.Header {
	if c.UserAgent == "" {
		return hs
	}
	return append(hs, sip.NewHeader("User-Agent", c.UserAgent))
}

// capable says in a response what we can do.
func (c *Config) capable(ts []sip.Text) []sip.Text {
	return append(ts, sip.Text{Name: "Allow", Value: c.allow()}, sip.Text{Name: "Supported", Value: c.supported()})
}

// introduce says in a request what we can do, and who we are.
func (c *Config) introduce(hs []sip.Header, supported string) []sip.Header {
	return c.agent(append(hs, sip.NewHeader("Allow", c.allow()), sip.NewHeader("Supported", supported)))
}
