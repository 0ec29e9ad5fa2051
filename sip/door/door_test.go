package door

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/policy"
	"ringfence/sip"
	"ringfence/sip/digest"
)

const realm = "example.net"

var (
	noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)
	home = sip.Flow{Network: "udp", Remote: netip.MustParseAddrPort("192.0.2.1:5060")}
	away = sip.Flow{Network: "udp", Remote: netip.MustParseAddrPort("198.51.100.7:5060")}
)

// house is a door with one phone, desk, whose password is secret.
type house struct {
	*Door
	now   time.Time
	log   bytes.Buffer
	guard witness
	lock  error // of the fence
}

func (h *house) Lock(_ context.Context, _ phone.ID, addr netip.Addr) (phone.Fence, bool, error) {
	return phone.Fence{Mode: phone.Locked, Address: addr.String()}, h.lock == nil, h.lock
}

func newHouse() *house {
	h := &house{now: noon, guard: witness{held: map[string]bool{}}}
	clock := func() time.Time { return h.now }
	gate := policy.NewGate(policy.GateConfig{
		Country: func(netip.Addr) string { return "" }, Active: func(phone.ID) bool { return true }, Locker: h, Now: clock,
	})
	h.Door = New(Config{
		Book: phone.NewBook(realm, []int{phone.Production}), Nonces: digest.NewNonces([32]byte{1}, time.Minute, clock),
		Gate: gate, Guard: &h.guard, Now: clock, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
	})
	h.Book.PutPhone(desk("secret", phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}))
	return h
}

func desk(password string, f phone.Fence) *phone.Phone {
	return &phone.Phone{ID: "1", PBXCluster: phone.Production, Username: "desk", Password: password, IP: f}
}

// signature is how a request is signed; the zero value is done right.
type signature struct {
	username, realm, password, uri, nonce string
	method                                sip.RequestMethod
	algorithm                             digest.Algorithm
	legacy                                bool   // as in RFC 2069, without qop
	nc                                    uint32 // 0 is 1
}

