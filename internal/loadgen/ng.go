package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"time"
)

// engine is rtpengine, by its ng protocol: UDP, a cookie, and a dictionary in
// bencoding.
type engine struct {
	conn   net.Conn
	cookie int
	in     []byte
}

func dialEngine(ctx context.Context, at string) (*engine, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "udp4", at)
	if err != nil {
		return nil, err
	}
	return &engine{conn: conn, in: make([]byte, 1<<16)}, nil
}

// ask sends a command and returns its answer; what is lost is sent again with
// the same cookie, and so not done twice.
func (e *engine) ask(command string, with ...pair) ([]byte, error) {
	e.cookie++
	cookie := strconv.Itoa(os.Getpid()) + "_" + strconv.Itoa(e.cookie) + " "
	message := dictionary([]byte(cookie), append([]pair{{"command", command}}, with...))
	for range 5 {
		if _, err := e.conn.Write(message); err != nil {
			return nil, err
		}
		if err := e.conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			return nil, err
		}
		n, err := e.conn.Read(e.in)
		for err == nil && !bytes.HasPrefix(e.in[:n], []byte(cookie)) {
			n, err = e.conn.Read(e.in)
		}
		if err == nil {
			return e.judge(command, e.in[len(cookie):n])
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("rtpengine does not answer %s", command)
}

func (e *engine) judge(command string, answer []byte) ([]byte, error) {
	if result := entry(answer, "result"); string(result) != "ok" {
		return nil, fmt.Errorf("rtpengine refuses %s: %s", command, answer)
	}
	return answer, nil
}

// pair is an entry of a dictionary: a text, or a list of texts.
type pair struct {
	key   string
	value any
}

func dictionary(b []byte, all []pair) []byte {
	b = append(b, 'd')
	for _, p := range all {
		b = text(b, p.key)
		switch v := p.value.(type) {
		case string:
			b = text(b, v)
		case []string:
			b = append(b, 'l')
			for _, s := range v {
				b = text(b, s)
			}
			b = append(b, 'e')
		}
	}
	return append(b, 'e')
}

func text(b []byte, s string) []byte {
	return append(append(strconv.AppendInt(b, int64(len(s)), 10), ':'), s...)
}

// entry finds a text by its key.
func entry(b []byte, key string) []byte {
	_, after, found := bytes.Cut(b, text(nil, key))
	if !found {
		return nil
	}
	n, rest := number(after)
	if len(rest) == 0 || rest[0] != ':' || n >= len(rest) {
		return nil
	}
	return rest[1 : 1+n]
}

// offer tells it of one end of a call, and returns where the other end sends.
func (e *engine) offer(command, call string, at netip.AddrPort) (netip.AddrPort, error) {
	with := []pair{
		{"call-id", call}, {"from-tag", "a"}, {"ICE", "remove"}, {"flags", []string{"trust-address"}},
		{"replace", []string{"origin"}}, {"sdp", string(appendSDP(nil, at))},
	}
	if command == "answer" {
		with = append(with, pair{"to-tag", "b"})
	}
	answer, err := e.ask(command, with...)
	if err != nil {
		return netip.AddrPort{}, err
	}
	to, ok := mediaOf(entry(answer, "sdp"))
	if !ok {
		return to, fmt.Errorf("rtpengine answers %s without a place for packets: %s", command, answer)
	}
	return to, nil
}

// throughEngine plays in calls that only rtpengine knows of.
func (s *mediaSettings) throughEngine(ctx context.Context, room *studio, d time.Duration, out io.Writer) error {
	e, err := dialEngine(ctx, s.ng)
	if err != nil {
		return err
	}
	defer e.conn.Close()
	name := func(n int) string { return fmt.Sprint("loadgen-", os.Getpid(), "-", n) }
	for n := range s.count {
		a, b := address(ofPhones, 2*n), address(ofPhones, 2*n+1)
		toOffered, err := e.offer("offer", name(n), netip.AddrPortFrom(a, s.media))
		if err != nil {
			return err
		}
		toAnswered, err := e.offer("answer", name(n), netip.AddrPortFrom(b, s.media))
		if err != nil {
			return err
		}
		room.add(b, toOffered)
		room.add(a, toAnswered)
	}
	err = s.play(room, d, out)
	for n := range s.count {
		_, deleted := e.ask("delete", pair{"call-id", name(n)}, pair{"from-tag", "a"})
		err = firstOf(err, deleted)
	}
	return err
}
