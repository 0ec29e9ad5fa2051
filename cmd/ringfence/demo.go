package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"ringfence/sip/digest"
)

// demoCommand is "ringfence demo".
type demoCommand struct {
	Once bool `help:"End after the call; exit status 0 only if every step worked."`
}

const (
	demoTimeout = 30 * time.Second // for all steps together
	demoTalk    = 2 * time.Second
	toneA       = 440.0 // what Anna says, in Hz
	toneB       = 660.0 // what Bent says
)

// Run starts the real server on free loopback ports with a temporary folder,
// walks through its main job and prints what the server reports.
func (c *demoCommand) Run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "ringfence-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	token := rand.Text()
	ready := make(chan addresses, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, demoConfig(dir, token), hooks{stdout: out, log: os.Stderr, ready: func(a addresses) { ready <- a }})
	}()
	select {
	case err := <-ended:
		return err
	case a := <-ready:
		err = c.show(ctx, out, a, token)
	}
	stop()
	return errors.Join(err, <-ended)
}

// show walks through the steps and then waits, unless it is to end.
func (c *demoCommand) show(ctx context.Context, out io.Writer, a addresses, token string) (err error) {
	d := &demo{out: out, api: apiClient{base: "http://" + a.http.String(), token: token}, prov: "http://" + a.prov.String(), from: time.Now().UTC().Format(time.RFC3339)}
	fmt.Fprintf(out, "Server: API %s, provisioning %s, SIP %s\n\n", d.api.base, d.prov, a.sip["udp"])
	steps, cancel := context.WithTimeout(ctx, demoTimeout)
	defer cancel()
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.walk(steps); err != nil || c.Once {
		return err
	}
	fmt.Fprintf(out, "\nConsole: %s/#token=%s\nCtrl-C ends.\n", d.api.base, token)
	<-ctx.Done()
	return nil
}

func demoConfig(dir, token string) Config {
	return Config{
		Data: dir, SIP: []string{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}, Domain: "ringfence.local",
		RTPPorts: portRange{lo: 30000, hi: 39999}, HTTP: "127.0.0.1:0", Prov: "127.0.0.1:0", GeoIPPrivate: "DK",
		Clusters: []int{1, 2}, AdminToken: token, Digest: []digest.Algorithm{digest.SHA256, digest.MD5},
		MinExpires: time.Minute, MaxExpires: 2 * time.Hour, DefaultExpires: time.Hour,
		RingTimeout: time.Minute, StopTimeout: 5 * time.Second, LogLevel: 4, LogFormat: "text",
	}
}
