package simphone

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

	"ringfence/sip"
	"ringfence/sip/digest"
)

const (
	testUser     = "k3v9"
	testPassword = "s3cret"
	testRealm    = "ringfence.local"
)

// server is as much of a SIP server as a phone can notice: it challenges
// REGISTER and INVITE, answers calls with an echo, and calls back.
type server struct {
	t      *testing.T
	stack  *sip.Stack
	addr   netip.AddrPort
	nonces *digest.Nonces
	offers []digest.Algorithm
	seen   chan *sip.Request // every request but retransmissions, as it came in
	work   sync.WaitGroup

	mu      sync.Mutex        // guards what follows
	calls   func(in *inbound) // what becomes of an INVITE that is let in
	phone   sip.Flow          // where the last REGISTER came from
	contact sip.URI           // and what it bound
	unacked map[string]*sip.ServerTx
	stale   bool // the next credentials are answered with stale=true
	deaf    bool // nothing is answered
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{
		t:       t,
		nonces:  digest.NewNonces([32]byte{1}, time.Minute, time.Now),
		offers:  []digest.Algorithm{digest.SHA256, digest.MD5},
		seen:    make(chan *sip.Request, 256),
		unacked: make(map[string]*sip.ServerTx),
	}
	s.stack = sip.New(sip.Config{Handler: s.serve, Workers: 1})
	var err error
	if s.addr, err = s.stack.Listen("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

func (s *server) close() {
	if err := s.stack.Close(context.Background()); err != nil {
		s.t.Error(err)
	}
	s.work.Wait()
}

func (s *server) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *server) onCall(f func(in *inbound)) { s.set(func() { s.calls = f }) }

// newPhone opens one that knows the server and its password.
func (s *server) newPhone(c Config) *Phone {
	p := newPhone(s.t, c)
	p.Use(Settings{
		Username: testUser, Password: testPassword, Domain: testRealm,
		DisplayName: `Anna "Ann"`, Server: s.addr.String(),
	})
	return p
}

func (s *server) serve(req *sip.Request, f sip.Flow) {
	s.seen <- req
	var deaf bool
	s.set(func() { deaf = s.deaf })
	switch {
	case deaf:
	case req.Method == sip.ACK:
		s.acknowledge(req)
	case req.Method == sip.REGISTER:
		s.register(req, f)
	case req.Method == sip.INVITE:
		s.invite(req, f)
	default:
		s.respond(s.stack.NewServerTx(req, f), sip.Reply(req, 200, "OK"))
	}
}

// respond fails only with the test's end: a test may have seen what it waits for
// before the answer to it has left.
func (s *server) respond(tx *sip.ServerTx, res *sip.Response) {
	if err := tx.Respond(res); err != nil && !errors.Is(err, sip.ErrClosed) {
		s.t.Errorf("respond %d: %v", res.StatusCode, err)
	}
}

func (s *server) acknowledge(req *sip.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if tx := s.unacked[req.CallID().Value()]; tx != nil {
		tx.Acknowledge()
	}
}

// verified says whether a request has the right credentials.
func (s *server) verified(req *sip.Request, source netip.Addr) bool {
	h := req.GetHeader("authorization")
	if h == nil {
		return false
	}
	c, err := digest.ParseCredentials(h.Value())
	if err != nil {
		s.t.Errorf("credentials: %v", err)
	}
	a, err := digest.ParseAlgorithm(c.Algorithm)
	if err != nil {
		s.t.Errorf("algorithm: %v", err)
	}
	ha1 := digest.HA1(a, testUser, testRealm, testPassword)
	return s.nonces.Check(c.Nonce, source) == digest.Fresh && c.Verify(ha1, string(req.Method))
}

// authentic answers 401 itself, unless the credentials are right.
func (s *server) authentic(req *sip.Request, f sip.Flow, tx *sip.ServerTx) bool {
	right := s.verified(req, f.Source().Addr())
	stale := false
	if right {
		s.set(func() { stale, s.stale = s.stale, false })
	}
	if right && !stale {
		return true
	}
	res := sip.Reply(req, 401, "Unauthorized")
	nonce := s.nonces.Issue(f.Source().Addr())
	for _, v := range digest.Challenges(testRealm, nonce, stale, s.offers...) {
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", v))
	}
	s.respond(tx, res)
	return false
}

func (s *server) register(req *sip.Request, f sip.Flow) {
	tx := s.stack.NewServerTx(req, f)
	if !s.authentic(req, f, tx) {
		return
	}
	s.set(func() { s.phone, s.contact = f, req.Contact().Address })
	res := sip.Reply(req, 200, "OK")
	other := sip.URI{Scheme: "sip", User: testUser, Host: "127.0.0.77", Port: 5060}
	res.AppendHeader(&sip.ContactHeader{Address: other, Params: sip.Params{{K: "expires", V: "7"}}})
	if expires := req.GetHeader("expires").Value(); expires != "0" {
		res.AppendHeader(&sip.ContactHeader{
			Address: req.Contact().Address, Params: sip.Params{{K: "expires", V: expires}},
		})
	}
	res.AppendHeader(sip.NewHeader("Date", "Sat, 13 Nov 2010 23:29:00 GMT"))
	s.respond(tx, res)
}

// bound is the contact that registered last, and where it is.
func (s *server) bound() (sip.URI, sip.Flow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.contact, s.phone
}

func (s *server) invite(req *sip.Request, f sip.Flow) {
	tx := s.stack.NewServerTx(req, f)
	if !s.authentic(req, f, tx) {
		return
	}
	var calls func(*inbound)
	s.set(func() { s.unacked[req.CallID().Value()], calls = tx, s.calls })
	s.work.Go(func() { calls(&inbound{s, req, f, tx}) })
}

func (s *server) final(req *sip.Request, f sip.Flow) *sip.Response {
	s.t.Helper()
	tx, err := s.stack.NewClientTx(req, f)
	if err != nil {
		s.t.Fatal(err)
	}
	res, _ := finally(s.t, tx)
	return res
}

// acknowledgement sends the ACK to a 2xx.
func (s *server) acknowledgement(d *sip.Dialog, invite *sip.Request, f sip.Flow, body []byte) {
	ack := d.NewACK(invite)
	ack.PrependHeader(s.stack.Via(f))
	if body != nil {
		attach(ack, body)
	}
	if err := f.Send(ack); err != nil {
		s.t.Errorf("ACK: %v", err)
	}
}

// call sends an INVITE to the phone that registered last.
func (s *server) call(sdp []byte) (*sip.Request, *sip.ClientTx) {
	s.t.Helper()
	contact, f := s.bound()
	invite := s.outline(sip.INVITE, contact, f)
	if sdp != nil {
		attach(invite, sdp)
	}
	tx, err := s.stack.NewClientTx(invite, f)
	if err != nil {
		s.t.Fatal(err)
	}
	return invite, tx
}

func (s *server) outline(method sip.RequestMethod, to sip.URI, f sip.Flow) *sip.Request {
	req := sip.NewRequest(method, to)
	callID := sip.CallIDHeader("call-" + strconv.FormatUint(uint64(time.Now().UnixNano()), 36))
	req.AppendHeader(&sip.FromHeader{
		DisplayName: `Bo \"B\"`, Address: sipURI("102", testRealm),
		Params: sip.Params{{K: "tag", V: "from-server"}},
	})
	req.AppendHeader(&sip.ToHeader{Address: to})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: method})
	req.AppendHeader(&sip.ContactHeader{Address: s.stack.Contact(f, "server")})
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&hops)
	return req
}

// next waits for a request with the method, passing over others.
func (s *server) next(method sip.RequestMethod) *sip.Request {
	s.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case req := <-s.seen:
			if req.Method == method {
				return req
			}
		case <-deadline:
			s.t.Fatalf("no %s came", method)
		}
	}
}

// finally gives the final response to an INVITE, and the codes before it.
func finally(t *testing.T, tx *sip.ClientTx) (*sip.Response, []int) {
	t.Helper()
	var before []int
	for res := range tx.Responses() {
		if !res.IsProvisional() {
			return res, before
		}
		before = append(before, res.StatusCode)
	}
	t.Fatalf("no final response: %v", tx.Err())
	return nil, nil
}
