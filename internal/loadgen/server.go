package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// askEvery is how often a server that starts is asked.
const askEvery = 2 * time.Millisecond

// waitForServer is the command wait.
func waitForServer(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("wait", flag.ContinueOnError)
	server := f.String("server", "127.0.0.1:5060", "where it listens, over UDP")
	most := f.Duration("most", 20*time.Second, "how long to wait")
	if err := parse(f, args); err != nil {
		return err
	}
	at, err := netip.ParseAddrPort(*server)
	if err != nil {
		return err
	}
	return answers(ctx, at, *most)
}

// answers returns when the server has answered an OPTIONS.
func answers(ctx context.Context, server netip.AddrPort, most time.Duration) error {
	s, err := openSocket(ctx, server)
	if err != nil {
		return err
	}
	defer s.close()
	o := opening{domain: server.Addr().String(), transport: "UDP"}
	r := request{method: "OPTIONS", user: "loadgen", target: "sip:" + o.domain, to: "sip:" + o.domain, from: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), s.port)}
	var answered bool
	for end := time.Now().Add(most); !answered; r.cseq++ {
		if time.Now().After(end) {
			return fmt.Errorf("%s has not answered for %s", server, most)
		}
		r.callID = uint64(r.cseq) + 1
		if err := firstOf(s.put(o.append(s.next(), r), origin(r.from.Addr())), s.send()); err != nil {
			return err
		}
		err := s.receive(time.Now().Add(askEvery), func(m []byte) {
			_, ok := readAnswer(m)
			answered = answered || ok
		})
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	return nil
}

// ringfence is the server, started by us.
type ringfence struct {
	cmd   *exec.Cmd
	awoke time.Duration // from exec to its first answer
}

// ourToken is the token of servers that we start.
const ourToken = "loadgen"

// place is where and on what a server runs.
type place struct {
	binary, data  string
	sip           netip.AddrPort
	http, prov    string
	rtp           string // ports, as the server has it; "" is its default
	cpu           int    // -1 is any
	registrations string
}

func (p place) start(ctx context.Context) (*ringfence, error) {
	args := []string{p.binary, "serve", "--data", p.data, "--domain", p.sip.Addr().String(), "--sip", "udp://" + p.sip.String(),
		"--http", p.http, "--prov", p.prov, "--registrations", p.registrations, "--admin-token", ourToken, "--api-rate", "0", "--log-level", "warn"}
	if p.rtp != "" {
		args = append(args, "--rtp-ports", p.rtp)
	}
	if p.cpu >= 0 {
		args = append([]string{"taskset", "-c", strconv.Itoa(p.cpu)}, args...)
	}
	s := &ringfence{cmd: exec.CommandContext(ctx, args[0], args[1:]...)}
	s.cmd.Stderr = os.Stderr
	begun := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := answers(ctx, p.sip, time.Minute); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.awoke = time.Since(begun)
	if err := ready(ctx, "http://"+p.http, time.Minute); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// ready returns when the API says that it is: it may begin after SIP.
func ready(ctx context.Context, url string, most time.Duration) error {
	for end := time.Now().Add(most); ; time.Sleep(askEvery) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(res.Status)
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s is not ready after %s: %w", url, most, err)
		}
	}
}

func (s *ringfence) process() process { return process{s.cmd.Process.Pid} }

// stop ends it and waits for it.
func (s *ringfence) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}
