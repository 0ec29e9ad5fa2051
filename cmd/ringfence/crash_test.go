package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ringfence/sip"
	"ringfence/sip/digest"
)

// crashFolder names the environment variable that makes this test binary a
// server on that folder, until it is killed.
const crashFolder = "RINGFENCE_TEST_CRASH_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashFolder); dir != "" {
		fmt.Fprintln(os.Stderr, serveUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// listening is what a server that is to be killed prints when it is ready.
type listening struct{ SIP, HTTP netip.AddrPort }

func serveUntilKilled(dir string) error {
	c := demoConfig(dir, testToken)
	return run(context.Background(), c, hooks{stdout: io.Discard, log: os.Stderr, ready: func(a addresses) {
		_ = json.NewEncoder(os.Stdout).Encode(listening{a.sip["udp"], a.http})
	}})
}

// victim is a server in a process of its own.
type victim struct {
	*exec.Cmd
	listening
}

func startVictim(t *testing.T, dir string) *victim {
	t.Helper()
	v := &victim{Cmd: exec.CommandContext(t.Context(), os.Args[0])}
	v.Env, v.Stderr = append(os.Environ(), crashFolder+"="+dir), t.Output()
	out, err := v.StdoutPipe()
	if err == nil {
		err = v.Start()
	}
	if err == nil {
		err = json.NewDecoder(bufio.NewReader(out)).Decode(&v.listening)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *victim) running() *running {
	return &running{api: apiClient{base: "http://" + v.HTTP.String(), token: testToken}}
}

func (v *victim) kill(t *testing.T) {
	t.Helper()
	if err := v.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := v.Wait(); err == nil || v.ProcessState.Exited() {
		t.Errorf("the server was not killed: %v", err)
	}
}

// hasty is a phone that registers anew as soon as it has its answer, now with
// another contact and now with the same. It knows of its last request alone
// whether the server has taken it or not.
type hasty struct {
	id, username, password string
	seq                    int
	acknowledged, asked    string // its contact; "" is none
}

// register asks again and again until there is nobody any more.
func (h *hasty) register(c net.Conn, heard func()) error {
	var ch digest.Challenge
	for nc := uint32(1); ; nc++ {
		res, err := h.ask(c, ch, nc)
		if _, gone := errors.AsType[*net.OpError](err); gone {
			return nil
		}
		if err != nil {
			return err
		}
		switch res.StatusCode {
		case 401:
			ch, _ = digest.Best([]string{res.GetHeader("WWW-Authenticate").Value()}, "")
			nc = 0
		case 200:
			h.acknowledged = h.asked
			heard()
		default:
			return fmt.Errorf("%d %s", res.StatusCode, res.Reason)
		}
	}
}

// ask sends one REGISTER: every eighth takes all bindings away, and of the others
// every second brings another contact.
func (h *hasty) ask(c net.Conn, ch digest.Challenge, nc uint32) (*sip.Response, error) {
	h.seq++
	contact, expires := fmt.Sprintf("sip:%s@10.0.0.1:%d", h.username, 10000+h.seq/2%50000), 3600
	if h.seq%8 == 0 {
		contact, expires = "*", 0
	}
	text := fmt.Sprintf("REGISTER sip:ringfence.local SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK%d\r\n"+
		"From: <sip:%s@ringfence.local>;tag=1\r\nTo: <sip:%[2]s@ringfence.local>\r\nCall-ID: %[2]s\r\nCSeq: %[1]d REGISTER\r\nMax-Forwards: 70\r\n"+
		"Expires: %[3]d\r\nContact: %[4]s\r\n", h.seq, h.username, expires, h.contact(contact))
	if ch.Nonce != "" {
		value, err := digest.Answer(ch, h.username, h.password, "REGISTER", "sip:ringfence.local", "cnonce", nc)
		if err != nil {
			return nil, err
		}
		text += "Authorization: " + value + "\r\n"
		h.asked = strings.TrimPrefix(contact, "*")
	}
	if _, err := c.Write([]byte(text + "Content-Length: 0\r\n\r\n")); err != nil {
		return nil, err
	}
	b := make([]byte, 4096)
	n, err := c.Read(b)
	if err != nil {
		return nil, err
	}
	m, err := sip.Parse(b[:n])
	if err != nil {
		return nil, err
	}
	return m.(*sip.Response), nil
}

func (h *hasty) contact(uri string) string {
	if uri == "*" {
		return uri
	}
	return "<" + uri + `>;+sip.instance="<urn:uuid:` + h.id + `>"`
}

// TestNoRegistrationIsLostWhenKilled: what a phone had its 200 for is there after
// the next start, be it a binding or that there is none.
func TestNoRegistrationIsLostWhenKilled(t *testing.T) {
	dir := t.TempDir()
	v := startVictim(t, dir)
	crowd := hastyOffice(t, v.running())
	for range 4 {
		registerUntilKilled(t, v, crowd)
		v = startVictim(t, dir)
		for _, h := range crowd {
			h.compare(t, v.running())
		}
	}
	v.kill(t)
}

// hastyOffice makes the phones.
func hastyOffice(t *testing.T, r *running) []*hasty {
	o := newOffice(t, r)
	crowd := make([]*hasty, 20)
	for i := range crowd {
		made := o.create("/pbx/sipphone", object{"customer": o.customer, "sipPhoneModel": o.model, "macAddress": fmt.Sprintf("0004130000%02x", i)})
		crowd[i] = &hasty{id: made.text("_id"), username: made.text("username"), password: made.text("password")}
	}
	return crowd
}

// registerUntilKilled lets all phones register at once, and kills the server in
// the midst of it.
func registerUntilKilled(t *testing.T, v *victim, crowd []*hasty) {
	t.Helper()
	var left atomic.Int64
	left.Store(100 + rand.Int64N(2000))
	enough := make(chan struct{})
	heard := func() {
		if left.Add(-1) == 0 {
			close(enough)
		}
	}
	var all sync.WaitGroup
	var conns []net.Conn
	for _, h := range crowd {
		c, err := net.Dial("udp", v.SIP.String())
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		all.Go(func() {
			if err := h.register(c, heard); err != nil {
				t.Error(err)
			}
		})
	}
	select {
	case <-enough:
	case <-t.Context().Done():
	}
	v.kill(t)
	for _, c := range conns {
		c.Close()
	}
	all.Wait()
}

// compare looks for what the phone was told, or for what it had asked last.
func (h *hasty) compare(t *testing.T, r *running) {
	t.Helper()
	o := office{t: t, running: r}
	found := o.get("/pbx/sipphone/" + h.id + "/bindings").first("bindings").text("contact")
	if found != h.acknowledged && found != h.asked {
		t.Errorf("%q is bound, %q was acknowledged and %q asked for after that", found, h.acknowledged, h.asked)
	}
	if online := o.get("/pbx/sipphone/" + h.id).object("status")["online"]; online != (found != "") {
		t.Errorf("bound to %q, online: %v", found, online)
	}
	h.acknowledged = found
}
