package b2bua

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// imp is a phone that does whatever a phone may do, at any time. All of it
// happens in its mailbox.
type imp struct {
	box    mailbox
	t      *testing.T
	storm  *storm
	phone  *phone.Phone
	name   string
	number string
	host   netip.Addr
	rng    *rand.Rand
	stack  *sip.Stack
	at     netip.AddrPort
	shim   *shim
	dials  int
	chats  map[string]*chat // by Call-ID
	wrong  []string         // what should not have come
}

// chat is what an imp believes of one dialog.
type chat struct {
	i      *imp
	id     string
	caller bool
	up     bool // it is in a call
	over   bool // it was, or never came to be
	gone   bool // it was forgotten without a word
	mute   bool // no 2xx is acknowledged

	dialog *sip.Dialog
	early  *sip.Dialog
	agreed bool // an answer has come reliably before the 2xx
	invite *sip.Request
	client *sip.ClientTx
	acked  *sip.Request
	byed   bool // a BYE has ended it, perhaps before its 2xx

	asked   *asked   // the INVITE that called it
	earlier []byte   // what it has said reliably before
	pracked func()   // what waits for a PRACK
	reasked []*asked // its re-INVITEs
	mine    int      // offers of its own that are on their way
	theirs  int      // of the server, that it has not answered

	said, heard []byte // what has been agreed upon
	unsure      bool   // it has itself to blame if that is not so
	glared      bool   // the server is going to offer once more
}

// asked is a request of the server with its transaction.
type asked struct {
	req   *sip.Request
	tx    *sip.ServerTx
	final bool
	acked bool
}

func newImp(s *storm, name string, number string, p *phone.Phone, host netip.Addr, seed uint64) *imp {
	i := &imp{t: s.t, storm: s, phone: p, name: name, number: number, host: host,
		rng: rand.New(rand.NewPCG(seed, uint64(len(s.imps)))), chats: map[string]*chat{}}
	i.box.broke = func(p any) { panic(p) }
	i.box.Do(i.plugIn)
	return i
}

func (i *imp) plugIn() {
	i.stack = sip.New(sip.Config{Handler: i.serve, Workers: 1, Timers: chaosTimers})
	var err error
	if i.at, err = i.stack.Listen("udp", netip.AddrPortFrom(i.host, 0).String()); err != nil {
		i.t.Error(err)
		return
	}
	i.shim = newShim(i.t, i.name, i.host, i.storm.w.at, i.storm.weather, i.storm.seed, i.storm.tape)
	i.shim.run(i.at)
}

func (i *imp) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := i.stack.Close(ctx); err != nil {
		i.t.Errorf("%s: close: %v", i.name, err)
	}
	i.shim.close()
}

func (i *imp) chance(p float64) bool { return i.rng.Float64() < p }

func (i *imp) upTo(d time.Duration) time.Duration { return time.Duration(i.rng.Int64N(int64(d))) }

func (i *imp) after(d time.Duration, f func()) {
	time.AfterFunc(d, func() { i.box.Do(f) })
}

func (i *imp) flow() sip.Flow {
	f, err := i.stack.Flow("udp", i.at, port(i.shim.inside))
	if err != nil {
		i.t.Error(err)
	}
	return f
}

func (i *imp) complain(c *chat, format string, args ...any) {
	i.wrong = append(i.wrong, fmt.Sprintf("%s %s: ", i.name, c.id)+fmt.Sprintf(format, args...))
}

// sdp describes media; each offer may be another.
func (i *imp) sdp() []byte {
	direction := [...]string{"sendrecv", "sendrecv", "sendonly", "inactive"}[i.rng.IntN(4)]
	return fmt.Appendf(nil, "v=0\r\no=secret-of-%s 1 %d IN IP4 %s\r\ns=call\r\nc=IN IP4 %s\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=%s\r\n", i.name, i.rng.IntN(1000), i.host, i.host, 20000+2*i.rng.IntN(5000), direction)
}

// request sends a request and gives its responses within the mailbox.
func (i *imp) request(req *sip.Request, on func(res *sip.Response, err error)) *sip.ClientTx {
	tx, err := i.stack.Request(req, i.flow(), func(res *sip.Response, err error) {
		i.box.Do(func() { on(res, err) })
	})
	if err != nil && !i.storm.closing.Load() {
		i.wrong = append(i.wrong, fmt.Sprintf("%s: %s: %v", i.name, req.Method, err))
	}
	return tx
}

func body(m sip.Message, sdp []byte) {
	if len(sdp) > 0 {
		m.AppendHeader(contentType("application/sdp"))
		m.SetBody(sdp)
	}
}

// pause is none, most of the time.
func (i *imp) pause() time.Duration {
	if i.chance(0.7) {
		return 0
	}
	return i.upTo(6 * chaosT1)
}

// serve takes the requests of the server.
func (i *imp) serve(req *sip.Request, f sip.Flow) {
	if req.Method == sip.ACK {
		i.box.Do(func() { i.acknowledged(req) })
		return
	}
	x := &asked{req: req}
	x.tx = i.stack.Accept(req, f, sip.Watch{
		Cancelled: func() { i.box.Do(func() { i.cancelled(x) }) },
		Done:      func(err error) { i.box.Do(func() { i.settled(x, err) }) },
	})
	i.box.Do(func() { i.take(x) })
}

func (x *asked) answer(code int, sdp []byte, hs ...sip.Header) {
	if x.final || x.tx == nil {
		return
	}
	x.final = code >= 200
	res := sip.Reply(x.req, code, "Test", hs...)
	body(res, sdp)
	_ = x.tx.Respond(res)
}

func (i *imp) chatOf(m sip.Message) *chat { return i.chats[m.CallID().Value()] }