func (s signature) value(t *testing.T, h *house) string {
	t.Helper()
	ch := digest.Challenge{
		Realm: or(s.realm, realm), Nonce: or(s.nonce, h.Nonces.Issue(home.Source().Addr())),
		Algorithm: or(string(s.algorithm), "MD5"), QOP: "auth",
	}
	if s.legacy {
		ch.QOP = ""
	}
	v, err := digest.Answer(ch, or(s.username, "desk"), or(s.password, "secret"),
		or(string(s.method), "REGISTER"), or(s.uri, "sip:example.net"), "cnonce", max(s.nc, 1))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// register is a REGISTER with these credentials.
func register(t *testing.T, authorization ...string) *sip.Outline {
	t.Helper()
	return sip.OutlineOf(request(t, "REGISTER", "", authorization...))
}

// request is a request with these credentials; what is in more replaces header
// fields of the usual one, or comes beside them.
func request(t *testing.T, method, more string, authorization ...string) *sip.Request {
	t.Helper()
	lines := []string{method + " sip:example.net SIP/2.0"}
	for _, line := range []string{
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "From: <sip:desk@example.net>;tag=1",
		"To: <sip:desk@example.net>", "Call-ID: 1", "CSeq: 1 " + method, "Contact: <sip:desk@192.0.2.1>",
	} {
		if name, _, _ := strings.Cut(line, ":"); !strings.Contains("\n"+more, "\n"+name+":") {
			lines = append(lines, line)
		}
	}
	if more != "" {
		lines = append(lines, strings.Split(more, "\n")...)
	}
	for _, a := range authorization {
		lines = append(lines, "Authorization: "+a)
	}
	m, err := sip.Parse([]byte(strings.Join(lines, "\r\n") + "\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*sip.Request)
}

func TestWhatAClientIsOffered(t *testing.T) {
	for name, c := range map[string]struct {
		algorithms []digest.Algorithm
		agent      string
		want       string
	}{
		"any":                                {nil, "snomD785/10.1", "SHA-256 MD5"},
		"one that fails at the stronger":     {nil, "Old v1.0.0 (x86_64/linux)", "MD5"},
		"its name somewhere else":            {nil, "Newer than Old v1.", "SHA-256 MD5"},
		"one that says nothing of itself":    {nil, "", "SHA-256 MD5"},
		"any, where there is MD5 alone":      {[]digest.Algorithm{digest.MD5}, "", "MD5"},
		"one that fails where MD5 is banned": {[]digest.Algorithm{digest.SHA256}, "Old v1.0.0", "SHA-256"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			d := New(Config{Book: h.Book, Nonces: h.Nonces, Gate: h.Gate, Algorithms: c.algorithms, MD5Only: []string{"Old v1."}})
			if got := offered(d.offer(c.agent)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnAlgorithmThatIsNotOfferedProvesNothing(t *testing.T) {
	h := newHouse()
	d := New(Config{Book: h.Book, Nonces: h.Nonces, Gate: h.Gate, Algorithms: []digest.Algorithm{digest.SHA256}})
	if a, r := d.Authenticate(register(t, signature{algorithm: digest.MD5}.value(t, h)), home); a != (phone.Identity{}) || r != Challenged {
		t.Errorf("got %v, %v", a, r)
	}
}

// offered is the algorithms of challenges.
func offered(forms []digest.Form) string {
	var names []string
	for _, f := range forms {
		ch, err := digest.ParseChallenge(string(f.Append(nil, []byte("n"), false)))
		if err != nil {
			return err.Error()
		}
		names = append(names, ch.Algorithm)
	}
	return strings.Join(names, " ")
}

// told is the outcome of Authenticate in a few words.
func told(who phone.Identity, r Result) string {
	switch {
	case (who != phone.Identity{}) != (r == Proven):
		return "both or neither"
	case r == Proven:
		return "phone " + string(who.ID)
	}
	return [...]string{"", "challenged", "stale", "malformed", "mistargeted", "refused", "unjudged"}[r]
}

func TestAuthenticate(t *testing.T) {
	const challenge, stale = "challenged", "stale"
	signed := func(s signature) func(*testing.T, *house) []string {
		return func(t *testing.T, h *house) []string { return []string{s.value(t, h)} }
	}
	plain := func(values ...string) func(*testing.T, *house) []string {
		return func(*testing.T, *house) []string { return values }
	}
	old := func(s signature) func(*testing.T, *house) []string {
		return func(t *testing.T, h *house) []string {
			v := s.value(t, h)
			h.now = h.now.Add(2 * time.Minute)
			return []string{v}
		}
	}
	for name, c := range map[string]struct {
		send  func(*testing.T, *house) []string
		flow  sip.Flow
		want  string
		count Stats
	}{
		"no credentials are challenged, the strong algorithm first": {plain(), home, challenge, Stats{Challenges: 1}},
		"the right password with MD5":                               {signed(signature{}), home, "phone 1", Stats{Proven: 1}},
		"the right password with SHA-256":                           {signed(signature{algorithm: digest.SHA256}), home, "phone 1", Stats{Proven: 1}},
		"a wrong password":                                          {signed(signature{password: "guess"}), home, challenge, Stats{Wrong: 1}},
		"an unknown user":                                           {signed(signature{username: "ghost"}), home, challenge, Stats{Unknown: 1}},
		"an unknown user with the password of nobody":               {signed(signature{username: "ghost", password: " "}), home, challenge, Stats{Unknown: 1}},
		"a user name is not its upper case":                         {signed(signature{username: "DESK"}), home, challenge, Stats{Unknown: 1}},
		"the right password for another method":                     {signed(signature{method: sip.INVITE}), home, challenge, Stats{Wrong: 1}},
		"the right password in the way of RFC 2069":                 {signed(signature{legacy: true}), home, challenge, Stats{Wrong: 1}},
		"the right password for another realm":                      {signed(signature{realm: "example.org"}), home, challenge, Stats{Challenges: 1}},
		"a nonce that is not ours":                                  {signed(signature{nonce: "made-up"}), home, challenge, Stats{Challenges: 1}},
		"a nonce of ours for another address":                       {signed(signature{}), away, challenge, Stats{Challenges: 1}},
		"an old nonce with the right password is stale":             {old(signature{}), home, stale, Stats{Stale: 1}},
		"an old nonce with a wrong password is just challenged":     {old(signature{password: "guess"}), home, challenge, Stats{Wrong: 1}},
		"an old nonce of an unknown user is just challenged":        {old(signature{username: "ghost"}), home, challenge, Stats{Unknown: 1}},
		"credentials for another host":                              {signed(signature{uri: "sip:example.org"}), home, "mistargeted", Stats{Broken: 1}},
		"credentials for another user":                              {signed(signature{uri: "sip:200@example.net"}), home, "mistargeted", Stats{Broken: 1}},
		"credentials for the server's address":                      {signed(signature{uri: "sip:192.0.2.200:5060"}), home, "phone 1", Stats{Proven: 1}},
		"credentials for another user at an address":                {signed(signature{uri: "sip:200@192.0.2.200"}), home, "mistargeted", Stats{Broken: 1}},
		"credentials whose URI is none":                             {signed(signature{uri: "*"}), home, "mistargeted", Stats{Broken: 1}},
		"credentials whose URI has a port and parameters":           {signed(signature{uri: "sip:EXAMPLE.net:5060;transport=udp"}), home, "phone 1", Stats{Proven: 1}},
		"credentials that cannot be read":                           {plain(`Digest username="desk`), home, "malformed", Stats{Broken: 1}},
		"another scheme is not ours to read":                        {plain(`Basic ZGVzazpzZWNyZXQ=`), home, challenge, Stats{Challenges: 1}},
		"an algorithm that we did not offer":                        {plain(`Digest username="desk", realm="example.net", nonce="n", uri="sip:example.net", response="00", algorithm=SHA-512-256`), home, challenge, Stats{Challenges: 1}},
		"ours is found behind those of others": {func(t *testing.T, h *house) []string {
			return []string{"Basic x", "Digest broken", signature{realm: "proxy"}.value(t, h), signature{}.value(t, h)}
		}, home, "phone 1", Stats{Proven: 1}},
		"ours is not looked for behind a hundred others": {func(t *testing.T, h *house) []string {
			return append(strings.Split(strings.Repeat("Basic x,", 100), ","), signature{}.value(t, h))
		}, home, challenge, Stats{Challenges: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			if got := told(h.Authenticate(register(t, c.send(t, h)...), c.flow)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if h.Stats() != c.count {
				t.Errorf("counted %+v, want %+v", h.Stats(), c.count)
			}
		})
	}
}

func TestAChangedPasswordHoldsAtOnce(t *testing.T) {
	h := newHouse()
	value := signature{}.value(t, h)
	h.Book.PutPhone(desk("new", phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}))
	if got := told(h.Authenticate(register(t, value), home)); got != "challenged" {
		t.Errorf("the old password: %s", got)
	}
}

func port(f sip.Flow, n uint16) netip.AddrPort { return netip.AddrPortFrom(f.Remote.Addr(), n) }
