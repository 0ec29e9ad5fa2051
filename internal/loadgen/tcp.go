package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// connections are phones with a connection each. Whoever has a phone reads and
// writes its connection; a phone at rest is nobody's.
type connections struct {
	phones []*connected
	idle   chan *connected
}

// connected is a phone and its connection.
type connected struct {
	phone
	conn    net.Conn
	in      *bufio.Reader
	message []byte
	proof   []byte
}

// connect opens a connection for each phone, from its own address.
func connect(ctx context.Context, p plan, accounts []account) (*connections, error) {
	c := &connections{idle: make(chan *connected, len(accounts))}
	for n, a := range accounts {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: address(ofPhones, n).AsSlice()}}
		conn, err := d.DialContext(ctx, "tcp4", p.server.String())
		if err != nil {
			c.close()
			return nil, fmt.Errorf("connect phone %d: %w", n, err)
		}
		port := conn.LocalAddr().(*net.TCPAddr).AddrPort().Port()
		one := &connected{phone: newPhone(n, a, p.domain, port), conn: conn, in: bufio.NewReaderSize(conn, 2048)}
		c.phones = append(c.phones, one)
		c.idle <- one
	}
	return c, nil
}

func (c *connections) close() {
	for _, p := range c.phones {
		p.conn.Close()
	}
}

func (c *connections) drive(p plan, atEnd func()) (*tally, error) {
	p.transport = "TCP"
	start := time.Now()
	turns := c.turns(p, start)
	var workers sync.WaitGroup
	tallies := make([]*tally, min(p.flights, len(c.phones)))
	errs := make([]error, len(tallies))
	for i := range tallies {
		tallies[i] = newTally()
		workers.Go(func() { errs[i] = c.work(p, turns, tallies[i]) })
	}
	workers.Wait()
	all := newTally()
	for _, t := range tallies {
		all.add(t)
	}
	all.close(time.Since(start)) // the last answers come within milliseconds
	atEnd()
	return all, firstOf(errs...)
}

// turns hands out the turns of a plan; it closes the channel after the last.
func (c *connections) turns(p plan, start time.Time) <-chan struct{} {
	turns := make(chan struct{})
	go func() {
		defer close(turns)
		for n := 0; p.lasting > 0 || n < len(c.phones); n++ {
			if p.rate > 0 {
				time.Sleep(time.Until(start.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))))
			}
			if p.lasting > 0 && time.Since(start) > p.lasting {
				return
			}
			turns <- struct{}{}
		}
	}()
	return turns
}

// work registers a phone for each turn. After an error it takes the turns and
// does nothing.
func (c *connections) work(p plan, turns <-chan struct{}, t *tally) (err error) {
	for range turns {
		if err != nil {
			continue
		}
		one := <-c.idle
		err = one.register(p, t)
		c.idle <- one
	}
	return err
}

func (c *connected) register(p plan, t *tally) error {
	now := time.Now()
	c.begin(now, p.afresh)
	if err := c.conn.SetDeadline(now.Add(timerF)); err != nil {
		return err
	}
	for {
		c.proof = c.proof[:0]
		if _, err := c.conn.Write(c.write(nil, make([]byte, 0, 1024), p.opening)); err != nil {
			return fmt.Errorf("phone %d: %w", c.number, err)
		}
		a, next, err := c.await()
		switch {
		case err != nil:
			return fmt.Errorf("phone %d: %w", c.number, err)
		case next == done:
			t.succeeded(time.Since(c.begun))
			return nil
		case next == refused:
			t.failed(a.status)
			return nil
		}
		c.next(time.Now())
	}
}

// await reads messages until there is something to do.
func (c *connected) await() (a answer, next step, err error) {
	for next == nothing {
		if c.message, err = readMessage(c.in, c.message[:0]); err != nil {
			return a, next, err
		}
		if heard, ok := readAnswer(c.message); ok {
			a, next = heard, c.hear(heard)
		}
	}
	return a, next, nil
}

// readMessage reads a message and skips its body.
func readMessage(in *bufio.Reader, b []byte) ([]byte, error) {
	length := 0
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return b, err
		}
		if len(line) == 2 && len(b) == 0 {
			continue // a keepalive
		}
		b = append(b, line...)
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length:")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return b, err
			}
		}
		if len(line) == 2 {
			_, err := io.CopyN(io.Discard, in, int64(length))
			return b, err
		}
	}
}
