package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	domain "ringfence/phone"
)

// deskPhone is the built-in model of the phones of a morning.
const deskPhone = "000000000000000000010010"

// patience is how long a phone waits for its configuration.
const patience = 10 * time.Second

// sunrise is what a morning is like.
type sunrise struct {
	place
	phones int
	over   time.Duration
	label  string
	row    string
}

// morning is the command: all phones are switched on within a while, fetch their
// configuration as desk phones do, and register. It fails when one of them did.
func morning(ctx context.Context, args []string, out io.Writer) error {
	var m sunrise
	f := flag.NewFlagSet("morning", flag.ContinueOnError)
	f.IntVar(&m.phones, "n", 20_000, "phones")
	f.DurationVar(&m.over, "d", time.Minute, "within so long")
	f.StringVar(&m.binary, "server", "bin/ringfence", "the server")
	sip := f.String("sip", "127.0.0.1:25060", "where it shall listen")
	f.StringVar(&m.http, "http", "127.0.0.1:28080", "and its API")
	f.StringVar(&m.prov, "prov", "127.0.0.1:28081", "and provisioning")
	f.IntVar(&m.cpu, "cpu", -1, "the core that it runs on; -1: any")
	f.StringVar(&m.label, "label", "morning", "how the result is called")
	f.StringVar(&m.row, "row", "", "file that the result is appended to, for table")
	if err := parse(f, args); err != nil {
		return err
	}
	var err error
	if m.sip, err = netip.ParseAddrPort(*sip); err != nil {
		return err
	}
	m.registrations = "durable"
	if m.data, err = os.MkdirTemp("", "loadgen-morning-"); err != nil {
		return err
	}
	return errors.Join(m.run(ctx, out), os.RemoveAll(m.data))
}

func (m *sunrise) run(ctx context.Context, out io.Writer) error {
	accounts, err := fill(ctx, m.data, m.phones, desk)
	if err != nil {
		return err
	}
	server, err := m.start(ctx)
	if err != nil {
		return err
	}
	got, err := m.rise(ctx, accounts, server.process())
	if err = errors.Join(err, server.stop()); err != nil {
		return err
	}
	fmt.Fprintln(out, got)
	return errors.Join(got.fetched.keep(m.row), got.registered.keep(m.row), got.verdict())
}

// desk makes a phone one that fetches its configuration.
func desk(p *domain.Phone, i int) {
	p.Model, p.MAC = deskPhone, macOf(i)
}

func macOf(i int) domain.MAC { return domain.MAC(fmt.Sprintf("000413%06X", i)) }

// boot is what one phone does: it connects from its own address, asks for the
// file of its model, and then for its own. The status is that of the last; 408
// is no answer.
func (m *sunrise) boot(ctx context.Context, i int) (status int) {
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(address(ofPhones, i), 0)), Timeout: patience}
	conn, err := dialer.DialContext(ctx, "tcp", m.prov)
	if err != nil {
		return http.StatusRequestTimeout
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return http.StatusRequestTimeout
	}
	in := bufio.NewReader(conn)
	for _, file := range []string{"snomD785.htm", fmt.Sprintf("snomD785-%s.htm", macOf(i))} {
		fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 %s)\r\n\r\n", file, m.prov, macOf(i))
		if status = swallow(in); status == http.StatusRequestTimeout {
			break
		}
	}
	return status
}

// swallow reads an answer to its end.
func swallow(in *bufio.Reader) int {
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return http.StatusRequestTimeout
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return http.StatusRequestTimeout
	}
	return res.StatusCode
}
