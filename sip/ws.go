package sip

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gobwas/ws"
)

// maxUpgrade is the size of the largest HTTP request that we read, in bytes.
const maxUpgrade = 8 << 10

// webPaths are where a WebSocket may be asked for.
var webPaths = map[string]bool{"/": true, "/ws": true, "/sip": true}

// upgrade turns the HTTP connection into a WebSocket (RFC 6455 section 4.2,
// RFC 7118 section 4). Who asks for something else is told so.
func (c *stream) upgrade(f *framer) error {
	if err := c.hurry(); err != nil {
		return err
	}
	head, err := c.readUpgrade(f)
	if err != nil {
		return err
	}
	var reply bytes.Buffer
	refused := c.judge(head, &reply)
	if reply.Len() == 0 { // it was not even HTTP
		refused = refuseUpgrade(&reply, http.StatusBadRequest)
	}
	if _, err := c.conn.Write(reply.Bytes()); err != nil {
		return err
	}
	if refused != nil {
		return errSaid
	}
	f.cut(len(head))
	c.in = &webFramer{inbox: f.inbox}
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.upgraded = true
	return nil
}

// readUpgrade reads up to the empty line, or more than we want.
func (c *stream) readUpgrade(f *framer) ([]byte, error) {
	for {
		b := f.data()
		if i := bytes.Index(b, crlf2); i >= 0 && i <= maxUpgrade {
			return b[:i+len(crlf2)], nil
		}
		if len(b) > maxUpgrade {
			return b, nil
		}
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
}

var errUpgrade = errors.New("sip: HTTP request is refused")

// judge answers the request; an error is a refusal.
func (c *stream) judge(head []byte, reply io.Writer) error {
	switch {
	case len(head) > maxUpgrade+len(crlf2):
		return refuseUpgrade(reply, http.StatusRequestHeaderFieldsTooLarge)
	case lineEnds(string(head)) != nil:
		return refuseUpgrade(reply, http.StatusBadRequest)
	}
	u := upgrade{origins: c.stack.cfg.Origins}
	_, err := ws.Upgrader{
		ReadBufferSize: maxUpgrade + 2*len(crlf2),
		OnRequest:      u.path, OnHost: u.ofHost, OnHeader: u.header,
		Protocol: u.protocol, OnBeforeUpgrade: u.verdict,
	}.Upgrade(struct {
		io.Reader
		io.Writer
	}{bytes.NewReader(head), reply})
	return err
}

func refuseUpgrade(reply io.Writer, code int) error {
	res := http.Response{StatusCode: code, ProtoMajor: 1, ProtoMinor: 1, Close: true}
	return errors.Join(errUpgrade, res.Write(reply))
}

// upgrade is what the judgement of one request needs.
type upgrade struct {
	origins      []string
	host, origin string
	hosts, from  int // how many Host and Origin there are
	sip          bool
}

func rejected(code int, reason string) error {
	return ws.RejectConnectionError(ws.RejectionStatus(code), ws.RejectionReason(reason))
}

func (u *upgrade) path(uri []byte) error {
	path, _, _ := strings.Cut(string(uri), "?")
	if !webPaths[path] {
		return rejected(http.StatusNotFound, "not found")
	}
	return nil
}

func (u *upgrade) ofHost(host []byte) error {
	u.host = string(host)
	u.hosts++
	return nil
}

func (u *upgrade) header(name, value []byte) error {
	if strings.EqualFold(string(name), "Origin") {
		u.origin = string(value)
		u.from++
	}
	return nil
}

func (u *upgrade) protocol(name []byte) bool {
	u.sip = u.sip || strings.EqualFold(string(name), "sip")
	return string(name) == "sip"
}

func (u *upgrade) verdict() (ws.HandshakeHeader, error) {
	switch {
	case !u.sip:
		return nil, rejected(http.StatusBadRequest, "subprotocol sip is required")
	case u.hosts != 1 || u.from > 1:
		return nil, rejected(http.StatusBadRequest, "one Host and at most one Origin are required")
	case !u.welcome():
		return nil, rejected(http.StatusForbidden, "origin is not allowed")
	}
	return nil, nil
}

// welcome judges the page that a browser says it speaks for. Others need not
// say anything.
func (u *upgrade) welcome() bool {
	if u.from == 0 {
		return true
	}
	if len(u.origins) == 0 {
		from, err := url.Parse(u.origin)
		return err == nil && from.Host != "" && strings.EqualFold(from.Host, u.host)
	}
	for _, allowed := range u.origins {
		if allowed == "*" || strings.EqualFold(allowed, u.origin) {
			return true
		}
	}
	return false
}
